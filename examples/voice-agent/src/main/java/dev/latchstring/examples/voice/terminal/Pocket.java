package dev.latchstring.examples.voice.terminal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The telephone in the caller's pocket, for development: takes the text messages that the
 * authorization server hands to its SMS gateway ({@code delivery: sms: url}), and shows them.
 *
 * <p>On loopback; bodies of at most {@value #MAX_BYTES} bytes; the latest message of each of the
 * last {@value #MAX_NUMBERS} numbers.
 */
public final class Pocket implements AutoCloseable {
  private static final int MAX_BYTES = 8192;
  private static final int MAX_NUMBERS = 1000;
  private static final Pattern CODE = Pattern.compile("(?<![0-9])([0-9]{4,10})(?![0-9])");

  private final HttpServer http;
  private final @Nullable CallPrinter printer;
  private final Map<String, String> texts = new Texts();

  /** By number, the latest last. It is its own lock. */
  private static final class Texts extends LinkedHashMap<String, String> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > MAX_NUMBERS;
    }
  }

  private Pocket(HttpServer http, @Nullable CallPrinter printer) {
    this.http = http;
    this.printer = printer;
  }

  /**
   * Starts it.
   *
   * @param port 1–65535, or 0 for any free port
   * @param printer where messages are shown; null to show none
   * @throws UncheckedIOException if the port is taken
   */
  public static Pocket start(int port, @Nullable CallPrinter printer) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      Pocket pocket = new Pocket(http, printer);
      http.createContext("/messages", pocket::receive);
      http.start();
      return pocket;
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " cannot be used: " + e.getMessage(), e);
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
      JsonNode message = body.length > MAX_BYTES ? null : read(body);
      if (message == null) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      String text = message.path("text").asString("");
      synchronized (texts) {
        texts.remove(message.path("to").asString(""));
        texts.put(message.path("to").asString(""), text);
        texts.notifyAll();
      }
      if (printer != null) {
        printer.event("your telephone shows: " + text);
      }
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private static @Nullable JsonNode read(byte[] body) {
    try {
      JsonNode message = Json.read(body, JsonNode.class);
      return message.path("to").isString() && message.path("text").isString() ? message : null;
    } catch (JsonException e) {
      return null;
    }
  }

  /** Where messages go: {@code http://localhost:PORT/messages}. */
  public String url() {
    return "http://localhost:" + http.getAddress().getPort() + "/messages";
  }

  /**
   * Takes the latest message of a number out of the pocket, and waits for it if there is none.
   *
   * @param number as the authorization server has it on file; null for whichever it is
   * @return the code in it; empty where no message comes, or where it has no code
   */
  public Optional<String> takeCode(@Nullable String number, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (texts) {
      while (true) {
        String taken = number == null ? lastKey() : number;
        String text = taken == null ? null : texts.remove(taken);
        long left = end - System.nanoTime();
        if (text != null || left <= 0) {
          return codeIn(text);
        }
        try {
          texts.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return Optional.empty();
        }
      }
    }
  }

  private @Nullable String lastKey() {
    String last = null;
    for (String key : texts.keySet()) {
      last = key;
    }
    return last;
  }

  private static Optional<String> codeIn(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher code = CODE.matcher(text);
    return code.find() ? Optional.of(code.group(1)) : Optional.empty();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

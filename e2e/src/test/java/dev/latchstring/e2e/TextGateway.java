package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A gateway for text messages as an operator's would be: it takes them over HTTP and puts each into
 * the pocket of whom it is for.
 */
final class TextGateway implements AutoCloseable {
  private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");

  private final HttpServer http;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Map<String, BlockingQueue<String>> pockets = new ConcurrentHashMap<>();

  TextGateway() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/messages",
        exchange -> {
          JsonNode message =
              Json.readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          Matcher code = CODE.matcher(message.path("text").asString());
          if (code.find()) {
            pocket(message.path("to").asString()).add(code.group(1));
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    http.setExecutor(threads);
    http.start();
  }

  /** The member {@code sms} of {@code delivery}. */
  String configuration() {
    return "sms: { url: \"http://localhost:" + http.getAddress().getPort() + "/messages\" }";
  }

  private BlockingQueue<String> pocket(String number) {
    return pockets.computeIfAbsent(number, any -> new LinkedBlockingQueue<>());
  }

  /** The next code that is sent to a number. */
  String next(String number) throws InterruptedException {
    String code = pocket(number).poll(120, TimeUnit.SECONDS);
    if (code == null) {
      throw new AssertionError("no text message came to " + number);
    }
    return code;
  }

  /** How many messages nobody has read. */
  int unread() {
    return pockets.values().stream().mapToInt(BlockingQueue::size).sum();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }
}

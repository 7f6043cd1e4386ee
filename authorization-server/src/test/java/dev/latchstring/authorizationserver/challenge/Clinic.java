package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A service of an operator that knows Anna, and can be made to dawdle at a chosen moment. */
final class Clinic implements AutoCloseable {
  private static final String ANNA =
      "{\"id\":\"17\",\"name\":\"Anna Maria O'Neil Smith\",\"birthdate\":\"1985-03-03\","
          + "\"ssn_last4\":\"4219\",\"phone_number\":\"+14155550142\",\"display_name\":\"Anna\"}";

  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger holdAt = new AtomicInteger(Integer.MAX_VALUE);
  private volatile CountDownLatch reached = new CountDownLatch(1);
  private volatile CountDownLatch released = new CountDownLatch(1);

  Clinic() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(threads);
    http.createContext("/people", this::answer);
    http.start();
  }

  String configuration() {
    return "  people:\n    source: http\n    http: { name: clinic, url: \"http://localhost:"
        + http.getAddress().getPort()
        + "/people\", token: \"t0ken-of-the-clinic\" }\n";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode asked = Json.readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      if (asked.has("find") && holdAt.decrementAndGet() == 0) {
        reached.countDown();
        released.await(120, TimeUnit.SECONDS);
      }
      boolean anna =
          asked.path("identify").path("birthdate").asString("").equals("1985-03-03")
              || asked.path("find").asString("").equals("17");
      byte[] reply = ("{\"people\":[" + (anna ? ANNA : "") + "]}").getBytes(UTF_8);
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Holds the answer to one of the next questions for a person: the first, the second … */
  void hold(int which) {
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
    holdAt.set(which);
  }

  /** Waits until that question is there. */
  void await() {
    try {
      if (!reached.await(120, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody was asked for");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void release() {
    holdAt.set(Integer.MAX_VALUE);
    released.countDown();
  }

  @Override
  public void close() {
    release();
    http.stop(0);
    threads.shutdownNow();
  }
}

package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A gateway for text messages on loopback, which answers as it is told to, and else with 202. */
final class GatewayServer implements AutoCloseable {
  /** A request as it came. */
  record Received(String path, Headers headers, String body) {
    @Nullable String header(String name) {
      return headers.getFirst(name);
    }

    Map<String, List<String>> allHeaders() {
      return headers;
    }
  }

  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  final List<String> paths = new CopyOnWriteArrayList<>();
  final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

  /** Where it is closed, nothing is answered before it opens. */
  volatile CountDownLatch hanging = new CountDownLatch(0);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final String scheme;

  private GatewayServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  static GatewayServer plain() throws IOException {
    return new GatewayServer(HttpServer.create(loopback(), 0), "http");
  }

  static GatewayServer tls(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new GatewayServer(server, "https");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  String url() {
    return scheme + "://localhost:" + server.getAddress().getPort() + "/messages";
  }

  Received next() throws InterruptedException {
    Received request = received.poll(120, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("waited 120 s for a request");
    }
    return request;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String path = exchange.getRequestURI().getPath();
      paths.add(path);
      received.add(new Received(path, exchange.getRequestHeaders(), body));
      if (!hanging.await(120, TimeUnit.SECONDS)) {
        throw new IOException("hung for too long");
      }
      Answer answer = answers.poll();
      (answer == null ? status(202) : answer).to(exchange);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    hanging.countDown();
    server.stop(0);
    threads.close();
  }
}

package dev.latchstring.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server on loopback whose answers a test writes, path by path. */
public final class TestServer implements AutoCloseable {
  /** What arrived. */
  public record Request(
      String method, String path, Map<String, List<String>> headers, String body) {
    public String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.getFirst();
    }

    public FormParameters form() {
      return FormParameters.parse(body);
    }
  }

  /** What is sent. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public static Answer json(int status, Object value) {
      byte[] bytes = value instanceof String text ? text.getBytes(UTF_8) : Json.bytes(value);
      return new Answer(status, Map.of("Content-Type", "application/json"), bytes);
    }

    public static Answer error(String code) {
      return json(code.equals("invalid_client") ? 401 : 400, Map.of("error", code));
    }

    public static Answer status(int status) {
      return new Answer(status, Map.of(), new byte[0]);
    }

    public Answer with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, body);
    }
  }

  /** Answers one request; null breaks the connection without an answer. */
  @FunctionalInterface
  public interface Handler {
    Answer handle(Request request) throws Exception;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  public final List<Request> requests = new CopyOnWriteArrayList<>();

  public TestServer() {
    this(0);
  }

  public TestServer(int port) {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 64);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      requests.add(request);
      Handler handler = handlers.get(request.path());
      Answer answer;
      try {
        answer = handler == null ? Answer.status(404) : handler.handle(request);
      } catch (Exception e) {
        answer = Answer.json(500, Map.of("test", String.valueOf(e)));
      }
      if (answer == null) {
        return;
      }
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      if (answer.body().length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  public TestServer on(String path, Handler handler) {
    handlers.put(path, handler);
    return this;
  }

  public TestServer on(String path, Answer answer) {
    return on(path, request -> answer);
  }

  public TestServer without(String path) {
    handlers.remove(path);
    return this;
  }

  public String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public URI uri(String path) {
    return URI.create(origin() + path);
  }

  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    requests.forEach(request -> paths.add(request.path()));
    return paths;
  }

  public List<Request> to(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

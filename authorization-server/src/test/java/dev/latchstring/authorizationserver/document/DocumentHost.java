package dev.latchstring.authorizationserver.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on loopback that publishes what tests put there, and remembers who asked. */
public final class DocumentHost implements AutoCloseable {
  /** Answers a request in a way of its own. */
  public interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Behaviour> places = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private DocumentHost(HttpServer server) {
    this.server = server;
  }

  public static DocumentHost start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      DocumentHost host = new DocumentHost(server);
      server.setExecutor(host.threads);
      server.createContext("/", host::handle);
      server.start();
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String at(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** How often a path was asked for. */
  public long requests(String path) {
    return requests.stream().filter(path::equals).count();
  }

  public int requests() {
    return requests.size();
  }

  /** Publishes a body as JSON, with more header fields. */
  public void publish(String path, String body, String... headers) {
    place(path, exchange -> answer(exchange, 200, body, headers));
  }

  /**
   * Publishes a document that is right for a device login, with more members in JSON, such as
   * {@code "scope": "a"}.
   *
   * @return its address, which is the client's identifier
   */
  public String client(String path, String more, String... headers) {
    publish(path, document(at(path), more), headers);
    return at(path);
  }

  public static String document(String clientId, String more) {
    return """
    {"client_id": "%s", "client_name": "Published", "redirect_uris": ["http://127.0.0.1/cb"],
     "grant_types": ["authorization_code", "refresh_token",
       "urn:ietf:params:oauth:grant-type:device_code"]%s}
    """
        .formatted(clientId, more.isEmpty() ? "" : ", " + more);
  }

  public void place(String path, Behaviour behaviour) {
    places.put(path, behaviour);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(path);
    try (exchange) {
      places.getOrDefault(path, e -> answer(e, 404, "{}")).answer(exchange);
    }
  }

  public static void answer(HttpExchange exchange, int status, String body, String... headers)
      throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      fields.put(headers[i], headers[i + 1]);
    }
    Headers sent = exchange.getResponseHeaders();
    fields.forEach(sent::set);
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

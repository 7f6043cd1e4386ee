package dev.latchstring.cli.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An MCP server, and an authorization server that lets everybody in who comes with a browser. */
final class CodeServer implements AutoCloseable {
  final AtomicInteger tokens = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer http;

  private CodeServer(HttpServer http) {
    this.http = http;
  }

  static CodeServer start() throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    CodeServer server = new CodeServer(http);
    http.setExecutor(server.threads);
    http.createContext("/", server::answer);
    http.start();
    return server;
  }

  private String base() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  URI url() {
    return URI.create(base() + "/mcp");
  }

  /** The person opens the address, and the browser goes where it is sent. */
  static int open(String address) throws Exception {
    try (HttpClient browser =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()) {
      return browser
          .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  /** The person opens the address on another machine: where their browser ends, with an error. */
  static String openElsewhere(String address) throws Exception {
    try (HttpClient browser = HttpClient.newHttpClient()) {
      return browser
          .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding())
          .headers()
          .firstValue("Location")
          .orElseThrow();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      switch (path) {
        case "/mcp" -> mcp(exchange);
        case "/.well-known/oauth-protected-resource/mcp" -> {
          ObjectNode metadata = JsonRpc.object().put("resource", url().toString());
          metadata.putArray("authorization_servers").add(base());
          RawServer.json(exchange, 200, metadata);
        }
        case "/.well-known/oauth-authorization-server" -> RawServer.json(exchange, 200, metadata());
        case "/register" -> {
          ObjectNode client = RawServer.read(exchange);
          RawServer.json(exchange, 201, client.put("client_id", "somebody"));
        }
        case "/authorize" -> {
          FormParameters asked = FormParameters.parse(exchange.getRequestURI().getRawQuery());
          exchange
              .getResponseHeaders()
              .set(
                  "Location",
                  asked.required("redirect_uri")
                      + "?code=c&state="
                      + asked.required("state")
                      + "&iss="
                      + java.net.URLEncoder.encode(base(), StandardCharsets.UTF_8));
          RawServer.empty(exchange, 302);
        }
        case "/token" -> {
          tokens.incrementAndGet();
          RawServer.json(
              exchange,
              200,
              JsonRpc.object()
                  .put("access_token", "good")
                  .put("token_type", "Bearer")
                  .put("expires_in", 3600));
        }
        default -> RawServer.empty(exchange, 404);
      }
    }
  }

  private ObjectNode metadata() {
    ObjectNode metadata =
        JsonRpc.object()
            .put("issuer", base())
            .put("authorization_endpoint", base() + "/authorize")
            .put("token_endpoint", base() + "/token")
            .put("registration_endpoint", base() + "/register")
            .put("authorization_response_iss_parameter_supported", true);
    metadata.putArray("response_types_supported").add("code");
    metadata.putArray("grant_types_supported").add("authorization_code").add("refresh_token");
    metadata.putArray("code_challenge_methods_supported").add("S256");
    metadata.putArray("token_endpoint_auth_methods_supported").add("none");
    return metadata;
  }

  private void mcp(HttpExchange exchange) throws IOException {
    if (!"Bearer good".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange
          .getResponseHeaders()
          .set(
              "WWW-Authenticate",
              "Bearer resource_metadata=\""
                  + base()
                  + "/.well-known/oauth-protected-resource/mcp\"");
      RawServer.empty(exchange, 401);
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      RawServer.empty(exchange, 405);
      return;
    }
    ObjectNode message = RawServer.read(exchange);
    JsonNode id = message.get("id");
    if (id == null) {
      RawServer.empty(exchange, 202);
      return;
    }
    ObjectNode result =
        switch (message.path("method").asString()) {
          case "initialize" -> {
            ObjectNode opened = JsonRpc.object().put("protocolVersion", Protocol.NEWEST_SESSION);
            opened.putObject("capabilities").putObject("tools");
            opened.putObject("serverInfo").put("name", "code").put("version", "1");
            yield opened;
          }
          case "tools/call" -> RawServer.text("called");
          default -> JsonRpc.object();
        };
    RawServer.json(exchange, 200, JsonRpc.result(id, result));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}

package dev.latchstring.e2e.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.http.AccessTokenVerifier;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that is no MCP server: notes, which are read with one scope and written with another. */
final class NotesApi implements AutoCloseable {
  private final HttpServer server;
  private final URI address;
  private final AtomicInteger writes = new AtomicInteger();
  private volatile boolean refusesAll;
  private AccessTokenVerifier verifier;

  NotesApi(URI issuer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    address = URI.create("http://localhost:" + server.getAddress().getPort() + "/api");
    verifier = AccessTokenVerifier.builder(issuer.toString(), address.toString()).build();
    server.createContext(
        "/.well-known/oauth-protected-resource",
        exchange ->
            answer(
                exchange,
                200,
                """
                {"resource":"%s","authorization_servers":["%s"],"scopes_supported":["notes:read","notes:write"]}\
                """
                    .formatted(address, issuer)));
    server.createContext("/api/notes", this::notes);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI address() {
    return address;
  }

  URI notes() {
    return URI.create(address + "/notes");
  }

  /** How many notes were written. */
  int writes() {
    return writes.get();
  }

  /** As an API whose operator has withdrawn everything. */
  void refuseAll(boolean all) {
    refusesAll = all;
  }

  private void notes(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    String needed = exchange.getRequestMethod().equals("POST") ? "notes:write" : "notes:read";
    String metadata =
        ", resource_metadata=\""
            + address.resolve("/.well-known/oauth-protected-resource/api")
            + "\"";
    if (header == null || !header.startsWith("Bearer ") || refusesAll) {
      challenge(exchange, 401, "Bearer error=\"invalid_token\"" + metadata);
      return;
    }
    try {
      Caller caller = verifier.verify(header.substring("Bearer ".length()));
      if (!caller.scope().containsAll(Scope.of(needed))) {
        challenge(
            exchange,
            403,
            "Bearer error=\"insufficient_scope\", scope=\"" + needed + "\"" + metadata);
        return;
      }
      if (needed.equals("notes:write")) {
        writes.incrementAndGet();
      }
      answer(exchange, 200, needed + " by " + caller.subject());
    } catch (OAuthException e) {
      challenge(exchange, 401, "Bearer error=\"invalid_token\"" + metadata);
    }
  }

  private static void challenge(HttpExchange exchange, int status, String challenge)
      throws IOException {
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    answer(exchange, status, "refused");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    if (text.startsWith("{")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
    }
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    verifier.close();
  }
}

package dev.latchstring.client;

import dev.latchstring.client.TestServer.Answer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An MCP server at /mcp and its authorization server at the origin, as they should be. */
public final class Protected implements AutoCloseable {
  public final TestServer server;
  public final Map<String, Object> resourceMetadata = new LinkedHashMap<>();
  public final Map<String, Object> metadata = new LinkedHashMap<>();
  public final Deque<TestServer.Handler> polls = new ArrayDeque<>();
  public final AtomicInteger registrations = new AtomicInteger();
  public final AtomicInteger refreshes = new AtomicInteger();
  public volatile TestServer.Handler onRefresh;
  public volatile TestServer.Handler onClientCredentials =
      request -> Answer.error("unauthorized_client");

  public Protected() {
    server = new TestServer();
    String origin = server.origin();
    resourceMetadata.put("resource", origin + "/mcp");
    resourceMetadata.put("authorization_servers", List.of(origin));
    resourceMetadata.put("scopes_supported", List.of("clinic:read"));
    metadata.put("issuer", origin);
    metadata.put("token_endpoint", origin + "/token");
    metadata.put("device_authorization_endpoint", origin + "/device");
    metadata.put("registration_endpoint", origin + "/register");
    metadata.put("revocation_endpoint", origin + "/revoke");
    metadata.put("introspection_endpoint", origin + "/introspect");
    server.on(
        "/mcp",
        Answer.status(401)
            .with(
                "WWW-Authenticate",
                "Bearer resource_metadata=\""
                    + origin
                    + "/.well-known/oauth-protected-resource/mcp\""));
    server.on(
        "/.well-known/oauth-protected-resource/mcp", request -> Answer.json(200, resourceMetadata));
    server.on("/.well-known/oauth-authorization-server", request -> Answer.json(200, metadata));
    server.on(
        "/register",
        request ->
            Answer.json(201, Map.of("client_id", "client-" + registrations.incrementAndGet())));
    server.on("/device", Answer.json(200, device()));
    server.on("/revoke", Answer.status(200));
    server.on("/introspect", Answer.error("invalid_client"));
    onRefresh = request -> tokens("access-" + refreshes.incrementAndGet(), "refresh-" + refreshes);
    server.on(
        "/token",
        request ->
            switch (request.form().required("grant_type")) {
              case "refresh_token" -> onRefresh.handle(request);
              case "client_credentials" -> onClientCredentials.handle(request);
              default ->
                  polls.isEmpty() ? tokens("access-0", "refresh-0") : polls.poll().handle(request);
            });
  }

  public Map<String, Object> device() {
    Map<String, Object> device = new LinkedHashMap<>();
    device.put("device_code", "device-secret");
    device.put("user_code", "BCDF-GHJK");
    device.put("verification_uri", server.origin() + "/verify");
    device.put("verification_uri_complete", server.origin() + "/verify?user_code=BCDF-GHJK");
    device.put("expires_in", 600);
    device.put("interval", 1);
    return device;
  }

  public static Answer tokens(String access, String refresh) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", access);
    tokens.put("token_type", "bearer");
    tokens.put("expires_in", 600);
    if (refresh != null) {
      tokens.put("refresh_token", refresh);
    }
    return Answer.json(200, tokens);
  }

  @Override
  public void close() {
    server.close();
  }
}

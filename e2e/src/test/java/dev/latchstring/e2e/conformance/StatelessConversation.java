package dev.latchstring.e2e.conformance;

import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Requests of protocol 2026-07-28, which the official Java SDK does not speak yet. */
final class StatelessConversation implements Conversation {
  private static final String META = "io.modelcontextprotocol/";

  private final URI server;
  private final AuthorizedHttpClient http;
  private final String protocolVersion;
  private int requests;

  StatelessConversation(URI server, AuthorizedHttpClient http, String protocolVersion) {
    this.server = server;
    this.http = http;
    this.protocolVersion = protocolVersion;
  }

  @Override
  public void connect() throws Exception {
    request("server/discover", null, Map.of());
  }

  @Override
  public String list() throws Exception {
    return request("tools/list", null, Map.of()).path("tools").path(0).path("name").asString();
  }

  @Override
  public void call(String tool) throws Exception {
    request("tools/call", tool, Map.of("name", tool, "arguments", Map.of()));
  }

  private JsonNode request(String method, @Nullable String name, Map<String, Object> parameters)
      throws IOException, InterruptedException {
    Map<String, Object> all = new LinkedHashMap<>(parameters);
    all.put(
        "_meta",
        Map.of(
            META + "protocolVersion",
            protocolVersion,
            META + "clientInfo",
            Map.of("name", "latchstring-conformance", "version", "0.1.0"),
            META + "clientCapabilities",
            Map.of()));
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("jsonrpc", "2.0");
    message.put("id", ++requests);
    message.put("method", method);
    message.put("params", all);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", protocolVersion)
            .header("Mcp-Method", method)
            .POST(BodyPublishers.ofString(Json.write(message)));
    if (name != null) {
      request.header("Mcp-Name", name);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    JsonNode result = answer.statusCode() == 200 ? Json.readTree(answer.body()) : null;
    if (result == null || !result.has("result")) {
      throw new IOException(method + " was answered with " + answer.statusCode());
    }
    return result.path("result");
  }

  @Override
  public void close() {
    http.close();
  }
}

package dev.latchstring.cli.demo;

import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * MCP 2025-11-25 over Streamable HTTP, message by message, so that the story can show what goes
 * over the wire.
 */
final class McpConversation implements AutoCloseable {
  static final String PROTOCOL = "2025-11-25";

  private final URI server;
  private final String clientVersion;
  private final HttpClient http;
  private @Nullable String authorization;
  private @Nullable String session;
  private int id;

  McpConversation(URI server, String clientVersion) {
    this.server = server;
    this.clientVersion = clientVersion;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /**
   * What came back.
   *
   * @param request the JSON-RPC message that was sent
   * @param status of HTTP
   * @param challenges of {@code WWW-Authenticate}, as they came
   * @param message the JSON-RPC answer; null where there is none
   */
  record Answer(
      String request,
      int status,
      List<String> challenges,
      @Nullable JsonNode message,
      Duration took) {

    List<Challenge> parsedChallenges() {
      return Challenge.parse(challenges);
    }

    JsonNode result() throws IOException {
      JsonNode result = message == null ? null : message.get("result");
      if (result == null) {
        throw new IOException("the MCP server answered " + status + " and no result");
      }
      return result;
    }
  }

  /** From now on every request carries this token, in a new session. */
  void use(String authorizationHeader) {
    authorization = authorizationHeader;
    session = null;
  }

  /** MCP, lifecycle: initialize, and the notification that follows where it succeeded. */
  Answer initialize() throws IOException, InterruptedException {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("protocolVersion", PROTOCOL);
    parameters.put("capabilities", Map.of());
    parameters.put("clientInfo", Map.of("name", "latch demo", "version", clientVersion));
    Answer answer = request("initialize", parameters);
    if (answer.status() == 200) {
      post("notifications/initialized", null, false);
    }
    return answer;
  }

  Answer listTools() throws IOException, InterruptedException {
    return request("tools/list", null);
  }

  Answer call(String tool, Map<String, ?> arguments) throws IOException, InterruptedException {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("name", tool);
    parameters.put("arguments", arguments);
    return request("tools/call", parameters);
  }

  private Answer request(String method, @Nullable Map<String, ?> parameters)
      throws IOException, InterruptedException {
    return post(method, parameters, true);
  }

  private Answer post(String method, @Nullable Map<String, ?> parameters, boolean expectsAnswer)
      throws IOException, InterruptedException {
    SequencedMap<String, Object> message = new LinkedHashMap<>();
    message.put("jsonrpc", "2.0");
    if (expectsAnswer) {
      message.put("id", ++id);
    }
    message.put("method", method);
    if (parameters != null) {
      message.put("params", parameters);
    }
    String body = Json.write(message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!method.equals("initialize")) {
      request.header("MCP-Protocol-Version", PROTOCOL);
    }
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (session != null) {
      request.header("Mcp-Session-Id", session);
    }
    long start = System.nanoTime();
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    response.headers().firstValue("Mcp-Session-Id").ifPresent(value -> session = value);
    return new Answer(
        body,
        response.statusCode(),
        response.headers().allValues("WWW-Authenticate"),
        expectsAnswer ? message(response) : null,
        took);
  }

  /** JSON, or the events of a stream that ends with the answer. */
  private static @Nullable JsonNode message(HttpResponse<String> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (type.startsWith("application/json")) {
      return Json.readTree(response.body());
    }
    JsonNode last = null;
    if (type.startsWith("text/event-stream")) {
      for (String line : response.body().lines().toList()) {
        if (line.startsWith("data:") && !line.substring(5).isBlank()) {
          JsonNode message = Json.readTree(line.substring(5).strip());
          last = message.has("id") && !message.has("method") ? message : last;
        }
      }
    }
    return last;
  }

  /** MCP, session management: tells the server that the session is over. */
  @Override
  public void close() {
    if (session != null && authorization != null) {
      HttpRequest end =
          HttpRequest.newBuilder(server)
              .timeout(Duration.ofSeconds(2))
              .header("Mcp-Session-Id", session)
              .header("MCP-Protocol-Version", PROTOCOL)
              .header("Authorization", authorization)
              .DELETE()
              .build();
      try {
        http.send(end, HttpResponse.BodyHandlers.discarding());
      } catch (IOException e) {
        // The server ends it by itself.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    http.shutdownNow();
  }
}

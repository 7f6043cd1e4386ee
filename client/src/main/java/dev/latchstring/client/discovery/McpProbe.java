package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * MCP, Streamable HTTP. One request without a token, to see whether the server asks for one: {@code
 * initialize} of the session era and, where that era is refused, {@code server/discover} of the
 * stateless one.
 */
public final class McpProbe {
  private static final String ACCEPT = "application/json, text/event-stream";
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"latchstring","version":"0.1"}}}\
      """;
  private static final String DISCOVER =
      """
      {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{\
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientInfo":{"name":"latchstring","version":"0.1"},\
      "io.modelcontextprotocol/clientCapabilities":{}}}}\
      """;

  private final Http http;

  public McpProbe(Http http) {
    this.http = http;
  }

  /** What the server wants of a request without a token. */
  sealed interface Finding {
    /** It answered as an MCP server does. */
    record Answered() implements Finding {}

    /** It answered 401, or 403 with a challenge. */
    record Challenged(List<Challenge> challenges) implements Finding {}
  }

  Finding ask(URI server) {
    return judge(server, reply(server));
  }

  /** The answer to a request without a token, whatever it is. */
  public Reply reply(URI server) {
    Reply reply = http.postJson(server, INITIALIZE, Map.of("Accept", ACCEPT));
    if (reply.status() == 400 || (reply.status() == 404 && isJsonRpc(reply))) {
      reply =
          http.postJson(
              server,
              DISCOVER,
              Map.of(
                  "Accept", ACCEPT,
                  "MCP-Protocol-Version", "2026-07-28",
                  "Mcp-Method", "server/discover"));
    }
    return reply;
  }

  private static Finding judge(URI server, Reply reply) {
    List<Challenge> challenges = Challenge.parse(reply.headers().allValues("WWW-Authenticate"));
    if (reply.status() == 401 || (reply.status() == 403 && !challenges.isEmpty())) {
      return new Finding.Challenged(challenges);
    }
    if (reply.status() >= 300 && reply.status() < 400) {
      String location = reply.headers().firstValue("Location").orElse("");
      throw new ClientException(
          Problem.BAD_ADDRESS,
          server + " redirects to " + ServerText.quote(location),
          "if you trust that address, use it in place of this one; a redirect is never followed,"
              + " because the token would be for another server than the one you named");
    }
    if (isTemporary(reply)) {
      throw new ClientException(
          Problem.NETWORK, server + " answered " + reply.status(), "try again later");
    }
    if (isAnswer(reply)) {
      return new Finding.Answered();
    }
    throw new ClientException(
        Problem.NOT_MCP,
        server
            + " does not speak MCP: it answered "
            + reply.status()
            + (reply.mediaType().isEmpty()
                ? ""
                : " with " + ServerText.clean(reply.mediaType(), 60)),
        "check the path; an MCP endpoint often ends in /mcp. If it is an API, say where its login"
            + " is: --pin issuer=URL");
  }

  /** Whether another answer may come later. RFC 9110 §15.6.2: 501 says that POST is not known. */
  public static boolean isTemporary(Reply reply) {
    return reply.isTemporary() && reply.status() != 501;
  }

  /** Whether an answer is one of an MCP server that needs no login. */
  public static boolean isAnswer(Reply reply) {
    return (reply.isOk() && reply.mediaType().equals("text/event-stream")) || isJsonRpc(reply);
  }

  private static boolean isJsonRpc(Reply reply) {
    try {
      JsonNode message = Json.readTree(reply.body());
      return message.isObject()
          && message.path("jsonrpc").asString("").equals("2.0")
          && (message.has("result") || message.has("error"));
    } catch (JsonException e) {
      return false;
    }
  }
}

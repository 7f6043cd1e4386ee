package dev.latchstring.mcpclient;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a message of MCP does: its method, and the tool, prompt or resource it is about. */
final class Operations {
  /**
   * A longer message goes by its address alone: reading it all would cost more than it is worth.
   */
  private static final int MAX_CHARACTERS = 64 * 1024;

  private Operations() {}

  static String of(String method, URI target, @Nullable String body) {
    if (body != null && body.length() <= MAX_CHARACTERS) {
      try {
        JsonNode message = Json.readTree(body);
        String called = message.path("method").asString("");
        JsonNode parameters = message.path("params");
        String name = parameters.path("name").asString(parameters.path("uri").asString(""));
        if (!called.isEmpty()) {
          return name.isEmpty() ? called : called + " " + name;
        }
      } catch (JsonException e) {
        return method + " " + target.getRawPath();
      }
    }
    return method + " " + target.getRawPath();
  }
}

package dev.latchstring.cli.connect;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The answer to a host's opening request, given before anything else is loaded: {@code initialize}
 * (MCP 2025-11-25, "Lifecycle") or {@code server/discover} (MCP 2026-07-28, "Discovery").
 *
 * <p>Only a request without any fault is answered here; every other line is left to the bridge,
 * which explains what is wrong with it.
 */
final class FirstAnswer {
  private static final String INSTRUCTIONS =
      "This server is reached through latch connect. Where it needs a login, a request shows an"
          + " address and a code: show both to the user, unchanged, and try again after they"
          + " approved. The tool latch_login starts the login, tells how it stands and explains"
          + " problems.";

  /** Everything a server may have: a session's capabilities cannot be revised after a login. */
  private static final String CAPABILITIES =
      "\"capabilities\":{\"tools\":{\"listChanged\":true},\"prompts\":{\"listChanged\":true},"
          + "\"resources\":{\"listChanged\":true,\"subscribe\":true},\"logging\":{},"
          + "\"completions\":{}}";

  private static final String IMPLEMENTATION =
      "{\"name\":\"" + Protocol.NAME + "\",\"version\":\"" + Protocol.VERSION + "\"}";

  /** What the opening request said; id is JSON text. */
  private record Opening(
      String id, String method, @Nullable String sessionVersion, @Nullable String metaVersion) {}

  private FirstAnswer() {}

  /** The answer's line without its end, or null where the bridge has to look at the request. */
  static byte @Nullable [] to(byte[] line, LastKnown lastKnown) {
    Opening opening = read(line);
    if (opening == null) {
      return null;
    }
    if (opening.method.equals("initialize") && opening.sessionVersion != null) {
      LastKnown.Entry known = lastKnown.read();
      String members = known == null ? defaultSessionMembers() : known.sessionMembers();
      return answer(
          opening.id,
          "\"protocolVersion\":\"" + sessionVersion(opening.sessionVersion) + "\"," + members);
    }
    if (opening.method.equals("server/discover")
        && Protocol.STATELESS.equals(opening.metaVersion)) {
      LastKnown.Entry known = lastKnown.read();
      return answer(
          opening.id,
          discoverMembers(known == null ? defaultStatelessMembers() : known.statelessMembers()));
    }
    return null;
  }

  /** MCP 2025-11-25, "Version Negotiation": the version asked for, else the newest. */
  static String sessionVersion(String requested) {
    return Protocol.SESSION_VERSIONS.contains(requested) ? requested : Protocol.NEWEST_SESSION;
  }

  static String defaultSessionMembers() {
    return CAPABILITIES
        + ",\"serverInfo\":"
        + IMPLEMENTATION
        + ",\"instructions\":\""
        + INSTRUCTIONS
        + '"';
  }

  static String defaultStatelessMembers() {
    return CAPABILITIES
        + ",\"instructions\":\""
        + INSTRUCTIONS
        + "\",\"_meta\":{\""
        + Protocol.META_SERVER_INFO
        + "\":"
        + IMPLEMENTATION
        + '}';
  }

  /** Not cacheable and not shareable: a login changes what the bridge knows. */
  static String discoverMembers(String members) {
    return "\"resultType\":\"complete\",\"supportedVersions\":[\""
        + String.join("\",\"", Protocol.ALL_VERSIONS)
        + "\"],\"ttlMs\":0,\"cacheScope\":\"private\","
        + members;
  }

  private static byte[] answer(String id, String members) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{" + members + "}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Opening read(byte[] line) {
    String version = null;
    String id = null;
    String method = null;
    String[] versions = new String[2];
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), line, 0, line.length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
          case "jsonrpc" -> version = parser.getValueAsString();
          case "id" -> id = idText(parser, value);
          case "method" -> method = value == JsonToken.VALUE_STRING ? parser.getString() : null;
          case "params" -> readParams(parser, value, versions);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (JacksonException e) {
      return null;
    }
    return "2.0".equals(version) && id != null && method != null
        ? new Opening(id, method, versions[0], versions[1])
        : null;
  }

  private static void readParams(JsonParser parser, JsonToken value, String[] versions) {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken member = parser.nextToken();
      if (name.equals("protocolVersion") && member == JsonToken.VALUE_STRING) {
        versions[0] = parser.getString();
      } else if (name.equals("_meta") && member == JsonToken.START_OBJECT) {
        versions[1] = metaVersion(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** The version of a request whose metadata is complete, else null. */
  private static @Nullable String metaVersion(JsonParser parser) {
    String version = null;
    boolean capabilities = false;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken member = parser.nextToken();
      if (name.equals(Protocol.META_VERSION) && member == JsonToken.VALUE_STRING) {
        version = parser.getString();
      } else {
        capabilities |=
            name.equals(Protocol.META_CLIENT_CAPABILITIES) && member == JsonToken.START_OBJECT;
        parser.skipChildren();
      }
    }
    return capabilities ? version : null;
  }

  private static @Nullable String idText(JsonParser parser, JsonToken value) {
    if (value == JsonToken.VALUE_NUMBER_INT) {
      return parser.getString();
    }
    return value == JsonToken.VALUE_STRING ? quote(parser.getString()) : null;
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        String hex = Integer.toHexString(c);
        out.append("\\u").append("0000", 0, 4 - hex.length()).append(hex);
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}

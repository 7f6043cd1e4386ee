package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.stdio.Protocol;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a host's opening request, given before anything else is loaded: {@code initialize}
 * (MCP 2025-11-25, "Lifecycle") or {@code server/discover} (MCP 2026-07-28, "Discovery").
 *
 * <p>Only a request without any fault is answered here; every other line is left to the bridge,
 * which explains what is wrong with it.
 */
public final class FirstAnswer {
  private static final String INSTRUCTIONS =
      "This server is reached through latch. Where it needs a login, a request shows an address"
          + " and a code: show both to the user, unchanged, and try again after they"
          + " approved. The tool latch_login starts the login, tells how it stands and explains"
          + " problems.";

  private static final String AUTH =
      "{\"" + Protocol.AUTH_DATA + "\":" + Protocol.AUTH_SETTINGS + "}";

  /** Everything a server may have: a session's capabilities cannot be revised after a login. */
  private static final String CAPABILITIES =
      "\"capabilities\":{\"tools\":{\"listChanged\":true},\"prompts\":{\"listChanged\":true},"
          + "\"resources\":{\"listChanged\":true,\"subscribe\":true},\"logging\":{},"
          + "\"completions\":{},\"extensions\":"
          + AUTH;

  /** What peers with a session look for, which may not know extensions. */
  private static final String MIRRORED = ",\"experimental\":" + AUTH;

  private static final String IMPLEMENTATION =
      "{\"name\":\"" + Protocol.NAME + "\",\"version\":\"" + Protocol.VERSION + "\"}";

  /** What the opening request said; id is JSON text. */
  private record Opening(
      String id, String method, @Nullable String sessionVersion, @Nullable String metaVersion) {}

  private FirstAnswer() {}

  /** The answer's line without its end, or null where the bridge has to look at the request. */
  public static byte @Nullable [] to(byte[] line, LastKnown lastKnown) {
    Opening opening = read(line);
    if (opening == null) {
      return null;
    }
    if (opening.method.equals("initialize") && opening.sessionVersion != null) {
      KnownServer.Entry known = lastKnown.read();
      String members = known == null ? defaultSessionMembers() : known.sessionMembers();
      return answer(
          opening.id,
          "\"protocolVersion\":\"" + sessionVersion(opening.sessionVersion) + "\"," + members);
    }
    if (opening.method.equals("server/discover")
        && Protocol.STATELESS.equals(opening.metaVersion)) {
      KnownServer.Entry known = lastKnown.read();
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
        + MIRRORED
        + "},\"serverInfo\":"
        + IMPLEMENTATION
        + ",\"instructions\":\""
        + INSTRUCTIONS
        + '"';
  }

  static String defaultStatelessMembers() {
    return CAPABILITIES
        + "},\"instructions\":\""
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
    try {
      OpeningScanner scanner = new OpeningScanner(line);
      for (String name = scanner.firstName(); name != null; name = scanner.nextName()) {
        switch (name) {
          case "jsonrpc" -> version = scanner.string();
          case "id" -> id = scanner.id();
          case "method" -> method = scanner.string();
          case "params" -> readParams(scanner, versions);
          default -> scanner.skip();
        }
      }
      scanner.end();
    } catch (OpeningScanner.Unusual e) {
      return null;
    }
    return "2.0".equals(version) && id != null && method != null
        ? new Opening(id, method, versions[0], versions[1])
        : null;
  }

  private static void readParams(OpeningScanner scanner, String[] versions) {
    for (String name = scanner.firstName(); name != null; name = scanner.nextName()) {
      switch (name) {
        case "protocolVersion" -> versions[0] = scanner.string();
        case "_meta" -> versions[1] = metaVersion(scanner);
        default -> scanner.skip();
      }
    }
  }

  /** The version of a request whose metadata is complete, else null. */
  private static @Nullable String metaVersion(OpeningScanner scanner) {
    String version = null;
    boolean capabilities = false;
    for (String name = scanner.firstName(); name != null; name = scanner.nextName()) {
      if (name.equals(Protocol.META_VERSION)) {
        version = scanner.string();
      } else {
        capabilities |= name.equals(Protocol.META_CLIENT_CAPABILITIES) && scanner.atObject();
        scanner.skip();
      }
    }
    return capabilities ? version : null;
  }
}

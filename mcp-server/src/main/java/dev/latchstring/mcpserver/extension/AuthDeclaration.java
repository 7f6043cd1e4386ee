package dev.latchstring.mcpserver.extension;

import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Extension Negotiation": {@code capabilities.extensions}, and for peers with a
 * session, which may not know that member, the same in {@code capabilities.experimental}.
 */
public final class AuthDeclaration {
  private static final String EXTENSIONS = "extensions";
  private static final String EXPERIMENTAL = "experimental";

  private AuthDeclaration() {}

  /** Whether capabilities declare it. Settings that are no object declare nothing. */
  public static boolean isIn(JsonNode capabilities, boolean stateless) {
    return !in(capabilities, stateless).isEmpty();
  }

  /**
   * MCP, "Client ID Metadata Documents": the address of the host's own.
   *
   * @return null where it names none, or one that is no {@code https} address
   */
  public static @Nullable String clientId(HostFace host) {
    for (JsonNode settings : in(host.capabilities(), host.stateless())) {
      String id = settings.path("client_id").asString("");
      if (id.startsWith("https://")) {
        return id;
      }
    }
    return null;
  }

  /** The settings that count: of either member, as far as it is there. */
  private static List<JsonNode> in(JsonNode capabilities, boolean stateless) {
    List<JsonNode> settings = new ArrayList<>(2);
    for (String member : stateless ? List.of(EXTENSIONS) : List.of(EXTENSIONS, EXPERIMENTAL)) {
      JsonNode declared = capabilities.path(member).path(Protocol.AUTH_DATA);
      if (declared.isObject()) {
        settings.add(declared);
      }
    }
    return settings;
  }

  /** Adds this front's own declaration, in place of whatever the server behind it says. */
  public static ObjectNode with(ObjectNode capabilities, boolean stateless) {
    ObjectNode copy = HostFace.passedOn(capabilities);
    member(copy, EXTENSIONS).set(Protocol.AUTH_DATA, settings());
    if (!stateless) {
      member(copy, EXPERIMENTAL).set(Protocol.AUTH_DATA, settings());
    }
    return copy;
  }

  /** MCP 2026-07-28, "MissingRequiredClientCapabilityError". */
  static RpcError undeclared() {
    ObjectNode data = JsonRpc.object();
    data.putObject("requiredCapabilities").putObject(EXTENSIONS).putObject(Protocol.AUTH_DATA);
    return new RpcError(
        RpcError.MISSING_CAPABILITY,
        "declare " + Protocol.AUTH_DATA + " in capabilities.extensions to use it",
        data);
  }

  private static ObjectNode member(ObjectNode capabilities, String name) {
    return capabilities.get(name) instanceof ObjectNode present
        ? present
        : capabilities.putObject(name);
  }

  private static ObjectNode settings() {
    byte[] text = Protocol.AUTH_SETTINGS.getBytes(StandardCharsets.UTF_8);
    return JsonRpc.parse(text) instanceof ObjectNode settings ? settings : JsonRpc.object();
  }
}

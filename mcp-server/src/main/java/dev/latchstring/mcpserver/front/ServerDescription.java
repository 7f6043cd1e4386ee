package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.extension.AuthDeclaration;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server says of itself, as the bridge says it on.
 *
 * <p>The extension {@code dev.latchstring/auth} is the bridge's own, whatever the server says of
 * it.
 *
 * @param capabilities the server's, and those the bridge adds: tools, and news of changed lists
 */
public record ServerDescription(
    ObjectNode capabilities, JsonNode serverInfo, JsonNode instructions) {

  public static ServerDescription of(ObjectNode description) {
    ObjectNode capabilities = JsonRpc.objectAt(description, "capabilities").deepCopy();
    if (!capabilities.path("tools").isObject()) {
      capabilities.putObject("tools");
    }
    for (String list : new String[] {"tools", "prompts", "resources"}) {
      if (capabilities.get(list) instanceof ObjectNode capability) {
        capability.put("listChanged", true);
      }
    }
    return new ServerDescription(
        capabilities, description.path("serverInfo"), description.path("instructions"));
  }

  /** The members of an {@code initialize} result but its version. */
  ObjectNode forSession() {
    ObjectNode members = JsonRpc.object();
    members.set("capabilities", AuthDeclaration.with(capabilities, false));
    members.set("serverInfo", serverInfo.isObject() ? serverInfo : bridge());
    if (instructions.isString()) {
      members.set("instructions", instructions);
    }
    return members;
  }

  /** The members of a {@code server/discover} result that describe the server. */
  ObjectNode forStateless() {
    ObjectNode members = JsonRpc.object();
    members.set("capabilities", AuthDeclaration.with(capabilities, true));
    if (instructions.isString()) {
      members.set("instructions", instructions);
    }
    members
        .putObject("_meta")
        .set(Protocol.META_SERVER_INFO, serverInfo.isObject() ? serverInfo : bridge());
    return members;
  }

  public KnownServer.Entry entry(String tools) {
    return new KnownServer.Entry(inner(forSession()), inner(forStateless()), tools);
  }

  private static String inner(ObjectNode object) {
    String text = JsonRpc.text(object);
    return text.substring(1, text.length() - 1);
  }

  private static ObjectNode bridge() {
    return JsonRpc.object().put("name", Protocol.NAME).put("version", Protocol.VERSION);
  }
}

package dev.latchstring.mcpserver.stdio;

import tools.jackson.databind.node.ObjectNode;

/** MCP 2026-07-28, "Per-request protocol fields": what a session host said once, said each time. */
public final class RequestMeta {
  private RequestMeta() {}

  /**
   * @param given the members the host's request has itself, such as its progress token
   */
  public static ObjectNode of(HostFace face, ObjectNode given) {
    ObjectNode meta = given.deepCopy();
    meta.put(Protocol.META_VERSION, Protocol.STATELESS);
    meta.set(Protocol.META_CLIENT_INFO, clientInfo(face));
    ObjectNode capabilities = face.capabilitiesPassedOn();
    // Tasks were experimental in the session era and are another extension in this one.
    capabilities.remove("tasks");
    meta.set(Protocol.META_CLIENT_CAPABILITIES, capabilities);
    if (face.logLevel() != null) {
      meta.put(Protocol.META_LOG_LEVEL, face.logLevel());
    }
    return meta;
  }

  private static ObjectNode clientInfo(HostFace face) {
    return face.clientInfo().isEmpty()
        ? JsonRpc.object().put("name", Protocol.NAME).put("version", Protocol.VERSION)
        : face.clientInfo();
  }
}

package dev.latchstring.mcpserver.stdio;

import tools.jackson.databind.node.ObjectNode;

/**
 * One request of the host on its way to the server.
 *
 * @param params as the host sent them, with {@code _meta}; empty where there were none
 */
public record Call(
    String method,
    ObjectNode params,
    HostFace face,
    Cancellation cancellation,
    Conversation conversation) {

  /** What a server may do with the host while it works on a request. */
  public interface Conversation {
    /** Passes on a notification that belongs to the request, as the host's era allows. */
    void tell(ObjectNode notification);

    /**
     * Asks the host, and waits for the answer.
     *
     * @param method {@code elicitation/create}, {@code sampling/createMessage}, {@code roots/list}
     *     or, in the session era, whatever else a server asks
     * @return the result
     * @throws RpcError the host's error, or why it cannot be asked
     */
    ObjectNode ask(String method, ObjectNode params, Cancellation cancellation);
  }

  public Call withParams(ObjectNode other) {
    return new Call(method, other, face, cancellation, conversation);
  }

  /** MCP 2026-07-28, "Supported Requests": those a person may be asked in. */
  public boolean mayAskPerson() {
    return switch (method) {
      case "tools/call", "prompts/get", "resources/read" -> true;
      default -> false;
    };
  }
}

package dev.latchstring.mcpserver.sdk;

import dev.latchstring.mcpserver.kit.Access;
import dev.latchstring.mcpserver.kit.Admission;
import dev.latchstring.mcpserver.tools.Caller;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import java.util.HashMap;
import java.util.Map;

/** What goes along with a request to the tool that it calls. */
final class SdkContext {
  static final String CALLER = Caller.class.getName();
  static final String ACCESS = Access.class.getName();

  private SdkContext() {}

  static McpTransportContext of(Admission admission) {
    Map<String, Object> members = new HashMap<>();
    if (admission.caller() != null) {
      members.put(CALLER, admission.caller());
    }
    if (admission.access() != null) {
      members.put(ACCESS, admission.access());
    }
    return McpTransportContext.create(members);
  }

  static <T> T require(McpSyncServerExchange exchange, String name, Class<T> type, String hint) {
    Object value = exchange.transportContext().get(name);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new IllegalStateException(hint);
  }
}

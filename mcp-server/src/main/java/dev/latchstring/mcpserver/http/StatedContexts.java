package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.tools.StatedContext;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.context.McpContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;

/** Reads {@value StatedContext#HEADER}. */
final class StatedContexts {
  private static final StatedContext NONE = new StatedContext(Json.mapper().createObjectNode());

  private StatedContexts() {}

  /**
   * @throws Refusal 400 where the header is repeated, is not ASCII (JSON has escapes for the rest),
   *     or is not an object within its limits
   */
  static StatedContext of(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders(StatedContext.HEADER));
    if (values.isEmpty()) {
      return NONE;
    }
    String value = values.getFirst();
    if (values.size() > 1) {
      throw refused("there is more than one " + StatedContext.HEADER);
    }
    if (!value.chars().allMatch(c -> c < 0x80)) {
      throw refused(StatedContext.HEADER + " must be ASCII; write the rest as JSON escapes");
    }
    try {
      return new StatedContext(
          BoundedObject.parse(StatedContext.HEADER, value, McpContext.MAX_BYTES));
    } catch (OAuthException e) {
      throw refused(e.description());
    }
  }

  private static Refusal refused(String why) {
    return Refusal.jsonRpc(400, Refusal.INVALID_REQUEST, why, null);
  }
}

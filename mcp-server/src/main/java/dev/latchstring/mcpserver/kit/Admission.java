package dev.latchstring.mcpserver.kit;

import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.mcpserver.tools.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request that goes on.
 *
 * @param caller null where the request needs nobody
 * @param access to what the caller's login opens; null where the request needs none
 */
public record Admission(@Nullable Caller caller, @Nullable Access access) {
  /** A request that needs nobody. */
  public static final Admission NOBODY = new Admission(null, null);

  /** Why a request failed: what ended its access, if that did; else what the server says. */
  public RuntimeException reason(RpcError said) {
    RuntimeException ended = access == null ? null : access.ended();
    return ended == null ? said : ended;
  }

  /** Throws what ended the access, if something did. */
  public void requireNoReason() {
    RuntimeException ended = access == null ? null : access.ended();
    if (ended != null) {
      throw ended;
    }
  }
}

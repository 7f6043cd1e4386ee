package dev.latchstring.mcpserver.kit;

import dev.latchstring.mcpserver.stdio.Call;
import tools.jackson.databind.node.ObjectNode;

/** What is decided about a request before the server sees it. Safe for use by many threads. */
public interface Gate {
  /** Every request goes on, and every tool is listed. */
  Gate OPEN =
      new Gate() {
        @Override
        public Admission admit(Call call) {
          return Admission.NOBODY;
        }

        @Override
        public ObjectNode listed(Call call, ObjectNode result) {
          return result;
        }
      };

  /**
   * Lets a request go on.
   *
   * @return who calls
   * @throws dev.latchstring.mcpserver.login.LoginRequired where a login would let it
   * @throws dev.latchstring.mcpserver.stdio.RpcError where not
   */
  Admission admit(Call call);

  /** A page of {@code tools/list} as this host may see it. */
  ObjectNode listed(Call call, ObjectNode result);
}

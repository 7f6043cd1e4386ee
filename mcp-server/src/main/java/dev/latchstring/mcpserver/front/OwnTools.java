package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The tools of the front itself, which it answers without the server. */
public interface OwnTools {
  boolean has(String name);

  /** MCP, "Tool": what is listed where the server cannot be asked. */
  List<ObjectNode> definitions();

  /** What this host is listed after the server's own. */
  List<ObjectNode> beside(HostFace face);

  /**
   * Runs one of them; the result is of the session era.
   *
   * @throws dev.latchstring.mcpserver.login.Interim with what the host has to show or answer first
   */
  ObjectNode call(Call call, LoginPresenter presenter);
}

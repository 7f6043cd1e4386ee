package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.login.Logins;

/** What a front stands before: a server, the logins it needs, and the tools beside the server's. */
public interface Backing {
  /** The name of the tool that starts and explains logins. */
  String loginTool();

  /**
   * Makes the connection, and opens nothing yet.
   *
   * @param listener hears what the server says unasked
   */
  ServerConnection connect(ToolMirror mirror, Upstream.Listener listener);

  /**
   * @param onLogin to be run after each login that was stored
   */
  Logins logins(Runnable onLogin);

  OwnTools tools(Relay relay, Logins logins);

  KnownServer known();
}

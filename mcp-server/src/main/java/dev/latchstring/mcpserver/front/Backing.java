package dev.latchstring.mcpserver.front;

import dev.latchstring.mcpserver.extension.AuthSubjects;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.HostFace;
import java.util.Set;
import java.util.function.Consumer;

/** What a front stands before: a server, the logins it needs, and the tools beside the server's. */
public interface Backing {
  /** The name of the tool that starts and explains logins. */
  String loginTool();

  /** The names of the front's own tools: a server's tool of such a name is renamed. */
  Set<String> reservedTools();

  /**
   * Makes the connection, and opens nothing yet.
   *
   * @param listener hears what the server says unasked
   */
  ServerConnection connect(ToolMirror mirror, Upstream.Listener listener);

  /**
   * @param onChange to be run after each login that was stored, and each logout
   */
  Logins logins(Runnable onChange);

  OwnTools tools(Relay relay, Logins logins);

  /** What the extension {@code dev.latchstring/auth} is about here. */
  default AuthSubjects subjects(Relay relay, Logins logins) {
    return AuthSubjects.NONE;
  }

  KnownServer known();

  /** Whose lists change with a login: of {@code tools}, {@code prompts}, {@code resources}. */
  Set<String> changingLists();

  /**
   * The host said who it is, for the first time; in a session, when that is initialized. Called on
   * a thread of its own.
   *
   * @param begin starts a login that no request waits for, and shows it where the host's era lets
   *     it be shown unasked
   */
  void met(HostFace face, Consumer<LoginRequired> begin);
}

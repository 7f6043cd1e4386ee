package dev.latchstring.mcpserver.front;

import dev.latchstring.client.Account;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginLead;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.Protocol;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A server elsewhere, which is reached with one account, and beside which the front has one tool.
 *
 * @param opening makes the connection
 * @param wish how the user wants logins to be done
 * @param lastKnown what the server said of itself before
 */
public record Bridged(
    Opening opening, Account account, LoginWish wish, LastKnown lastKnown, SecureRandom random)
    implements Backing {

  /** Makes the connection, for the front that hears what the server says unasked. */
  public interface Opening {
    ServerConnection open(ToolMirror mirror, Upstream.Listener listener);
  }

  @Override
  public String loginTool() {
    return Protocol.LOGIN_TOOL;
  }

  @Override
  public Set<String> reservedTools() {
    return Set.of(Protocol.LOGIN_TOOL);
  }

  @Override
  public ServerConnection connect(ToolMirror mirror, Upstream.Listener listener) {
    return opening.open(mirror, listener);
  }

  @Override
  public LoginDesk logins(Runnable onChange) {
    LoginLead lead = new LoginLead(lastKnown.beside("login"));
    return new LoginDesk(account, wish, lead, random, onChange);
  }

  @Override
  public OwnTools tools(Relay relay, Logins logins) {
    return new LoginTool(relay, logins);
  }

  @Override
  public KnownServer known() {
    return lastKnown;
  }

  @Override
  public Set<String> changingLists() {
    return Set.of("tools", "prompts", "resources");
  }

  /** A server elsewhere says itself when it wants a login. */
  @Override
  public void met(HostFace face, Consumer<LoginRequired> begin) {}
}

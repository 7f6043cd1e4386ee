package dev.latchstring.mcpserver.kit;

import dev.latchstring.mcpserver.front.Backing;
import dev.latchstring.mcpserver.front.KnownServer;
import dev.latchstring.mcpserver.front.OwnTools;
import dev.latchstring.mcpserver.front.Relay;
import dev.latchstring.mcpserver.front.ServerConnection;
import dev.latchstring.mcpserver.front.ToolMirror;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPresenter;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.HostFace;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A server whose tools need nobody: the front alone, for hosts of either era. */
public final class NoLogin implements Backing, Logins, OwnTools {
  private final LoginKit.Server server;
  private @Nullable ServerConnection connection;

  public NoLogin(LoginKit.Server server) {
    this.server = server;
  }

  @Override
  public String loginTool() {
    return AuthTools.LOGIN;
  }

  @Override
  public Set<String> reservedTools() {
    return Set.of();
  }

  @Override
  public ServerConnection connect(ToolMirror mirror, Upstream.Listener listener) {
    connection = server.connect(Gate.OPEN, listener);
    return connection;
  }

  @Override
  public Logins logins(Runnable onChange) {
    return this;
  }

  @Override
  public OwnTools tools(Relay relay, Logins logins) {
    return this;
  }

  @Override
  public KnownServer known() {
    if (connection instanceof KnownServer known) {
      return known;
    }
    throw new IllegalStateException("connect first");
  }

  @Override
  public Set<String> changingLists() {
    return Set.of();
  }

  @Override
  public void met(HostFace face, Consumer<LoginRequired> begin) {}

  @Override
  public LoginDesk desk(LoginRequired need) {
    throw new IllegalStateException("nothing here asks for a login");
  }

  @Override
  public @Nullable LoginFlow find(String id) {
    return null;
  }

  @Override
  public @Nullable LoginFlow running() {
    return null;
  }

  @Override
  public boolean has(String name) {
    return false;
  }

  @Override
  public List<ObjectNode> definitions() {
    return List.of();
  }

  @Override
  public List<ObjectNode> beside(HostFace face) {
    return List.of();
  }

  @Override
  public ObjectNode call(Call call, LoginPresenter presenter) {
    throw new IllegalStateException("there is no tool of the front's own");
  }

  @Override
  public void close() {}
}

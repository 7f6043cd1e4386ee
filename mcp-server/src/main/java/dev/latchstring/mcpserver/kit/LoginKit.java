package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.ClientException;
import dev.latchstring.mcpserver.extension.AuthSubjects;
import dev.latchstring.mcpserver.front.Backing;
import dev.latchstring.mcpserver.front.KnownServer;
import dev.latchstring.mcpserver.front.OwnTools;
import dev.latchstring.mcpserver.front.Relay;
import dev.latchstring.mcpserver.front.ServerConnection;
import dev.latchstring.mcpserver.front.ToolMirror;
import dev.latchstring.mcpserver.front.Upstream;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.login.LoginAnswers;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.login.SessionLogin;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root of the kit: what a front needs to know of a server whose tools use the
 * logins of one or several providers.
 */
public final class LoginKit implements Backing {
  private static final Logger LOG = LoggerFactory.getLogger(LoginKit.class);

  /** Makes the connection to the server in this process. */
  public interface Server {
    ServerConnection connect(Gate gate, Upstream.Listener listener);
  }

  private final KitParts parts;
  private final KitLogins logins;
  private final AuthTools tools;
  private final ToolGate gate;
  private final Server server;
  private volatile Runnable onChange = () -> {};
  private @Nullable ServerConnection connection;

  /**
   * @param providers at least one; the first is meant where a tool names none
   * @param open the tools that need nobody
   * @param identities whose word on who calls counts; null for nobody's
   */
  public LoginKit(
      KitParts parts,
      List<Provider> providers,
      Set<String> open,
      @Nullable IdentityAssertions identities,
      Server server) {
    this.parts = parts;
    this.server = server;
    Runnable changed = this::changed;
    this.logins =
        new KitLogins(
            providers.stream()
                .map(provider -> new ProviderLogin(provider, parts, changed))
                .toList());
    this.tools = new AuthTools(parts, logins, changed);
    SessionLogin midCall = new SessionLogin(logins, new LoginAnswers(AuthTools.LOGIN));
    this.gate = new ToolGate(parts, logins, open, identities, midCall);
  }

  private void changed() {
    onChange.run();
  }

  @Override
  public String loginTool() {
    return AuthTools.LOGIN;
  }

  @Override
  public Set<String> reservedTools() {
    return AuthTools.NAMES;
  }

  @Override
  public ServerConnection connect(ToolMirror mirror, Upstream.Listener listener) {
    connection = server.connect(gate, listener);
    return connection;
  }

  @Override
  public Logins logins(Runnable changed) {
    onChange = changed;
    return logins;
  }

  @Override
  public OwnTools tools(Relay relay, Logins ofTheFront) {
    return tools;
  }

  @Override
  public AuthSubjects subjects(Relay relay, Logins ofTheFront) {
    return new KitSubjects(parts, logins);
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
    return Set.of("tools");
  }

  @Override
  public void met(HostFace face, Consumer<LoginRequired> begin) {
    if (parts.mode() == Mode.EAGER) {
      logins.metHost(face);
      for (ProviderLogin provider : logins.providers()) {
        try {
          AccountLogin account = provider.account(null);
          if (!account.isGiven() && account.held() == null) {
            LoginRequired need = parts.login(account, provider.waiting(account));
            Thread.ofVirtual().start(() -> begin.accept(need));
          }
        } catch (RpcError e) {
          // Told to the first request that needs it.
          LOG.info("no login is begun with the session: {}", e.message());
        } catch (ClientException e) {
          LOG.info("no login is begun with the session: {}", e.description());
        }
      }
    }
  }
}

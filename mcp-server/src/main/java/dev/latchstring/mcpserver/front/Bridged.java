package dev.latchstring.mcpserver.front;

import dev.latchstring.client.Account;
import dev.latchstring.client.delivery.DeliveredAccount;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.mcpserver.extension.AuthSubject;
import dev.latchstring.mcpserver.extension.AuthSubjects;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginLead;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server elsewhere, which is reached with one account, and beside which the front has one tool.
 *
 * @param opening makes the connection
 * @param account the stored login, before which a delivered token goes
 * @param wish how the user wants logins to be done
 * @param lastKnown what the server said of itself before
 */
public record Bridged(
    Opening opening,
    DeliveredAccount account,
    LoginWish wish,
    LastKnown lastKnown,
    SecureRandom random)
    implements Backing {

  private static final Logger LOG = LoggerFactory.getLogger(Bridged.class);

  /** Makes the connection, for the front that hears what the server says unasked. */
  public interface Opening {
    /**
     * @param account whose tokens the server gets
     */
    ServerConnection open(ToolMirror mirror, Upstream.Listener listener, Account account);
  }

  /** Of an account that tokens can be delivered to. */
  public Bridged(
      Opening opening,
      Account account,
      LoginWish wish,
      LastKnown lastKnown,
      SecureRandom random,
      Clock clock) {
    this(opening, new DeliveredAccount(account, clock), wish, lastKnown, random);
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
    return opening.open(mirror, listener, account);
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
  public AuthSubjects subjects(Relay relay, Logins logins) {
    AuthSubject subject =
        new AuthSubject(
            null,
            account,
            logins.desk(noCall()),
            face -> need(relay, face),
            false,
            LoginOptions.DEFAULT);
    return new AuthSubjects() {
      @Override
      public List<AuthSubject> all() {
        return List.of(subject);
      }

      @Override
      public List<ObjectNode> tools() {
        return knownTools();
      }
    };
  }

  /** What the server says itself when it is asked without a login. */
  private static LoginRequired need(Relay relay, HostFace face) {
    LoginRequired wanted = relay.wanted();
    if (wanted != null) {
      return wanted;
    }
    try {
      Upstream open = relay.connection().ready(face);
      LOG.debug("{} is open, and a login is wanted all the same", open.version());
    } catch (LoginRequired need) {
      return need;
    }
    return noCall();
  }

  /** Where a login is done that no call asked for: wherever the server says. */
  private static LoginRequired noCall() {
    return new LoginRequired(401, List.of());
  }

  private List<ObjectNode> knownTools() {
    KnownServer.Entry entry = lastKnown.read();
    JsonNode tools =
        entry == null
            ? JsonRpc.array()
            : JsonRpc.parse(entry.tools().getBytes(StandardCharsets.UTF_8));
    List<ObjectNode> known = new ArrayList<>();
    if (tools != null) {
      for (JsonNode tool : tools) {
        if (tool instanceof ObjectNode object) {
          known.add(object);
        }
      }
    }
    return known;
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

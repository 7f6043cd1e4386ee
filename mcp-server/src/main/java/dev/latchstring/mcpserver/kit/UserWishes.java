package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.flow.FlowName;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user of a server says in its environment, which goes before what its author chose. A
 * value that means nothing is warned of, and counts as none.
 *
 * @param mode {@value #MODE}: {@code lazy}, {@code tool} or {@code eager}
 * @param keep {@value #KEEP}: {@code true} keeps logins, encrypted, after the server has ended
 * @param flow {@value #FLOW}: the only way to log in, by its name ({@link FlowName})
 * @param account {@value #ACCOUNT}: the account that is meant where a request names none
 * @param hostIdentity {@value #HOST_IDENTITY}: {@code true} lets the host's own client identifier
 *     be used where the author allows it
 */
public record UserWishes(
    @Nullable Mode mode,
    boolean keep,
    @Nullable FlowName flow,
    String account,
    boolean hostIdentity) {
  public static final String MODE = "LATCH_LOGIN_MODE";
  public static final String KEEP = "LATCH_LOGIN_KEEP";
  public static final String FLOW = "LATCH_LOGIN_FLOW";
  public static final String ACCOUNT = "LATCH_LOGIN_ACCOUNT";
  public static final String HOST_IDENTITY = "LATCH_LOGIN_HOST_IDENTITY";

  private static final Logger LOG = LoggerFactory.getLogger(UserWishes.class);

  public static UserWishes of(Map<String, String> environment) {
    String mode = value(environment, MODE);
    Mode chosen = Mode.of(mode).orElse(null);
    if (chosen == null && !mode.isEmpty()) {
      LOG.warn("{} is none of lazy, tool and eager; it is ignored", MODE);
    }
    String flow = value(environment, FLOW);
    FlowName only = FlowName.of(flow.toLowerCase(Locale.ROOT)).orElse(null);
    if (only == null && !flow.isEmpty()) {
      LOG.warn("{} names no flow (code, device, challenge); it is ignored", FLOW);
    }
    String account = value(environment, ACCOUNT);
    return new UserWishes(
        chosen,
        isTrue(environment, KEEP),
        only,
        account.isEmpty() ? Account.DEFAULT_NAME : account,
        isTrue(environment, HOST_IDENTITY));
  }

  private static boolean isTrue(Map<String, String> environment, String name) {
    String value = value(environment, name).toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true", "yes", "1" -> true;
      case "", "false", "no", "0" -> false;
      default -> {
        LOG.warn("{} is neither true nor false; it counts as false", name);
        yield false;
      }
    };
  }

  private static String value(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip();
  }
}

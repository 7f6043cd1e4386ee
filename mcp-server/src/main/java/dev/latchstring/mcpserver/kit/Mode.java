package dev.latchstring.mcpserver.kit;

import java.util.Locale;
import java.util.Optional;

/** When a login begins. */
public enum Mode {
  /** Every tool is listed; the first call that needs a login begins it. */
  LAZY,

  /**
   * Before the login only the tools are listed that log in, afterwards the server's own: {@code
   * notifications/tools/list_changed} tells the host. In the stateless era, where a list may not
   * change as a side effect, it is {@link #LAZY}.
   */
  TOOL,

  /**
   * The login begins when the host has said who it is, before anything needs it. In the stateless
   * era, where nobody is asked outside a request, it begins in a browser of this machine alone, and
   * the first request that may carry a prompt shows it.
   */
  EAGER;

  /** By its name, in whatever case. */
  public static Optional<Mode> of(String name) {
    for (Mode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name.strip().toLowerCase(Locale.ROOT))) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}

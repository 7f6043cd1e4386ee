package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Client Registration": as which client a login would be made, found out without asking
 * anybody.
 *
 * @param kind where the client comes from
 * @param clientId its identifier; null where it has none yet, or there is none
 * @param reason half a sentence that begins in lower case and has no full stop
 * @param hint what would make a login possible; null where one is
 */
public record ClientChoice(
    Kind kind, @Nullable String clientId, String reason, @Nullable String hint) {

  /** Where a client comes from. */
  public enum Kind {
    /** It was registered by hand, and is pinned or configured here. */
    CONFIGURED,
    /** It is the address of a Client ID Metadata Document. */
    METADATA_DOCUMENT,
    /** This program registered it there before (RFC 7591). */
    REGISTERED,
    /** This program would register it now. */
    NEW,
    /** There is none, and none can be registered: a login of a person is not possible. */
    NONE
  }

  /** Whether a person can log in. */
  public boolean isPossible() {
    return kind != Kind.NONE;
  }

  static ClientChoice of(Kind kind, @Nullable String clientId, String reason) {
    return new ClientChoice(kind, clientId, reason, null);
  }

  static ClientChoice none(ClientException why) {
    return new ClientChoice(Kind.NONE, null, why.description(), why.hint());
  }
}

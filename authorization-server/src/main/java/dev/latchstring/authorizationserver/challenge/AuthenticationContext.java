package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9470. What has to be proven for an {@code acr}.
 *
 * @param slots what has to be answered, in that order; each the identifiers of steps of which one
 *     is enough
 * @param scopes the most that it reaches; null where that is no bound
 * @param refresh whether a refresh token may be given
 * @param reauthenticateAfter how long what was proven is good for; null for ever
 * @param multiple whether it is called {@code mfa} (RFC 8176 §2)
 */
public record AuthenticationContext(
    String acr,
    List<List<String>> slots,
    @Nullable Scope scopes,
    boolean refresh,
    @Nullable Duration reauthenticateAfter,
    boolean multiple) {
  public AuthenticationContext {
    slots = slots.stream().map(List::copyOf).toList();
  }

  /** What only a guess at an account's data proves. */
  public static final String KNOWLEDGE = "urn:latchstring:acr:knowledge";

  /** The same, and a code on a channel that is on file. */
  public static final String KNOWLEDGE_OTP = "urn:latchstring:acr:knowledge-otp";

  /** A password or a PIN. */
  public static final String PASSWORD = AuthorizationRequestRules.CHALLENGE_PASSWORD_ACR;

  /** Two factors of different kinds, neither of them knowledge on file. */
  public static final String MFA = "urn:latchstring:acr:mfa";

  boolean reaches(Scope scope) {
    return scopes == null || scopes.containsAll(scope);
  }
}

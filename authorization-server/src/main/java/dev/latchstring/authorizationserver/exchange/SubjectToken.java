package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.assertion.AuthenticationContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §1.1. The person that a token was issued about, to the client that presents it.
 *
 * @param username null where the person has no account here
 * @param keyThumbprint RFC 9449 §6.1: the key the token is bound to, or null
 * @param mayAct RFC 8693 §4.4: the only one who may act on it, or null
 */
public record SubjectToken(
    String subject,
    @Nullable String username,
    List<String> teams,
    AuthenticationContext context,
    @Nullable String keyThumbprint,
    @Nullable Map<String, Object> mayAct) {
  public SubjectToken {
    teams = List.copyOf(teams);
  }
}

package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person gave under a code, of whatever kind.
 *
 * @param code its text
 * @param subject who gave it
 * @param authenticationTime when the person signed in
 * @param context {@code mcp_context}: what the client stated of its model session, or null
 */
public record GivenCode(
    String code,
    String subject,
    Scope scope,
    String resource,
    Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    RequestedClaims claims,
    @Nullable McpContext context) {
  public GivenCode {
    amr = List.copyOf(amr);
  }

  /** The resource alone: the code is a secret. */
  @Override
  public String toString() {
    return "GivenCode[resource=" + resource + "]";
  }
}

package dev.latchstring.authorizationserver.device;

import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the person decided. */
public sealed interface Decision {
  /**
   * Yes.
   *
   * @param subject who
   * @param scope what of the asked scope is allowed
   * @param authenticationTime when the person signed in
   * @param amr RFC 8176: how
   */
  record Approve(
      String subject,
      Scope scope,
      Instant authenticationTime,
      @Nullable String acr,
      List<String> amr)
      implements Decision {
    public Approve {
      amr = List.copyOf(amr);
    }
  }

  /**
   * No.
   *
   * @param subject who
   */
  record Deny(String subject) implements Decision {}
}

package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.OAuthException;
import org.jdbi.v3.core.Handle;

/**
 * What a grant takes out of the database in the same transaction in which its tokens are issued.
 *
 * <p>An exception rolls back everything. Where the refusal itself must be remembered, such as the
 * revocation that the reuse of a refresh token causes, it is returned instead: what was written
 * stays, nothing is issued, and the error reaches the client.
 */
@FunctionalInterface
public interface Consumption {
  Outcome consume(Handle transaction);

  /** Whether tokens are issued. */
  sealed interface Outcome {
    /** What was redeemed is consumed. */
    record Consumed() implements Outcome {}

    /** Nothing is issued; what was written stays. */
    record Refused(OAuthException error) implements Outcome {}
  }
}

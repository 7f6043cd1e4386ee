package dev.latchstring.authorizationserver.token;

import dev.latchstring.oauth.OAuthException;
import java.util.function.Consumer;
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

  /**
   * The same, and then this, which is done only where the first does not refuse and which refuses
   * with an exception: nothing of either is written then.
   */
  default Consumption andThen(Consumer<Handle> next) {
    return transaction -> {
      Outcome outcome = consume(transaction);
      if (outcome instanceof Outcome.Consumed) {
        next.accept(transaction);
      }
      return outcome;
    };
  }

  /** Whether tokens are issued. */
  sealed interface Outcome {
    /** What was redeemed is consumed. */
    record Consumed() implements Outcome {}

    /** Nothing is issued; what was written stays. */
    record Refused(OAuthException error) implements Outcome {}
  }
}

package dev.latchstring.examples.quarkus;

import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.call.Next;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import java.util.function.Supplier;

/**
 * Repeats a call of the REST client after what a refusal asks for: another token, a nonce. On the
 * caller's thread, which has to be one that may wait.
 */
@ApplicationScoped
public class AuthorizedCalls {
  private final Authorizer authorizer;

  @Inject
  AuthorizedCalls(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * @throws Refused where the server refuses for good
   */
  public <T> T run(Supplier<T> call) {
    for (int sends = 1; ; sends++) {
      try {
        return call.get();
      } catch (ProcessingException | Refused e) {
        Refused refused = e instanceof Refused itself ? itself : cause(e);
        Next next = authorizer.after(refused.sent(), refused.status(), refused.headers(), true);
        if (next == Next.DELIVER || sends == AuthorizedHttpClient.MAX_SENDS) {
          throw refused;
        }
      }
    }
  }

  private static Refused cause(RuntimeException e) {
    if (e.getCause() instanceof Refused refused) {
      return refused;
    }
    throw e;
  }
}

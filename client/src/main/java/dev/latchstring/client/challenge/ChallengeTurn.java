package dev.latchstring.client.challenge;

import dev.latchstring.client.AccessToken;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a login by challenge stands: a value to keep between two turns of a conversation. It holds
 * everything that the next turn needs, and no thread, connection or timer; forgetting it leaves
 * nothing behind here.
 *
 * <p>A turn may be answered again where the answer's own turn never came (a network problem): the
 * same answer is the same request, which the server answers in the same way within 30 seconds. Do
 * not answer one that was answered: where it brought a token, the code would come a second time,
 * and the server would revoke what it gave. None shows a secret in its {@code toString}.
 */
public sealed interface ChallengeTurn {
  /** The person has to answer a step: {@link ChallengeClient#answer}. */
  record Asked(Step step, ChallengeState state) implements ChallengeTurn {}

  /**
   * The server cannot now: wait, then {@link ChallengeClient#again}. Nothing was lost and no
   * attempt was used.
   *
   * @param retryAfter how long to wait, 1 second to 1 hour
   */
  record Busy(Duration retryAfter, ChallengeState state) implements ChallengeTurn {}

  /** The person is who they say, and here is the token. */
  record Done(ChallengeTokens tokens) implements ChallengeTurn {
    public AccessToken token() {
      return tokens.accessToken();
    }
  }

  /**
   * It goes on in a browser alone. With the code that the browser brings to the request's {@code
   * redirectUri}: {@link ChallengeClient#finish}.
   *
   * @param open what to open; a secret until then. Null where the request had no {@code
   *     redirectUri} and the server kept none: then nothing can be finished here
   * @param expiresIn for how long; null where not told
   * @param stateParameter what {@code state} will come back with the code
   */
  record ToWeb(
      @Nullable URI open, @Nullable Duration expiresIn, String stateParameter, ChallengeState state)
      implements ChallengeTurn {
    /** Without the address. */
    @Override
    public String toString() {
      return "ToWeb[expiresIn=" + expiresIn + "]";
    }
  }

  /**
   * It is over. Do not begin again by yourself.
   *
   * @param error the server's code; {@code abandoned} where the person gave up
   * @param description for a log or a developer, in the server's own words, fit to be shown; not
   *     for the person
   */
  record Ended(Ending ending, String error, @Nullable String description)
      implements ChallengeTurn {}

  /** Why it is over. */
  enum Ending {
    /** {@code access_denied}: too many wrong answers, or the person refused. */
    DENIED,
    /** The person gave up: {@link Answer.Abandon}. */
    ABANDONED,
    /** {@code invalid_session}, and beginning without it did not help either. */
    SESSION_LOST,
    /** {@code unmet_authentication_requirements}: no such context can be had for this scope. */
    UNMET,
    /** {@code invalid_grant}: a refresh token is worthless; log in anew. */
    LOGIN_REQUIRED,
    /** {@code invalid_client} or {@code unauthorized_client}: this program may not do this. */
    CLIENT_REFUSED,
    /** Any other refusal: a scope, a resource, a malformed request. */
    REFUSED
  }
}

package dev.latchstring.client.login;

import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the caller wants of a login.
 *
 * @param scope asked for instead of what discovery selects; null leaves it to discovery. What is
 *     granted already is kept: the union is asked for
 * @param challenges of a 401 or 403 that made the login necessary, so that no probe is sent; null
 *     where there is none
 * @param anotherPerson true to let the account be taken over by another identity than the pinned
 *     one, which the caller must have asked the person for
 * @param challenge the login is done by challenge, in this way; null for a device code
 */
public record LoginOptions(
    @Nullable Scope scope,
    @Nullable List<Challenge> challenges,
    boolean anotherPerson,
    @Nullable ChallengeOptions challenge) {

  /** Everything as discovery finds it. */
  public static final LoginOptions DEFAULT = new LoginOptions(null, null, false, null);

  public LoginOptions {
    challenges = challenges == null ? null : List.copyOf(challenges);
  }

  public LoginOptions withScope(Scope wanted) {
    return new LoginOptions(wanted, challenges, anotherPerson, challenge);
  }

  public LoginOptions withChallenges(List<Challenge> received) {
    return new LoginOptions(scope, received, anotherPerson, challenge);
  }

  public LoginOptions allowingAnotherPerson() {
    return new LoginOptions(scope, challenges, true, challenge);
  }

  /** By challenge, for a client that the server's operator calls its own. */
  public LoginOptions byChallenge(ChallengeOptions how) {
    return new LoginOptions(scope, challenges, anotherPerson, how);
  }
}

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
 */
public record LoginOptions(
    @Nullable Scope scope, @Nullable List<Challenge> challenges, boolean anotherPerson) {

  /** Everything as discovery finds it. */
  public static final LoginOptions DEFAULT = new LoginOptions(null, null, false);

  public LoginOptions {
    challenges = challenges == null ? null : List.copyOf(challenges);
  }

  public LoginOptions withScope(Scope wanted) {
    return new LoginOptions(wanted, challenges, anotherPerson);
  }

  public LoginOptions withChallenges(List<Challenge> received) {
    return new LoginOptions(scope, received, anotherPerson);
  }

  public LoginOptions allowingAnotherPerson() {
    return new LoginOptions(scope, challenges, true);
  }
}

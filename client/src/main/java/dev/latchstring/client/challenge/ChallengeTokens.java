package dev.latchstring.client.challenge;

import dev.latchstring.client.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * What a login by challenge ends in. Everything in it is secret; {@code toString} shows the access
 * token's scope alone.
 *
 * @param accessToken bound to the call's key: {@link AccessToken#proof} goes with every use
 * @param refreshToken null where there is none
 * @param idToken null where there is none
 * @param authSession what a step-up continues from; null where the server gave none
 * @param state what {@link ChallengeClient} needs to go on from here
 */
public record ChallengeTokens(
    AccessToken accessToken,
    @Nullable String refreshToken,
    @Nullable String idToken,
    @Nullable String authSession,
    ChallengeState state) {

  /** Without the tokens. */
  @Override
  public String toString() {
    return "ChallengeTokens[" + accessToken + "]";
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.challenge.ChallengePrompt;
import java.time.Duration;
import java.util.List;

/**
 * What the caller wants of a login by challenge; see docs/challenge-profile.md.
 *
 * @param prompt asks the person, on the thread that runs the login
 * @param acrValues the authentication contexts that will do, the most wanted first; empty leaves it
 *     to the server, or to the challenges of the {@link LoginOptions}, which come before these
 * @param uiLocales the person's languages, RFC 5646 tags, the most wanted first
 * @param patience how long to wait in all for a server that is busy
 */
public record ChallengeOptions(
    ChallengePrompt prompt, List<String> acrValues, List<String> uiLocales, Duration patience) {
  /** How long a busy server is waited for, where the caller does not say. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(1);

  public ChallengeOptions {
    acrValues = List.copyOf(acrValues);
    uiLocales = List.copyOf(uiLocales);
  }

  /** Everything else left to the server. */
  public static ChallengeOptions asking(ChallengePrompt prompt) {
    return new ChallengeOptions(prompt, List.of(), List.of(), DEFAULT_PATIENCE);
  }

  public ChallengeOptions withAcrValues(List<String> wanted) {
    return new ChallengeOptions(prompt, wanted, uiLocales, patience);
  }

  public ChallengeOptions withUiLocales(List<String> wanted) {
    return new ChallengeOptions(prompt, acrValues, wanted, patience);
  }

  public ChallengeOptions withPatience(Duration longest) {
    return new ChallengeOptions(prompt, acrValues, uiLocales, longest);
  }
}

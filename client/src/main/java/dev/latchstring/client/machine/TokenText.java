package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;

/** What may be a token: one line of visible ASCII (RFC 6750 §2.1), and not without end. */
final class TokenText {
  /** The most characters. Tokens with a person's groups in them have ten thousand. */
  static final int MAX_LENGTH = 32 * 1024;

  private TokenText() {}

  /**
   * A token as somebody wrote it down: white space around it does not count.
   *
   * @param where it is from, for the message
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE}, never quoting it
   */
  static String of(String text, String where) {
    String token = text.strip();
    if (token.isEmpty()) {
      throw unusable(where + " is empty", "it has to hold one token");
    }
    if (token.length() > MAX_LENGTH) {
      throw unusable(
          where + " has more than " + MAX_LENGTH + " characters", "it has to hold one token");
    }
    if (token.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw unusable(
          where + " has more than one line", "it has to hold one token and nothing else");
    }
    if (!token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw unusable(
          where + " has a character that no token has",
          "it has to hold one token and nothing else");
    }
    return token;
  }

  static ClientException unusable(String what, String hint) {
    return new ClientException(Problem.CREDENTIAL_UNAVAILABLE, what, hint);
  }
}

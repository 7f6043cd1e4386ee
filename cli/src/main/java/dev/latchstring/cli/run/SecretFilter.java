package dev.latchstring.cli.run;

import java.nio.charset.StandardCharsets;

/**
 * Takes a token out of what a program prints. A program may log the header that it sends, or its
 * environment.
 */
final class SecretFilter {
  private static final String STAND_IN = "[token]";

  private final String secret;

  SecretFilter(String secret) {
    this.secret = secret;
  }

  /**
   * The line as text.
   *
   * @param cut whether more of the line followed: a beginning of the token at its end goes, too
   */
  String clean(byte[] line, boolean cut) {
    String text = new String(line, StandardCharsets.UTF_8);
    if (secret.isEmpty()) {
      return text;
    }
    String clean = text.replace(secret, STAND_IN);
    if (!cut) {
      return clean;
    }
    int keep = clean.length();
    for (int length = Math.min(secret.length() - 1, clean.length()); length > 0; length--) {
      if (clean.endsWith(secret.substring(0, length))) {
        keep = clean.length() - length;
        break;
      }
    }
    return clean.substring(0, keep);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "SecretFilter";
  }
}

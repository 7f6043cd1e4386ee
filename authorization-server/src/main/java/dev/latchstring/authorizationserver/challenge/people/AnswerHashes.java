package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.keys.ServerKey;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * RFC 2104. What is kept of answers, and what follows from those that are nobody's: HMAC-SHA256
 * under keys of their own, which are not in the database.
 *
 * <p>Every text that is hashed begins with what it is for, and each part of it with its length, so
 * that none can be taken for another.
 */
final class AnswerHashes {
  private final ServerKey.Derived answers;
  private final ServerKey.Derived decoys;

  AnswerHashes(ServerKey key) {
    this.answers = key.derive("challenge-answer");
    this.decoys = key.derive("challenge-decoy");
  }

  /** By which an account is found that has all these values. */
  byte[] lookup(Map<String, String> values) {
    return answers.hmac(text("lookup", values));
  }

  /** What is kept of one value of one person. */
  byte[] knowledge(String attribute, String subject, String value) {
    return answers.hmac(text("knowledge", attribute, subject, value));
  }

  /** What stands for somebody whom nobody knows: 32 bytes that follow from what was answered. */
  byte[] decoy(Map<String, String> values) {
    return decoys.hmac(text("decoy", values));
  }

  /** 32 bytes that follow from a person's key. */
  byte[] seed(String purpose, String key) {
    return decoys.hmac(text("seed", purpose, key));
  }

  /** The first 22 characters of a hash in base64url: as long as an account's subject. */
  static String asSubject(byte[] hash) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22);
  }

  private static String text(String purpose, Map<String, String> values) {
    StringBuilder text = new StringBuilder(text(purpose));
    new TreeMap<>(values).forEach((name, value) -> text.append(text(name, value)));
    return text.toString();
  }

  private static String text(String... parts) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      text.append(part.length()).append(':').append(part);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "AnswerHashes";
  }
}

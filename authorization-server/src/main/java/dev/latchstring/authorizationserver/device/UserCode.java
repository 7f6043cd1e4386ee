package dev.latchstring.authorizationserver.device;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * RFC 8628 §6.1. The code a person types: eight letters of an alphabet without vowels and without
 * letters that look alike, 34.5 bits. It is shown as {@code XXXX-XXXX} and compared without case,
 * dashes and spaces.
 *
 * @param letters the eight letters, upper case
 */
public record UserCode(String letters) {
  private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
  private static final int LENGTH = 8;
  private static final int MAX_TYPED = 64;

  /** How many codes there are: 20 to the eighth. */
  private static final long COUNT = 25_600_000_000L;

  /** Those of a number that says which code it is: 35, and three of four such numbers are one. */
  static final long BITS = (1L << 35) - 1;

  public UserCode {
    if (!isValid(letters)) {
      throw new IllegalArgumentException("a user code has eight letters of " + ALPHABET);
    }
  }

  /** The number of any code, each as likely as every other. */
  static long random(SecureRandom random) {
    long number = random.nextLong() & BITS;
    while (number >= COUNT) {
      number = random.nextLong() & BITS;
    }
    return number;
  }

  /** The code with this number. */
  static UserCode of(long number) {
    char[] letters = new char[LENGTH];
    long left = number;
    for (int i = 0; i < LENGTH; i++) {
      letters[i] = ALPHABET.charAt((int) (left % ALPHABET.length()));
      left /= ALPHABET.length();
    }
    return new UserCode(new String(letters));
  }

  /**
   * What a person typed, in any case, with or without dashes and spaces; empty where it cannot be a
   * code.
   */
  public static Optional<UserCode> parse(String typed) {
    if (typed.length() > MAX_TYPED) {
      return Optional.empty();
    }
    StringBuilder letters = new StringBuilder(LENGTH);
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        letters.append(c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
      }
    }
    return isValid(letters) ? Optional.of(new UserCode(letters.toString())) : Optional.empty();
  }

  private static boolean isValid(CharSequence letters) {
    return letters.length() == LENGTH && letters.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }

  /** As a person reads it: {@code XXXX-XXXX}. */
  public String display() {
    return letters.substring(0, 4) + "-" + letters.substring(4);
  }

  /** Without the letters. */
  @Override
  public String toString() {
    return "UserCode";
  }
}

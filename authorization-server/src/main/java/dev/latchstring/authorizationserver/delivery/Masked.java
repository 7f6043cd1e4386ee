package dev.latchstring.authorizationserver.delivery;

import java.nio.ByteBuffer;

/**
 * What may be told of a destination.
 *
 * <p>To people, who may be strangers to it: the last two digits of a number, which are the same for
 * everybody by chance, and nothing of a mail address. Its first letter is that of a name that
 * whoever asks has typed, and its host is seldom one that an invented address would have, so that
 * both would tell who is known.
 */
public final class Masked {
  private static final String DOTS = "\u2022\u2022\u2022";
  private static final String MAIL = DOTS + "@" + DOTS;

  private Masked() {}

  /** For a prompt: {@code •••42}, or {@code •••@•••}. */
  public static String destination(Channel channel, String destination) {
    return channel == Channel.EMAIL ? MAIL : DOTS + lastDigits(destination);
  }

  /**
   * What {@link #destination} would be of a person that is not there.
   *
   * @param seed at least eight bytes that look random and are the same for the same question, such
   *     as an HMAC of what was typed under a key of the server
   */
  public static String decoy(Channel channel, byte[] seed) {
    if (channel == Channel.EMAIL) {
      return MAIL;
    }
    long number = Long.remainderUnsigned(ByteBuffer.wrap(seed).getLong(), 100);
    return DOTS + (number < 10 ? "0" : "") + number;
  }

  /** For the operator: {@code ***42}, or {@code a***@example.com}, in ASCII. */
  static String inLog(Channel channel, String destination) {
    if (channel != Channel.EMAIL) {
      return "***" + lastDigits(destination);
    }
    int at = destination.lastIndexOf('@');
    return at < 1 ? "***" : destination.charAt(0) + "***" + destination.substring(at);
  }

  private static String lastDigits(String number) {
    StringBuilder digits = new StringBuilder(2);
    for (int i = number.length() - 1; i >= 0 && digits.length() < 2; i--) {
      char c = number.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.insert(0, c);
      }
    }
    return digits.length() == 2 ? digits.toString() : "";
  }
}

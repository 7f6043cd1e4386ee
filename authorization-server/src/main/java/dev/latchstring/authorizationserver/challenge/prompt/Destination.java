package dev.latchstring.authorizationserver.challenge.prompt;

import dev.latchstring.authorizationserver.delivery.Channel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a code went, as far as it may be told: the last digits of {@code ••42}, or {@code
 * a…@example.com}.
 */
record Destination(Channel channel, String masked) {
  private static final int MAX_LENGTH = 320;
  private static final Pattern ENDING = Pattern.compile("(\\d{1,4})$");

  /** "a…@" and a domain that can be said. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\p{Alnum}{0,2}[^\\p{Alnum}@]{1,20}){1,2}@[\\p{Alnum}.-]{1,250}");

  /** The key of the sentence, from what it begins with ({@code otp}) on. */
  String key(String beginning) {
    String key = beginning + "." + name();
    return isKnown() ? key : key + ".unknown";
  }

  /** The digits or the address; nothing where it is neither. */
  Piece piece() {
    if (!isKnown()) {
      return Piece.words("");
    }
    Matcher ending = ENDING.matcher(masked);
    return channel != Channel.EMAIL && ending.find()
        ? Piece.digits(ending.group(1))
        : Piece.words(masked);
  }

  private boolean isKnown() {
    return masked.length() <= MAX_LENGTH
        && (channel == Channel.EMAIL
            ? ADDRESS.matcher(masked).matches()
            : ENDING.matcher(masked).find());
  }

  private String name() {
    return switch (channel) {
      case SMS -> "sms";
      case EMAIL -> "email";
      case VOICE -> "voice";
    };
  }
}

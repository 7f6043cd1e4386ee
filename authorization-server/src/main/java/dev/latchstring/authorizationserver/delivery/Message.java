package dev.latchstring.authorizationserver.delivery;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A one-time code on its way. Its {@code toString} tells neither the code nor where it goes. A
 * code, validity or reference that is not as said below is an {@link IllegalArgumentException}.
 *
 * @param destination a mail address, or a telephone number with its country's code ({@code
 *     +33612345678}); one that is neither is found out, and logged, when it is to be delivered: who
 *     hands it over learns nothing from it
 * @param code 4 to 12 digits or capital letters
 * @param locale in whose language the message is; English where that is not translated
 * @param validity for how long the code is good from now on; afterwards nothing is tried any more
 * @param clientName the program that the person uses, as the operator named it; may be empty
 * @param reference names this sending in the log and to the gateway; 1 to 64 of {@code
 *     A-Za-z0-9_-}, random, and not a secret
 */
public record Message(
    Channel channel,
    String destination,
    String code,
    Locale locale,
    Duration validity,
    String clientName,
    String reference) {
  private static final Pattern CODE = Pattern.compile("[0-9A-Z]{4,12}");
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public Message {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("a code is 4 to 12 digits or capital letters");
    }
    if (!REFERENCE.matcher(reference).matches()) {
      throw new IllegalArgumentException("a reference is 1 to 64 of A-Z a-z 0-9 _ -");
    }
    if (!validity.isPositive()) {
      throw new IllegalArgumentException("a code is valid for some time");
    }
  }

  @Override
  public String toString() {
    return "Message[channel=" + channel + ", reference=" + reference + "]";
  }
}

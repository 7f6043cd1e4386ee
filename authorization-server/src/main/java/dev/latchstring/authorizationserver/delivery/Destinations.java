package dev.latchstring.authorizationserver.delivery;

import java.net.IDN;
import java.util.regex.Pattern;

/** Where messages may go, in the one form that is handed on. */
final class Destinations {
  private static final int LONGEST_MAIL = 254;
  private static final int LONGEST_LOCAL_PART = 64;

  /** RFC 5321 §4.1.2's Dot-string: no quotes, no comments, no list of addresses. */
  private static final Pattern LOCAL_PART =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");

  private static final Pattern HOST =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  /** ITU-T E.164: a country's code and at most fifteen digits in all. */
  private static final Pattern NUMBER = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private static final Pattern WRITTEN_BETWEEN_DIGITS = Pattern.compile("[ ().\u00A0-]");

  private Destinations() {}

  /** RFC 5321 §4.1.2. The host in ASCII. */
  static String mail(String text) throws DeliveryFailure {
    String address = text.strip();
    int at = address.indexOf('@');
    if (at < 1 || at > LONGEST_LOCAL_PART || address.length() > LONGEST_MAIL) {
      throw noMailAddress();
    }
    String local = address.substring(0, at);
    String host;
    try {
      host = IDN.toASCII(address.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException e) {
      throw noMailAddress();
    }
    if (!LOCAL_PART.matcher(local).matches()
        || !HOST.matcher(host).matches()
        || at + 1 + host.length() > LONGEST_MAIL) {
      throw noMailAddress();
    }
    return local + "@" + host;
  }

  private static DeliveryFailure noMailAddress() {
    return DeliveryFailure.forGood("what is on file is not a mail address");
  }

  /** ITU-T E.164, without what people write between digits. */
  static String number(String text) throws DeliveryFailure {
    if (text.length() <= 40) {
      String number = WRITTEN_BETWEEN_DIGITS.matcher(text.strip()).replaceAll("");
      if (NUMBER.matcher(number).matches()) {
        return number;
      }
    }
    throw DeliveryFailure.forGood(
        "what is on file is not a telephone number with its country's code (E.164)");
  }
}

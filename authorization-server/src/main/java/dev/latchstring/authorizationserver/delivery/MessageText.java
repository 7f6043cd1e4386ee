package dev.latchstring.authorizationserver.delivery;

import dev.latchstring.authorizationserver.page.DisplayText;
import java.text.Normalizer;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words, in English, Spanish, French and German.
 *
 * <p>Ours are of letters that every telephone's alphabet has (3GPP TS 23.038, "GSM-7"), so that a
 * text fits in one message of 160; a program's name loses its accents for that, and is cut where it
 * is long.
 */
final class MessageText {
  private static final int LONGEST_SMS = 160;
  private static final int LONGEST_NAME = 60;

  private static final String GSM_7 =
      "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\n";

  private final Words words;
  private final String language;
  private final String code;
  private final String name;
  private final Duration validity;

  private MessageText(String language, Message message) {
    this.language = language;
    this.words = Words.of(language);
    this.code = message.code();
    this.name = DisplayText.of(message.clientName(), LONGEST_NAME);
    this.validity = message.validity();
  }

  static MessageText of(Message message) {
    String asked = message.locale().getLanguage();
    return new MessageText(Words.isTranslated(asked) ? asked : "en", message);
  }

  /** BCP 47. */
  String language() {
    return language;
  }

  /**
   * A text message.
   *
   * @param domain whose pages may fill the code in (draft-wells-origin-bound-one-time-codes), or
   *     null
   */
  String sms(@Nullable String domain) {
    String last = domain == null ? "" : "\n\n@" + domain + " #" + code;
    String plain = inTelephoneAlphabet(name);
    String text = words.sms(plain, code, duration()) + last;
    int over = text.length() - LONGEST_SMS;
    if (over <= 0) {
      return text;
    }
    int kept = plain.length() - over;
    return words.sms(kept > 0 ? cut(plain, kept) : "", code, duration()) + last;
  }

  private static String cut(String text, int length) {
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end).strip();
  }

  /** What a voice says: the code twice, one character at a time. */
  String spoken() {
    String slowly =
        code.chars().mapToObj(c -> String.valueOf((char) c)).collect(Collectors.joining(", "));
    return words.spoken(name, slowly);
  }

  String subject() {
    return words.subject(name);
  }

  String plainMail() {
    return words.first(name)
        + "\n\n    "
        + code
        + "\n\n"
        + words.second(duration())
        + "\n\n"
        + words.third()
        + "\n";
  }

  String htmlMail() {
    return "<!DOCTYPE html>\n<html lang=\""
        + language
        + "\"><head><meta charset=\"utf-8\"><title>"
        + escaped(subject())
        + "</title></head>\n<body style=\"font-family: sans-serif; font-size: 16px\">\n<p>"
        + escaped(words.first(name))
        + "</p>\n<p style=\"font-size: 28px; letter-spacing: 4px; font-family: monospace\">"
        + code
        + "</p>\n<p>"
        + escaped(words.second(duration()))
        + "</p>\n<p>"
        + escaped(words.third())
        + "</p>\n</body></html>\n";
  }

  /** Whole minutes, or seconds below two of them: always more than one. */
  private String duration() {
    long seconds = Math.max(2, validity.toSeconds());
    return seconds < 120 ? seconds + " " + words.seconds() : seconds / 60 + " " + words.minutes();
  }

  private static String inTelephoneAlphabet(String name) {
    if (isInTelephoneAlphabet(name)) {
      return name;
    }
    String bare = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
    bare = bare.replace("\u2019", "'").replace("\u2026", "...").replace("\u2013", "-");
    return isInTelephoneAlphabet(bare) ? bare : name;
  }

  static boolean isInTelephoneAlphabet(String text) {
    return text.chars().allMatch(c -> GSM_7.indexOf(c) >= 0);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

package dev.latchstring.cli.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What HTML says to a reader. */
final class HtmlText {
  private static final Pattern INLINE = Pattern.compile("</?(bdi|strong|em|b|i)\\b[^>]*>");
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern ENTITY = Pattern.compile("&(#x?[0-9A-Fa-f]{1,6}|[a-z]{2,5});");

  private HtmlText() {}

  /** The text of an element, without tags, on one line. */
  static String of(String html) {
    String spaced = TAG.matcher(INLINE.matcher(html).replaceAll("")).replaceAll(" ");
    return SPACE.matcher(unescape(spaced)).replaceAll(" ").strip();
  }

  /** The text of the first element of a name, or an empty text. */
  static String first(String element, String html) {
    Matcher found =
        Pattern.compile(
                "<" + element + "\\b[^>]*>(.*?)</" + element + ">",
                Pattern.DOTALL | Pattern.CASE_INSENSITIVE)
            .matcher(html);
    return found.find() ? of(found.group(1)) : "";
  }

  static String unescape(String text) {
    return ENTITY
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(character(match.group(1), match.group())));
  }

  private static String character(String name, String whole) {
    return switch (name) {
      case "amp" -> "&";
      case "lt" -> "<";
      case "gt" -> ">";
      case "quot" -> "\"";
      case "apos" -> "'";
      case "nbsp" -> " ";
      default -> name.startsWith("#") ? numeric(name) : whole;
    };
  }

  private static String numeric(String name) {
    boolean hex = name.startsWith("#x");
    int codePoint = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
    return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : "?";
  }
}

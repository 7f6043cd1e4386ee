package dev.latchstring.authorizationserver.challenge.prompt;

import java.util.Locale;

/**
 * What to say to a caller.
 *
 * @param text one or more sentences
 * @param ssml the same as a W3C SSML 1.1 document of its own
 * @param locale the language of both
 */
public record Prompt(String text, String ssml, Locale locale) {
  private static final String END = "</speak>";

  /** A prompt of one sentence. */
  static Prompt of(Piece sentence, Locale locale) {
    String ssml =
        "<speak version=\"1.1\" xmlns=\"http://www.w3.org/2001/10/synthesis\" xml:lang=\""
            + locale.toLanguageTag()
            + "\"><s>"
            + sentence.ssml()
            + "</s>"
            + END;
    return new Prompt(sentence.text(), ssml, locale);
  }

  /** Both, one after the other, in the language of this one. */
  public Prompt followedBy(Prompt next) {
    String begun = ssml.substring(0, ssml.length() - END.length());
    String more = next.ssml.substring(next.ssml.indexOf('>') + 1);
    return new Prompt(text + " " + next.text, begun + more, locale);
  }
}

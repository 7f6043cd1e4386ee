package dev.latchstring.examples.voice.spoken;

import org.jspecify.annotations.Nullable;

/**
 * A sentence or two that the agent says.
 *
 * @param text what is said, as plain text
 * @param ssml the same as W3C SSML 1.1, from the authorization server; null where there is none
 * @param confidential whether it is for the caller's ear alone, so that no journal keeps it
 */
public record Said(String text, @Nullable String ssml, Language language, boolean confidential) {
  /** What the journal writes in place of what it must not keep. */
  public static final String MASK = "•••";

  /** Something that anybody may hear. */
  public static Said of(Language language, String text) {
    return new Said(text, null, language, false);
  }

  /** For the caller's ear alone. */
  public static Said confidential(Language language, String text) {
    return new Said(text, null, language, true);
  }

  /** What a journal may keep of it. */
  public String forJournal() {
    return confidential ? MASK : text;
  }

  /** Without what is confidential. */
  @Override
  public String toString() {
    return "Said[" + language.code() + ", " + forJournal() + "]";
  }
}

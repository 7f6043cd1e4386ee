package dev.latchstring.examples.voice.intent;

import dev.latchstring.examples.voice.spoken.Language;

/**
 * Finds out what a caller wants. A language model would be called in an implementation of this, and
 * nowhere else: the call asks here only while it waits for a wish.
 *
 * <p>Whatever an implementation returns is only a wish. It opens nothing: who the caller is and
 * what they may have is decided by the authorization server and by the MCP server.
 */
@FunctionalInterface
public interface Intents {
  /**
   * @param words what was understood, at most 500 characters; a stranger's words
   * @return never null; {@link Wish#UNKNOWN} where it cannot be told
   */
  Wish understand(String words, Language language);
}

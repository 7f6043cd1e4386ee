package dev.latchstring.examples.voice.spoken;

/** What came from the caller's side since the agent spoke. None of it is shown by toString. */
public sealed interface Heard {
  /** The most characters of speech that are taken; a recogniser's longer result is cut. */
  int MAX_WORDS = 500;

  /** The most keys that are taken. */
  int MAX_KEYS = 32;

  /** The call has just begun. */
  record PickedUp() implements Heard {}

  /**
   * Words, as a speech recogniser understood them.
   *
   * @param confidence 0 to 1, how sure the recogniser is; NaN where it does not say
   */
  record Spoken(String words, double confidence) implements Heard {
    public Spoken {
      words = words.length() > MAX_WORDS ? words.substring(0, MAX_WORDS) : words;
    }

    /** Words that were heard well. */
    public static Spoken clearly(String words) {
      return new Spoken(words, Double.NaN);
    }

    @Override
    public String toString() {
      return "Spoken[]";
    }
  }

  /** Keys: digits, {@code *} and {@code #}. */
  record Keyed(String keys) implements Heard {
    public Keyed {
      keys = keys.length() > MAX_KEYS ? keys.substring(0, MAX_KEYS) : keys;
    }

    @Override
    public String toString() {
      return "Keyed[]";
    }
  }

  /** Silence; or the time that the agent wanted to wait is over. */
  record Nothing() implements Heard {}
}

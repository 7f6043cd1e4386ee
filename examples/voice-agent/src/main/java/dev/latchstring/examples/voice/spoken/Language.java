package dev.latchstring.examples.voice.spoken;

import java.util.Locale;
import java.util.Optional;

/** A language that the agent speaks. */
public enum Language {
  EN("en-US", "1"),
  ES("es-ES", "2"),
  FR("fr-FR", "3"),
  DE("de-DE", "4");

  private final Locale locale;
  private final String key;

  Language(String tag, String key) {
    this.locale = Locale.forLanguageTag(tag);
    this.key = key;
  }

  /** The key that chooses it, as its phrase {@code choose_language} says. */
  public String key() {
    return key;
  }

  /** For dates and times. */
  public Locale locale() {
    return locale;
  }

  /** RFC 5646, with the region that telephone platforms want to have. */
  public String tag() {
    return locale.toLanguageTag();
  }

  /** {@code en}, {@code es}, {@code fr} or {@code de}. */
  public String code() {
    return locale.getLanguage();
  }

  /** The language of a tag such as {@code es-MX}; empty where the agent does not speak it. */
  public static Optional<Language> of(String tag) {
    String code = Locale.forLanguageTag(tag).getLanguage();
    for (Language language : values()) {
      if (language.code().equals(code)) {
        return Optional.of(language);
      }
    }
    return Optional.empty();
  }
}

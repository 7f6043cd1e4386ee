package dev.latchstring.examples.voice.spoken;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;

/** What the agent says of its own, in each language: {@code phrases_en.properties} and so on. */
public final class Phrases {
  private static final Map<Language, Properties> ALL = load();

  private Phrases() {}

  /**
   * A phrase.
   *
   * @param parts for {@code {0}}, {@code {1}} …
   * @throws IllegalArgumentException where there is no such phrase
   */
  public static Said say(Language language, String phrase, String... parts) {
    return Said.of(language, text(language, phrase, parts));
  }

  /** A phrase for the caller's ear alone. */
  public static Said whisper(Language language, String phrase, String... parts) {
    return Said.confidential(language, text(language, phrase, parts));
  }

  /** A phrase's text. */
  public static String text(Language language, String phrase, String... parts) {
    String text = of(language).getProperty(phrase);
    if (text == null) {
      throw new IllegalArgumentException("no phrase " + phrase + " in " + language.code());
    }
    for (int i = 0; i < parts.length; i++) {
      text = text.replace("{" + i + "}", parts[i]);
    }
    return text;
  }

  static Properties of(Language language) {
    Properties phrases = ALL.get(language);
    if (phrases == null) {
      throw new IllegalArgumentException("no phrases in " + language.code());
    }
    return phrases;
  }

  private static Map<Language, Properties> load() {
    Map<Language, Properties> all = new EnumMap<>(Language.class);
    for (Language language : Language.values()) {
      String name = "phrases_" + language.code() + ".properties";
      Properties phrases = new Properties();
      try (InputStream in = Phrases.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException(name + " is missing");
        }
        phrases.load(new InputStreamReader(in, UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.put(language, phrases);
    }
    return all;
  }
}

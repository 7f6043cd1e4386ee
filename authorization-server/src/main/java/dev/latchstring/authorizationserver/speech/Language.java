package dev.latchstring.authorizationserver.speech;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Scanner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words for numbers and months in one language, and what people say around an answer. A
 * resource {@code LANGUAGE.words} holds them, a line for each: {@code what: phrase, phrase}.
 */
public final class Language {
  /** English, which is also what a language without words of its own gets. */
  private static final String DEFAULT = "en";

  private static final Map<String, Language> LANGUAGES =
      Map.of("en", read("en"), "es", read("es"), "fr", read("fr"), "de", read("de"));

  private final Map<String, List<Phrase>> phrases = new HashMap<>();
  private @Nullable Pattern splitting;

  /** Words in a row, and what they stand for. */
  record Phrase(String what, List<String> words) {
    boolean isAt(List<String> said, int position) {
      int end = position + words.size();
      return end <= said.size() && said.subList(position, end).equals(words);
    }
  }

  /** The language of a locale; English where there are no words for it. */
  public static Language of(Locale locale) {
    Language language = LANGUAGES.get(locale.getLanguage());
    return language != null ? language : Objects.requireNonNull(LANGUAGES.get(DEFAULT));
  }

  private static Language read(String name) {
    Language language = new Language();
    InputStream file =
        Objects.requireNonNull(Language.class.getResourceAsStream(name + ".words"), name);
    try (Scanner lines = new Scanner(file, UTF_8).useDelimiter("\n")) {
      while (lines.hasNext()) {
        String line = lines.next();
        int colon = line.indexOf(": ");
        try (Scanner said = new Scanner(line.substring(colon + 2)).useDelimiter(", ")) {
          said.forEachRemaining(phrase -> language.add(line.substring(0, colon), phrase));
        }
      }
    }
    Locale locale = Locale.forLanguageTag(name);
    if (locale.equals(Locale.GERMAN)) {
      language.splitting = Pattern.compile("(?<=hundert|tausend)|(?=hundert|tausend)");
    }
    for (Month month : Month.values()) {
      for (TextStyle style : List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT)) {
        language.add("month " + month.getValue(), month.getDisplayName(style, locale));
      }
    }
    return language;
  }

  private void add(String what, String phrase) {
    List<String> words = Words.of(phrase);
    List<Phrase> beginning = phrases.computeIfAbsent(words.getFirst(), word -> new ArrayList<>());
    beginning.add(new Phrase(what, words));
    beginning.sort((one, other) -> other.words().size() - one.words().size());
  }

  /** Around what a number that is written in one word is parted: German's hundred and thousand. */
  Optional<Pattern> splitting() {
    return Optional.ofNullable(splitting);
  }

  /** The longest phrases first that begin with a word. */
  List<Phrase> beginningWith(String word) {
    return phrases.getOrDefault(word, List.of());
  }
}

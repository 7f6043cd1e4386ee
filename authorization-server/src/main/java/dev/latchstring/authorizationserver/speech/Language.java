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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words for numbers, letters and months in one language, and what people say around an answer.
 * A resource {@code LANGUAGE.words} holds them, a line for each: {@code what: phrase, phrase}; what
 * is said in every language is in {@code any.words}.
 */
public final class Language {
  /** English, which is also what a language without words of its own gets. */
  private static final String DEFAULT = "en";

  private static final Pattern VALUED =
      Pattern.compile("(?:(month|ordinal|letter|sounds like) )?(\\d+|(?<=letter ).+)");

  /** How many words a phrase has at most. */
  static final int LONGEST = 6;

  /** Only what is said in every language. */
  static final Language ANY = anyLanguage();

  private static final Map<String, Language> LANGUAGES =
      Map.of("en", read("en"), "es", read("es"), "fr", read("fr"), "de", read("de"));

  private static final Set<String> REGIONS = Set.of(Locale.getISOCountries());
  private static final Set<String> ISO_LANGUAGES = Set.of(Locale.getISOLanguages());

  private final Map<String, List<Phrase>> phrases = new HashMap<>();
  private @Nullable Pattern splitting;

  /**
   * Words in a row, and what they stand for.
   *
   * @param kind {@code number}, {@code month}, {@code letter} and so on
   * @param value which number, month or letter it is; empty where the kind says all
   */
  record Phrase(String kind, String value, List<String> words) {
    static Phrase of(String what, List<String> words) {
      Matcher valued = VALUED.matcher(what);
      if (!valued.matches()) {
        return new Phrase(what, "", words);
      }
      String kind = valued.group(1);
      return new Phrase(kind == null ? "number" : kind, valued.group(2), words);
    }

    private boolean isAt(List<String> said, int position) {
      int end = position + words.size();
      return end <= said.size() && said.subList(position, end).equals(words);
    }
  }

  /** The language of a locale; English where there are no words for it. */
  public static Language of(Locale locale) {
    Language language = LANGUAGES.get(locale.getLanguage());
    return language != null ? language : Objects.requireNonNull(LANGUAGES.get(DEFAULT));
  }

  /** Whether there are words for a locale's language. */
  public static boolean isSpoken(Locale locale) {
    return LANGUAGES.containsKey(locale.getLanguage());
  }

  /**
   * A locale of which there are few: a language with words of its own with its region, any other
   * without. The Java runtime keeps what it once read for a locale for ever, and locales come from
   * strangers.
   */
  public static Locale bounded(Locale locale) {
    String language = locale.getLanguage();
    if (isSpoken(locale)) {
      String region = REGIONS.contains(locale.getCountry()) ? locale.getCountry() : "";
      return Locale.of(language, region);
    }
    return ISO_LANGUAGES.contains(language) ? Locale.of(language) : Locale.ENGLISH;
  }

  private static Language anyLanguage() {
    Language language = new Language();
    language.readFile("any");
    return language;
  }

  private static Language read(String name) {
    Language language = anyLanguage();
    language.readFile(name);
    Locale locale = Locale.forLanguageTag(name);
    if (locale.equals(Locale.GERMAN)) {
      language.splitting =
          Pattern.compile("(?<=hundert|tausend)und|(?<=hundert|tausend)|(?=hundert|tausend)");
    }
    for (Month month : Month.values()) {
      for (TextStyle style : List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT)) {
        language.addMonth(month.getValue(), month.getDisplayName(style, locale));
      }
    }
    language.longestFirst();
    return language;
  }

  private void readFile(String name) {
    InputStream file =
        Objects.requireNonNull(Language.class.getResourceAsStream(name + ".words"), name);
    try (Scanner lines = new Scanner(file, UTF_8).useDelimiter("\n")) {
      while (lines.hasNext()) {
        String line = lines.next();
        int colon = line.indexOf(": ");
        try (Scanner said = new Scanner(line.substring(colon + 2)).useDelimiter(", ")) {
          said.forEachRemaining(phrase -> addWritten(line.substring(0, colon), phrase));
        }
      }
    }
  }

  /** Not where it is a number, too, as the abbreviation of September is in French. */
  private void addMonth(int month, String name) {
    List<String> words = Words.of(name);
    if (phrase(words, 0, "number").isEmpty()) {
      addWritten("month " + month, name);
    }
  }

  /** As it is written, and with its umlauts as two letters. */
  private void addWritten(String what, String phrase) {
    add(what, phrase);
    String writtenOut = phrase.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue");
    if (!writtenOut.equals(phrase)) {
      add(what, writtenOut);
    }
  }

  private void add(String what, String phrase) {
    List<String> words = Words.of(phrase);
    List<Phrase> beginning = phrases.computeIfAbsent(words.getFirst(), word -> new ArrayList<>());
    beginning.add(Phrase.of(what, words));
  }

  private void longestFirst() {
    phrases
        .values()
        .forEach(
            beginning -> beginning.sort((one, other) -> other.words().size() - one.words().size()));
  }

  /** Around what a number that is written in one word is parted: German's hundred and thousand. */
  Optional<Pattern> splitting() {
    return Optional.ofNullable(splitting);
  }

  /** The longest phrase of a kind that is said at a position. */
  Optional<Phrase> phrase(List<String> said, int position, String kind) {
    for (Phrase phrase : phrases.getOrDefault(said.get(position), List.of())) {
      if (phrase.kind().equals(kind) && phrase.isAt(said, position)) {
        return Optional.of(phrase);
      }
    }
    return Optional.empty();
  }
}

package dev.latchstring.authorizationserver.challenge.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentences of one language. */
final class Sentences {
  /** The languages there are sentences in. */
  static final Set<String> LANGUAGES = Set.of("en", "es", "fr", "de");

  private static final Map<String, Sentences> ALL =
      Map.of("en", read("en"), "es", read("es"), "fr", read("fr"), "de", read("de"));
  private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");

  private final Properties sentences = new Properties();

  private Sentences() {}

  static Sentences in(Locale locale) {
    return Objects.requireNonNull(ALL.get(locale.getLanguage()), "a language that is spoken");
  }

  private static Sentences read(String language) {
    Sentences read = new Sentences();
    String name = language + ".properties";
    InputStream file = Objects.requireNonNull(Sentences.class.getResourceAsStream(name), name);
    try (InputStreamReader reader = new InputStreamReader(file, UTF_8)) {
      read.sentences.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  Set<String> keys() {
    return sentences.stringPropertyNames();
  }

  Optional<String> find(String key) {
    return Optional.ofNullable(sentences.getProperty(key));
  }

  /** A sentence with its places filled. */
  Piece say(String key, Map<String, Piece> places) {
    String sentence = find(key).orElseThrow(() -> new IllegalStateException("no sentence " + key));
    StringBuilder text = new StringBuilder();
    StringBuilder ssml = new StringBuilder();
    Matcher place = PLACE.matcher(sentence);
    int at = 0;
    while (place.find()) {
      String before = sentence.substring(at, place.start());
      Piece piece = Objects.requireNonNull(places.get(place.group(1)), place.group(1));
      text.append(before).append(piece.text());
      ssml.append(Piece.escaped(before)).append(piece.ssml());
      at = place.end();
    }
    String rest = sentence.substring(at);
    return new Piece(text.append(rest).toString(), ssml.append(Piece.escaped(rest)).toString());
  }
}

package dev.latchstring.authorizationserver.challenge.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencesTest {
  private static final Pattern PLACE = Pattern.compile("\\{[^}]*}");
  private static final Sentences ENGLISH = Sentences.in(Locale.ENGLISH);

  @ParameterizedTest
  @ValueSource(strings = {"es", "fr", "de"})
  void every_language_has_every_sentence_with_the_same_places(String language) {
    Sentences sentences = Sentences.in(Locale.of(language));

    assertThat(new TreeSet<>(sentences.keys())).isEqualTo(new TreeSet<>(ENGLISH.keys()));
    for (String key : sentences.keys()) {
      String sentence = sentences.find(key).orElseThrow();
      assertThat(places(sentence)).as(key).isEqualTo(places(ENGLISH.find(key).orElseThrow()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "es", "fr", "de"})
  void a_sentence_ends_as_one_and_a_word_does_not(String language) {
    Sentences sentences = Sentences.in(Locale.of(language));

    List<String> words = List.of("list", "attribute", "title", "number", "count");
    for (String key : sentences.keys()) {
      boolean word = words.contains(key.split("\\.")[0]);
      assertThat(sentences.find(key).orElseThrow().endsWith(".")).as(key).isEqualTo(!word);
    }
  }

  private static Set<String> places(String sentence) {
    return PLACE.matcher(sentence).results().map(MatchResult::group).collect(Collectors.toSet());
  }
}

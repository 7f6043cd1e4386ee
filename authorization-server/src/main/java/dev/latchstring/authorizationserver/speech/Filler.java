package dev.latchstring.authorizationserver.speech;

import dev.latchstring.authorizationserver.speech.Language.Phrase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What people say around an answer: "yes, uh, my name is … please". It is taken off the beginning
 * and the end; hesitations anywhere. A word that is somebody's name, too (Sí, Ben), is filler only
 * where it stands before an introduction.
 *
 * @param introductions the kinds of phrases that are taken off the beginning
 * @param onlyBeforeIntroductions those that are only with an introduction after them
 */
record Filler(Set<String> introductions, Set<String> onlyBeforeIntroductions) {
  static final Filler NAME = new Filler(Set.of("before", "greeting", "title"), Set.of("perhaps"));

  static final Filler CODE = new Filler(Set.of("before", "greeting"), Set.of("perhaps"));

  /** A greeting may be the answer: it is somebody's favourite film. */
  static final Filler TEXT = new Filler(Set.of("before"), Set.of("greeting", "perhaps"));

  /** What is left of the words, perhaps nothing. */
  List<String> without(List<String> heard, Language language) {
    List<String> words = withoutHesitations(heard, language);
    int from = beginning(words, language);
    return words.subList(from, end(words, from, language));
  }

  /** Without "uh" and "äh" in whatever language: on file and heard alike. */
  static List<String> withoutHesitations(List<String> words, Language language) {
    List<String> left = new ArrayList<>();
    for (int at = 0; at < words.size(); ) {
      int length = phrase(words, at, Set.of("hesitation"), language);
      if (length == 0) {
        left.add(words.get(at));
      }
      at += Math.max(1, length);
    }
    return left;
  }

  private int beginning(List<String> words, Language language) {
    int from = 0;
    for (int at = 0; at < words.size(); ) {
      int introduction = phrase(words, at, introductions, language);
      if (introduction > 0) {
        at += introduction;
        from = at;
        continue;
      }
      int other = phrase(words, at, onlyBeforeIntroductions, language);
      if (other == 0) {
        break;
      }
      at += other;
    }
    return from;
  }

  private static int end(List<String> words, int from, Language language) {
    int end = words.size();
    for (int at = end - 1; at >= from && at >= end - Language.LONGEST; at--) {
      if (phrase(words.subList(0, end), at, Set.of("after"), language) == end - at) {
        end = at;
      }
    }
    return end;
  }

  /** How many words the longest phrase of some kinds has here. */
  private static int phrase(List<String> words, int at, Set<String> kinds, Language language) {
    int longest = 0;
    for (String kind : kinds) {
      Optional<Phrase> found = language.phrase(words, at, kind);
      longest = Math.max(longest, found.map(phrase -> phrase.words().size()).orElse(0));
    }
    return longest;
  }
}

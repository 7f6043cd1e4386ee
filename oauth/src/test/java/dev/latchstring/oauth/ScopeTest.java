package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
  @Test
  void order_is_kept_and_repetition_counts_once() {
    assertThat(Scope.parse("b a  b c").toString()).isEqualTo("b a c");
  }

  @Test
  void equality_does_not_look_at_order() {
    assertThat(Scope.parse("a b")).isEqualTo(Scope.parse("b a"));
    assertThat(Scope.parse("a b")).isNotEqualTo(Scope.parse("a"));
  }

  @Test
  void set_operations_keep_the_order_of_the_first() {
    Scope ab = Scope.of("a", "b");
    assertThat(ab.union(Scope.of("c", "a")).toString()).isEqualTo("a b c");
    assertThat(ab.minus(Scope.of("a")).toString()).isEqualTo("b");
    assertThat(ab.intersect(Scope.of("b", "c")).toString()).isEqualTo("b");
    assertThat(ab.containsAll(Scope.NONE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a\\b", "a\tb", "ä", "a\nb", "a\u0000"})
  void a_character_outside_the_grammar_is_invalid_scope(String text) {
    assertThatThrownBy(() -> Scope.parse(text))
        .isInstanceOfSatisfying(
            OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SCOPE));
  }

  @Test
  void more_tokens_or_characters_than_the_limit_are_invalid_scope() {
    String many = "x".repeat(Scope.MAX_LENGTH + 1);
    assertThatThrownBy(() -> Scope.parse(many)).isInstanceOf(OAuthException.class);
    StringBuilder tokens = new StringBuilder();
    for (int i = 0; i <= Scope.MAX_TOKENS; i++) {
      tokens.append('s').append(i).append(' ');
    }
    assertThatThrownBy(() -> Scope.parse(tokens.toString())).isInstanceOf(OAuthException.class);
  }
}

package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class ScopeFuzzTest {
  @FuzzTest
  void a_scope_is_read_as_it_is_written(byte[] input) {
    String text = new String(input, UTF_8);
    Scope scope;
    try {
      scope = Scope.parse(text);
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SCOPE);
      return;
    }
    assertThat(Scope.parse(scope.toString())).isEqualTo(scope);
    assertThat(scope.toString()).isEqualTo(String.join(" ", scope.values()));
    assertThat(scope.values()).hasSizeLessThanOrEqualTo(Scope.MAX_TOKENS);
    assertThat(scope.toString().length()).isLessThanOrEqualTo(text.length());
    assertThat(scope.minus(scope)).isEqualTo(Scope.NONE);
    assertThat(scope.union(scope)).isEqualTo(scope);
    assertThat(scope.intersect(scope)).isEqualTo(scope);
  }
}

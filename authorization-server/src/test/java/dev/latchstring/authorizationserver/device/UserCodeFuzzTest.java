package dev.latchstring.authorizationserver.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;

class UserCodeFuzzTest {
  @FuzzTest
  void what_is_taken_for_a_code_is_one_however_it_was_typed(byte[] input) {
    String typed = new String(input, UTF_8);
    UserCode.parse(typed)
        .ifPresent(code -> {
          assertThat(code.letters()).matches("[BCDFGHJKLMNPQRSTVWXZ]{8}");
          assertThat(UserCode.parse(code.display())).contains(code);
          assertThat(UserCode.parse(" " + code.display().toLowerCase(Locale.ROOT))).contains(code);
          String plain = typed.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
          assertThat(plain).isEqualTo(code.letters());
        });
  }
}

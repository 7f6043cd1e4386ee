package dev.latchstring.authorizationserver.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class DisplayTextFuzzTest {
  @FuzzTest
  void nothing_that_deceives_the_eye_is_left(byte[] input) {
    String shown = DisplayText.of(new String(input, UTF_8), 12);
    assertThat(shown.codePointCount(0, shown.length())).isLessThanOrEqualTo(12);
    assertThat(shown)
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}]|  ");
    assertThat(shown.strip()).isEqualTo(shown);
    assertThat(DisplayText.of(shown, 12)).isEqualTo(shown);
  }

  @FuzzTest
  void after_signing_in_one_goes_on_to_a_known_page(byte[] input) {
    LocalPath paths = new LocalPath("/device", "/account");
    String path = paths.orHome(new String(input, UTF_8));
    assertThat(path)
        .matches("(/device|/account)(\\?[\\x21-\\x7E]*)?")
        .doesNotContain("//", "\\", "#");
  }
}

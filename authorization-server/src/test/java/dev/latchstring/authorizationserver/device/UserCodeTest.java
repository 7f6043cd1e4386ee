package dev.latchstring.authorizationserver.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserCodeTest {
  @ParameterizedTest
  @ValueSource(strings = {"WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W.D.J.B–m-j-h-t", "wDjB_mJhT"})
  void a_code_is_read_in_any_case_with_or_without_dash(String typed) {
    assertThat(UserCode.parse(typed)).contains(new UserCode("WDJBMJHT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "ＷDJBMJHT", "----"})
  void what_cannot_be_a_code_is_none(String typed) {
    assertThat(UserCode.parse(typed)).isEmpty();
  }

  @Test
  void a_new_code_is_shown_in_two_groups_and_read_back() {
    UserCode code = UserCode.of(UserCode.random(new SecureRandom()));
    assertThat(code.display()).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
    assertThat(UserCode.parse(code.display())).contains(code);
    assertThat(code.toString()).doesNotContain(code.letters());
  }
}

package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OAuthExceptionTest {
  @Test
  void what_the_other_party_said_makes_no_lines_of_its_own_in_the_log() {
    String said = "a\r\n12:00 INFO all is well\u001b[2J\u2028b\u202Ec\u0085d\u0000";

    OAuthException refusal =
        new OAuthException(ErrorCode.INVALID_CLIENT, "no " + said).withDetail("because " + said);

    for (String text : new String[] {refusal.forLog(), refusal.toString(), refusal.description()}) {
      assertThat(text).contains("all is well");
      assertThat(text.chars())
          .noneMatch(Character::isISOControl)
          .noneMatch(c -> c == 0x2028 || c == 0x202E);
    }
    assertThat(refusal.forLog()).contains("because a??12:00");
  }

  @Test
  void a_description_has_only_what_error_description_may_have() {
    assertThat(new OAuthException(ErrorCode.INVALID_REQUEST, "a \"b\" \\ \u00e9").description())
        .isEqualTo("a 'b' ? ?");
  }
}

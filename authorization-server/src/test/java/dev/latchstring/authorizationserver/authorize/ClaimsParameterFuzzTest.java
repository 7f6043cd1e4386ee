package dev.latchstring.authorizationserver.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.nio.charset.StandardCharsets;

class ClaimsParameterFuzzTest {
  @FuzzTest
  void what_is_asked_for_by_name_is_bounded_or_refused(byte[] text) {
    ClaimsParameter read;
    try {
      read = ClaimsParameter.read(new String(text, StandardCharsets.UTF_8));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      assertThat(e.description()).startsWith("claims ");
      return;
    }
    assertThat(Profile.CLAIMS).containsAll(read.claims().all());
    assertThat(read.subjects()).hasSizeLessThanOrEqualTo(ClaimsParameter.MAX_VALUES);
    assertThat(RequestedClaims.of(read.claims().text())).isEqualTo(read.claims());
  }
}

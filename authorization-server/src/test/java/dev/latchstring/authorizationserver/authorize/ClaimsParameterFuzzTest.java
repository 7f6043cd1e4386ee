package dev.latchstring.authorizationserver.authorize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;

class ClaimsParameterFuzzTest {
  @FuzzTest
  void what_is_asked_for_is_bounded_and_kept_as_it_was_or_refused(byte[] input) {
    ClaimsParameter read;
    try {
      read = ClaimsParameter.read(new String(input, UTF_8));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      assertThat(e.description()).hasSizeLessThan(400);
      return;
    }
    assertThat(read.claims().idToken()).hasSizeLessThanOrEqualTo(ClaimsParameter.MAX_CLAIMS);
    assertThat(read.claims().userinfo()).hasSizeLessThanOrEqualTo(ClaimsParameter.MAX_CLAIMS);
    assertThat(read.subjects()).hasSizeLessThanOrEqualTo(2 * ClaimsParameter.MAX_VALUES);
    assertThat(RequestedClaims.of(read.claims().text())).isEqualTo(read.claims());
  }
}

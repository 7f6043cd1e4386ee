package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PkceTest {
  @Test
  void the_vector_of_rfc_7636_appendix_b_holds() {
    assertThat(Pkce.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  }

  @Test
  void a_verifier_matches_its_own_challenge_alone() {
    String verifier = Pkce.newVerifier(new SecureRandom());
    assertThat(verifier).hasSize(43);
    assertThat(Pkce.matches(verifier, Pkce.challenge(verifier))).isTrue();
    assertThat(Pkce.matches(Pkce.newVerifier(new SecureRandom()), Pkce.challenge(verifier)))
        .isFalse();
  }

  @Test
  void a_verifier_of_the_wrong_length_or_alphabet_is_invalid_grant() {
    for (String bad : new String[] {"short", "x".repeat(129), "!".repeat(50)}) {
      assertThatThrownBy(() -> Pkce.challenge(bad))
          .isInstanceOfSatisfying(
              OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_GRANT));
    }
  }
}

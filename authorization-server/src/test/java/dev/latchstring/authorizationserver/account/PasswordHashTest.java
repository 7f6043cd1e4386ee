package dev.latchstring.authorizationserver.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private final PasswordHash passwords = new PasswordHash(new SecureRandom());

  @Test
  void a_hash_matches_its_password_alone() {
    String phc = passwords.hash("pässwörd");

    assertThat(phc).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(passwords.matches("pässwörd", phc)).isTrue();
    assertThat(passwords.matches("passwort", phc)).isFalse();
    assertThat(passwords.hash("pässwörd")).isNotEqualTo(phc);
  }

  @Test
  void a_hash_of_the_reference_implementation_matches() {
    // argon2 somesalt -id -t 2 -m 16 -p 1, from the test vectors of phc-winner-argon2
    String phc =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(passwords.matches("password", phc)).isTrue();
    assertThat(passwords.matches("differentpassword", phc)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "password",
        "$2b$12$abcdefghijklmnopqrstuu",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
      })
  void what_is_no_argon2id_phc_string_within_the_limits_is_refused(String phc) {
    assertThat(PasswordHash.isPhc(phc)).isFalse();
    assertThatThrownBy(() -> passwords.matches("password", phc))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TotpSecretTest {
  private static final TotpSecret RFC_SHA1 = secret("12345678901234567890", Algorithm.SHA1);
  private static final TotpSecret RFC_SHA256 =
      secret("12345678901234567890123456789012", Algorithm.SHA256);

  private static TotpSecret secret(String ascii, Algorithm algorithm) {
    return new TotpSecret(ascii.getBytes(US_ASCII), algorithm);
  }

  /** The table has eight digits; six are the last of them (RFC 4226 §5.3). */
  @ParameterizedTest
  @CsvSource({
    "59, 94287082, 46119246",
    "1111111109, 07081804, 68084774",
    "1111111111, 14050471, 67062674",
    "1234567890, 89005924, 91819424",
    "2000000000, 69279037, 90698825",
    "20000000000, 65353130, 77737706"
  })
  void codes_are_those_of_rfc_6238_appendix_b(long second, String sha1, String sha256) {
    long step = TotpSecret.step(Instant.ofEpochSecond(second));

    assertThat(RFC_SHA1.code(step)).hasSize(6).isEqualTo(sha1.substring(2));
    assertThat(RFC_SHA256.code(step)).hasSize(6).isEqualTo(sha256.substring(2));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314",
    "5, 254676", "6, 287922", "7, 162583", "8, 399871", "9, 520489"
  })
  void codes_are_those_of_rfc_4226_appendix_d(long counter, String code) {
    assertThat(RFC_SHA1.code(counter)).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        " GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ\n"
      })
  void a_secret_is_read_however_apps_write_it(String text) {
    assertThat(TotpSecret.parse(text, Algorithm.SHA1).isSame(RFC_SHA1)).isTrue();
  }

  @Test
  void a_secret_of_any_length_comes_back_as_it_was_shown() {
    SecureRandom random = new SecureRandom();
    for (int length = TotpSecret.MIN_BYTES; length <= TotpSecret.MAX_BYTES; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      TotpSecret secret = new TotpSecret(bytes, Algorithm.SHA256);
      assertThat(TotpSecret.parse(secret.readable(), Algorithm.SHA256).isSame(secret)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "JBSWY3DPEHPK3PXP",
        "GEZDGNBVGY3TQOJQGEZDGNBVG",
        "0189",
        "gezdgnbvgy3tqojq!",
        "ＧＥＺＤＧＮＢＶＧＹ３ＴＱＯＪＱＧＥＺＤＧＮＢＶＧＹ３ＴＱＯＪＱ"
      })
  void what_is_no_secret_or_too_short_is_refused_without_being_quoted(String text) {
    assertThatThrownBy(() -> TotpSecret.parse(text, Algorithm.SHA1))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(text.isEmpty() || !e.getMessage().contains(text)).isTrue());
    assertThatThrownBy(() -> TotpSecret.parse("A".repeat(200), Algorithm.SHA1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_uri_is_one_that_apps_read_and_nothing_else_shows_the_secret() {
    assertThat(RFC_SHA1.uri("auth.example.com:8443", "zoë o'hara"))
        .isEqualTo(
            "otpauth://totp/auth.example.com%3A8443%3Azo%C3%AB%20o%27hara"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=auth.example.com%3A8443"
                + "&algorithm=SHA1&digits=6&period=30");
    assertThat(RFC_SHA1.toString()).isEqualTo("TotpSecret[SHA1]");
  }
}

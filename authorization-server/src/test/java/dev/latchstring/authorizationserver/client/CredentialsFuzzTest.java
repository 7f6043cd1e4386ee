package dev.latchstring.authorizationserver.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import java.util.Base64;
import java.util.List;

class CredentialsFuzzTest {
  private static final FormParameters EMPTY = FormParameters.parse("");

  @FuzzTest
  void a_header_and_a_form_are_credentials_or_refused(byte[] input) {
    String[] parts = new String(input, ISO_8859_1).split("\n", 2);
    FormParameters form;
    try {
      form = FormParameters.parse(parts.length > 1 ? parts[1] : "");
    } catch (OAuthException e) {
      return;
    }
    check(parts[0].isEmpty() ? null : parts[0], form);
  }

  @FuzzTest
  void a_pair_in_base64_is_read_as_it_was_written(byte[] pair) {
    List<Credentials.Reading> readings =
        check("Basic " + Base64.getEncoder().encodeToString(pair), EMPTY);
    if (!readings.isEmpty()) {
      Credentials.Reading raw = readings.getFirst();
      assertThat(raw.clientId() + ":" + raw.secret()).isEqualTo(new String(pair, UTF_8));
    }
  }

  private static List<Credentials.Reading> check(String header, FormParameters form) {
    try {
      return switch (Credentials.of(header, form)) {
        case Credentials.Named named -> {
          storable(named.clientId());
          yield List.of();
        }
        case Credentials.Assertion assertion -> {
          storable(assertion.jwt());
          yield List.of();
        }
        case Credentials.Secret secret -> {
          assertThat(secret.readings()).hasSizeBetween(1, 2);
          for (Credentials.Reading reading : secret.readings()) {
            storable(reading.clientId());
            storable(reading.secret());
          }
          yield secret.readings();
        }
      };
    } catch (OAuthException e) {
      assertThat(e.code()).isIn(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_CLIENT);
      return List.of();
    }
  }

  /** PostgreSQL takes no NUL in a text. */
  private static void storable(String text) {
    assertThat(text).doesNotContain("\0");
  }
}

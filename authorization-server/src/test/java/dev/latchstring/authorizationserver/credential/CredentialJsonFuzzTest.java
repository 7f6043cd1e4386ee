package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

class CredentialJsonFuzzTest {
  private static final byte[] CHALLENGE = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final RelyingParty PARTY =
      RelyingParty.of(URI.create("https://auth.example.com"), List.of());

  @FuzzTest
  void an_answer_is_within_the_limits_or_refused_and_proves_nothing(byte[] input) {
    try {
      JsonNode json = Json.readTree(input);
      CredentialJson.Authentication answer = CredentialJson.authentication(json);
      assertThat(answer.id()).hasSizeBetween(1, 1023);
      assertThat(answer.signature()).hasSizeBetween(1, 1024);
      Passkey passkey =
          new Passkey(answer.id(), "s", input, 0, List.of(), false, false, "", Instant.EPOCH, null);
      assertThat(WebAuthnLibrary.authenticate(answer, passkey, CHALLENGE, PARTY))
          .isInstanceOf(WebAuthnLibrary.Outcome.Refused.class);
    } catch (JsonException | IllegalArgumentException refused) {
      assertThat(refused).hasMessageNotContaining("\n");
    }
  }

  @FuzzTest
  void a_registration_is_read_or_refused_whatever_its_cbor_is(byte[] input) {
    CredentialJson.Registration response =
        new CredentialJson.Registration(
            input,
            ("{\"type\":\"webauthn.create\",\"challenge\":\""
                    + CredentialJson.encode(CHALLENGE)
                    + "\",\"origin\":\"https://auth.example.com\"}")
                .getBytes(UTF_8),
            input,
            List.of());
    try {
      WebAuthnLibrary.Registered registered = WebAuthnLibrary.register(response, CHALLENGE, PARTY);
      assertThat(registered.credentialId()).isEqualTo(input);
    } catch (WebAuthnLibrary.Refusal refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}

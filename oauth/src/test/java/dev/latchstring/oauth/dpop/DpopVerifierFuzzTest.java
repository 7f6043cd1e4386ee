package dev.latchstring.oauth.dpop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;

class DpopVerifierFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final TargetUri TARGET = TargetUri.of("https://server.example.com/token");
  private static final DpopVerifier VERIFIER = new DpopVerifier(() -> NOW, null);

  /** The key of RFC 7515 appendix A.3, so that a kept input is signed today as it was found. */
  private static final ECKey KEY = key();

  private static final String HEADER =
      "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + KEY.toPublicJWK().toJSONString() + "}";

  @FuzzTest
  void a_proof_that_nobody_signed_is_refused(byte[] input) {
    assertThat(verified(new String(input, ISO_8859_1))).isNull();
  }

  /** The signature is right for another header, so that no header makes it so. */
  @FuzzTest
  void no_header_makes_a_foreign_signature_right(byte[] header) {
    String good = signed(HEADER.getBytes(UTF_8), "{}".getBytes(UTF_8));
    String[] parts = good.split("\\.");
    if (new String(header, UTF_8).equals(HEADER)) {
      return;
    }
    assertThat(verified(ProofMaker.base64(header) + "." + parts[1] + "." + parts[2])).isNull();
  }

  @FuzzTest
  void signed_claims_are_of_this_request_or_refused(byte[] claims) {
    DpopProof proof = verified(signed(HEADER.getBytes(UTF_8), claims));
    if (proof != null) {
      var json = Json.readTree(claims);
      assertThat(json.path("htm").asString()).isEqualTo("POST");
      assertThat(TargetUri.of(json.path("htu").asString())).isEqualTo(TARGET);
      assertThat(proof.jwtId()).isEqualTo(json.path("jti").asString()).hasSizeBetween(1, 128);
      assertThat(json.path("iat").asDouble())
          .isBetween(NOW.getEpochSecond() - 301.0, NOW.getEpochSecond() + 301.0);
      assertThat(proof.rememberUntil()).isAfter(NOW);
    }
  }

  /** Any key at all, in a proof that somebody else signed. */
  @FuzzTest
  void a_key_of_any_shape_is_no_key_of_this_proof(byte[] jwk) {
    String header =
        "{\"typ\":\"dpop+jwt\",\"alg\":\"%s\",\"jwk\":%s}"
            .formatted(
                jwk.length % 2 == 0 ? "ES256" : jwk.length % 3 == 0 ? "RS256" : "EdDSA",
                new String(jwk, UTF_8));
    String good = signed(HEADER.getBytes(UTF_8), "{}".getBytes(UTF_8));
    assertThat(
            verified(
                ProofMaker.base64(header) + ".e30." + good.substring(good.lastIndexOf('.') + 1)))
        .isNull();
  }

  private static DpopProof verified(String proof) {
    try {
      return VERIFIER.verify(List.of(proof), "POST", TARGET, null);
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DPOP_PROOF);
      assertThat(e.description()).hasSizeLessThan(300);
      return null;
    }
  }

  private static String signed(byte[] header, byte[] claims) {
    String input = ProofMaker.base64(header) + "." + ProofMaker.base64(claims);
    try {
      return input
          + "."
          + new ECDSASigner(KEY).sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey key() {
    try {
      return ECKey.parse(
          """
          {"kty":"EC","crv":"P-256",
           "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
           "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
           "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
          """);
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.latchstring.oauth.jwt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Set;

class JwtVerificationFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  /** The key of RFC 7515 appendix A.3, so that a kept input is signed today as it was found. */
  private static final ECKey KEY = key();

  private static final SigningKey SIGNER = SigningKey.of(KEY);
  private static final JwtVerification VERIFICATION =
      new JwtVerification(
          Set.of("at+jwt"),
          Set.of("ES256", "RS256"),
          "https://as.example",
          Set.of("https://mcp.example/mcp"),
          Clock.fixed(NOW, ZoneOffset.UTC),
          Duration.ofSeconds(30));

  private static final List<String> NAMES =
      List.of(
          "iss",
          "sub",
          "aud",
          "client_id",
          "scope",
          "jti",
          "iat",
          "exp",
          "nbf",
          "auth_time",
          "acr",
          "amr",
          "grant_id",
          "preferred_username",
          "groups",
          "act",
          "cnf",
          "");

  private static final List<String> VALUES =
      List.of(
          "1793534460",
          "1e400",
          "1e99999",
          "1e-99999",
          "-1",
          "9223372036854775808",
          "1.5",
          "true",
          "null",
          "\"\"",
          "\"a\"",
          "\"a \\\"b\"",
          "[]",
          "[null]",
          "[1]",
          "[\"a\"]",
          "{}",
          "{\"jkt\":\"k\"}",
          "{\"jkt\":1}",
          "{\"a\":{}}",
          "[[[[]]]]",
          "\"\\ud800\"");

  @FuzzTest
  void a_token_that_nobody_signed_is_invalid_token(byte[] input) {
    assertThat(accepted(new String(input, ISO_8859_1))).isFalse();
  }

  @FuzzTest
  void a_header_that_nobody_signed_is_invalid_token(byte[] header) {
    String signature = SIGNER.sign("at+jwt", "{}".getBytes(UTF_8));
    String token = encoded(header) + ".e30" + signature.substring(signature.lastIndexOf('.'));
    assertThat(accepted(token)).isFalse();
  }

  @FuzzTest
  void signed_claims_are_accepted_or_invalid_token(byte[] claims) {
    if (accepted(SIGNER.sign("at+jwt", claims))) {
      assertThat(new String(claims, UTF_8)).contains("https:", "mcp");
    }
  }

  /** Without the signature, which costs most of the time. */
  @FuzzTest
  void claims_of_any_type_are_read_or_invalid_token(FuzzedDataProvider data) {
    StringBuilder json = new StringBuilder("{");
    while (data.remainingBytes() > 0) {
      json.append(json.length() == 1 ? "" : ",")
          .append('"')
          .append(data.pickValue(NAMES))
          .append("\":")
          .append(data.consumeBoolean() ? data.pickValue(VALUES) : data.consumeString(12));
    }
    JWTClaimsSet claims;
    try {
      claims = JWTClaimsSet.parse(json.append('}').toString());
    } catch (ParseException e) {
      return;
    }
    try {
      AccessTokenClaims.of(claims);
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN);
    }
  }

  private static boolean accepted(String token) {
    try {
      JWTClaimsSet claims = VERIFICATION.verify(token, kid -> List.of(KEY.toPublicJWK()));
      assertThat(claims.getIssuer()).isEqualTo("https://as.example");
      assertThat(claims.getAudience()).contains("https://mcp.example/mcp");
      assertThat(claims.getExpirationTime().toInstant()).isAfter(NOW.minusSeconds(31));
      AccessTokenClaims.of(claims);
      return true;
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN);
      assertThat(e.description()).hasSizeLessThan(200);
      return false;
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static ECKey key() {
    try {
      return ECKey.parse(
          """
          {"kty":"EC","crv":"P-256","kid":"A.3",
           "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
           "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
           "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
          """);
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}

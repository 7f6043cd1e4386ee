package dev.latchstring.authorizationserver.assertion;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.authorizationserver.client.FetchedKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.People;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.fetch.OwnNetwork;
import dev.latchstring.oauth.jwt.IdentityAssertion;
import dev.latchstring.oauth.jwt.SigningKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Workloads' tokens and ID-JAGs, as strangers may write them. */
class AssertionVerifierFuzzTest {
  private static final String SELF = "https://as.example";
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /** The key of RFC 7515 appendix A.3, so that a kept input is signed today as it was found. */
  private static final ECKey KEY = key();

  private static final SigningKey SIGNER = SigningKey.of(KEY);
  private static final KeyFetcher FETCHER =
      new KeyFetcher(AddressPolicy.PUBLIC_ONLY, OwnNetwork.NONE);
  private static final AssertionVerifier VERIFIER =
      new AssertionVerifier(
          SELF, List.of(issuer()), FETCHER, new FetchedKeys(FETCHER, CLOCK), CLOCK);

  private static TrustedIssuerSettings issuer() {
    return new TrustedIssuerSettings(
        "https://idp.example",
        Json.readTree("{\"keys\":[" + KEY.toPublicJWK().toJSONString() + "]}"),
        null,
        Set.of(Use.ID_JAG),
        Set.of("ES256", "RS256"),
        Set.of(),
        Set.of(),
        Map.of(),
        Duration.ofHours(1),
        false,
        null,
        Set.of(),
        null,
        new People("sub", false, List.of()),
        List.of());
  }

  @FuzzTest
  void an_assertion_that_nobody_signed_is_refused(byte[] input) {
    String jwt = new String(input, ISO_8859_1);
    assertThat(verified(jwt)).isNull();
    try {
      String type = AssertionVerifier.type(jwt);
      assertThat(type).isEqualTo(type.toLowerCase(Locale.ROOT));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_GRANT);
    }
  }

  @FuzzTest
  void signed_claims_keep_every_rule_or_are_refused(byte[] claims) {
    AssertionVerifier.Verified verified = verified(SIGNER.sign(IdentityAssertion.TYPE, claims));
    if (verified != null) {
      var json = Json.readTree(claims);
      assertThat(json.path("iss").asString()).isEqualTo("https://idp.example");
      assertThat(verified.claims().getAudience()).containsExactly(SELF);
      assertThat(verified.subject()).isEqualTo(json.path("sub").asString()).isNotBlank();
      assertThat(verified.expiresAt())
          .isBetween(NOW.minusSeconds(30), NOW.plus(Duration.ofMinutes(61)));
      assertThat(json.has("tenant")).isFalse();
      for (String claim : List.of("client_id", "resource", "scope", "email")) {
        String text = verified.text(claim);
        assertThat(text)
            .isEqualTo(json.path(claim).isString() ? json.path(claim).asString() : null);
      }
    }
  }

  private static AssertionVerifier.Verified verified(String jwt) {
    try {
      return VERIFIER.verify(jwt, Use.ID_JAG, Set.of(IdentityAssertion.TYPE), i -> Set.of(SELF));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_GRANT);
      assertThat(e.description()).hasSizeLessThan(300);
      return null;
    }
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

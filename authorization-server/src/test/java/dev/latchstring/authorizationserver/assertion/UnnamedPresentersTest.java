package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Assertions from addresses that name no client. */
class UnnamedPresentersTest {
  private static final String ISSUER = "https://oidc.example";

  private static Answer present(RunningServer server, String address, String assertion) {
    Map<String, String> form =
        RunningServer.form(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion",
            assertion,
            "resource",
            CLINIC);
    return server.postRaw("/token", FormParameters.encode(form), "X-Forwarded-For", address);
  }

  private static String assertion(RunningServer server, ECKey key) {
    return TestIssuer.sign(
        key,
        null,
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject("job")
            .audience("https://auth.example.com")
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(server.clock().instant()))
            .expirationTime(Date.from(server.clock().instant().plusSeconds(300)))
            .build());
  }

  @Test
  void an_address_guesses_so_often_and_then_waits_a_little() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    ECKey other = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    try (RunningServer server =
        RunningServer.start(
            """
            issuer: https://auth.example.com
            trusted_proxies: [127.0.0.1]
            accounts: []
            resources: [{ resource: "%s", scopes: ["clinic:read"] }]
            trusted_issuers:
              - issuer: %s
                jwks: { keys: [ %s ] }
                use: [workload]
                workloads: [{ subject: job, resources: ["%s"], scope: "clinic:read" }]
            """
                .formatted(CLINIC, ISSUER, key.toPublicJWK(), CLINIC))) {
      for (int i = 0; i < 150; i++) {
        assertThat(present(server, "203.0.113.8", assertion(server, key)).outcome())
            .as("what succeeds does not count")
            .isEqualTo("200");
      }
      for (int i = 0; i < 100; i++) {
        assertThat(present(server, "203.0.113.9", assertion(server, other)).outcome())
            .isEqualTo("400 invalid_grant");
      }
      Answer waiting = present(server, "203.0.113.9", assertion(server, key));
      assertThat(waiting.outcome()).isEqualTo("503 temporarily_unavailable");
      assertThat(waiting.header("Retry-After")).isNotEmpty();
      assertThat(present(server, "203.0.113.8", assertion(server, other)).outcome())
          .isEqualTo("400 invalid_grant");
      server.clock().advance(Duration.ofSeconds(5));
      assertThat(present(server, "203.0.113.9", assertion(server, key)).outcome()).isEqualTo("200");
    }
  }
}

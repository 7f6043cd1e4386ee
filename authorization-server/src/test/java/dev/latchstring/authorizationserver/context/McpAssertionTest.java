package dev.latchstring.authorizationserver.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.Together;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code mcp_assertion} beside client credentials, with keys and assertions as PyJWT makes them.
 */
class McpAssertionTest {
  private static final Map<String, Object> METADATA =
      Map.of(
          "model_version", "1.2.0",
          "deployment_env", "test",
          "requested_capabilities", List.of("inference", "training"));

  private static RSAKey key;
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("k1").generate();
    server = RunningServer.start("mcp_assertion: {token_endpoint_audience: true}\n" + clients());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String clients() {
    return """
    clients:
      - client_id: agent
        client_secret: "agent-secret-0123456789"
        token_endpoint_auth_method: client_secret_post
        grant_types: [client_credentials]
        scope: "mc:batch_inference mc:models:write"
        jwks: %s
      - client_id: keyless
        client_secret: "keyless-secret-0123456789"
        token_endpoint_auth_method: client_secret_post
        grant_types: [client_credentials]
      - client_id: clinic-server
        client_secret: "clinic-server-secret-01234"
        grant_types: []
    """
        .formatted(new JWKSet(key.toPublicJWK()));
  }

  private static JWTClaimsSet.Builder claims() {
    Date now = Date.from(server.clock().instant());
    return new JWTClaimsSet.Builder()
        .issuer("agent")
        .subject("agent")
        .audience(server.issuer())
        .issueTime(now)
        .expirationTime(new Date(now.getTime() + 300_000))
        .jwtID(UUID.randomUUID().toString())
        .claim("mcp_metadata", METADATA);
  }

  private static String signed(JWTClaimsSet.Builder claims) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).build(),
            claims.build());
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  private static Answer ask(RunningServer server, String client, String assertion) {
    return server.post(
        "/token",
        "grant_type",
        "client_credentials",
        "client_id",
        client,
        "client_secret",
        client + "-secret-0123456789",
        "resource",
        "http://localhost:9300/mcp",
        "mcp_assertion",
        assertion);
  }

  private static Answer ask(JWTClaimsSet.Builder claims) throws Exception {
    return ask(server, "agent", signed(claims));
  }

  @Test
  void what_a_client_signed_of_itself_is_carried_into_its_token() throws Exception {
    Answer answer = ask(claims());

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.json().has("mcp_model_context")).isFalse();
    JWTClaimsSet token = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    assertThat(token.getJSONObjectClaim("mcp_metadata")).isEqualTo(METADATA);
    assertThat(token.getStringListClaim("mcp_scopes"))
        .containsExactlyInAnyOrder("mc:batch_inference", "mc:models:write");
    assertThat(
            server
                .introspect(answer.text("access_token"))
                .path("mcp_metadata")
                .path("model_version")
                .asString())
        .isEqualTo("1.2.0");
  }

  @Test
  void an_assertion_is_good_once_with_an_identifier_and_without() throws Exception {
    String named = signed(claims());
    String nameless = signed(claims().jwtID(null).audience(server.issuer() + "/token"));

    for (String assertion : List.of(named, nameless)) {
      assertThat(ask(server, "agent", assertion).outcome()).isEqualTo("200");
      for (String again : List.of(assertion, " " + assertion, assertion + "\n")) {
        assertThat(ask(server, "agent", again).outcome()).isEqualTo("401 invalid_client");
      }
    }
    String raced = signed(claims().jwtID(null).claim("race", 1));
    assertThat(Together.run(8, () -> ask(server, "agent", raced).status()))
        .containsOnlyOnce(200)
        .containsAll(Collections.nCopies(7, 401));
  }

  @Test
  void what_breaks_a_rule_of_client_assertions_is_refused() throws Exception {
    long now = server.clock().instant().toEpochMilli();
    Map<String, JWTClaimsSet.Builder> wrong = new HashMap<>();
    wrong.put("another issuer", claims().issuer("other"));
    wrong.put("no issuer", claims().issuer(null));
    wrong.put("another subject", claims().subject("keyless"));
    wrong.put("no subject", claims().subject(null));
    wrong.put("another audience", claims().audience("https://elsewhere.example"));
    wrong.put("two audiences", claims().audience(List.of(server.issuer(), "https://else.example")));
    wrong.put("another endpoint", claims().audience(server.issuer() + "/par"));
    wrong.put("no audience", claims().audience((String) null));
    wrong.put("no expiry", claims().expirationTime(null));
    wrong.put("expired", claims().expirationTime(new Date(now - 31_000)));
    wrong.put("too long a life", claims().expirationTime(new Date(now + 631_000)));
    wrong.put("of the future", claims().issueTime(new Date(now + 60_000)));
    wrong.put("an empty identifier", claims().jwtID(""));
    wrong.put("a long identifier", claims().jwtID("x".repeat(257)));
    for (Map.Entry<String, JWTClaimsSet.Builder> each : wrong.entrySet()) {
      assertThat(ask(each.getValue()).outcome()).as(each.getKey()).isEqualTo("401 invalid_client");
    }
  }

  @Test
  void only_the_registered_key_signs() throws Exception {
    RSAKey other = new RSAKeyGenerator(2048).keyID("k1").generate();
    SignedJWT foreign =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), claims().build());
    foreign.sign(new RSASSASigner(other));
    SignedJWT confused =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).build(), claims().build());
    confused.sign(new MACSigner(key.toPublicJWK().toRSAPublicKey().getEncoded()));
    String unsigned = signed(claims()).replaceAll("[^.]*$", "");

    for (String assertion :
        List.of(
            foreign.serialize(),
            confused.serialize(),
            unsigned,
            "x",
            "a.b.c",
            "..",
            "x".repeat(16_385))) {
      assertThat(ask(server, "agent", assertion).outcome()).isEqualTo("401 invalid_client");
    }
    assertThat(
            ask(server, "keyless", signed(claims().issuer("keyless").subject("keyless"))).outcome())
        .as("a client that registered no key")
        .isEqualTo("401 invalid_client");
    assertThat(ask(server, "keyless", signed(claims())).outcome())
        .as("another client's assertion")
        .isEqualTo("401 invalid_client");
  }

  @Test
  void metadata_is_an_object_within_its_limits() throws Exception {
    assertThat(ask(claims().claim("mcp_metadata", Map.of("a", "x".repeat(1016)))).outcome())
        .isEqualTo("200");
    for (Object metadata :
        List.of("text", List.of(), 7, true, Map.of("a", "x".repeat(1017)), nested(9))) {
      assertThat(ask(claims().claim("mcp_metadata", metadata)).outcome())
          .isEqualTo("400 invalid_request");
    }
    Answer without = ask(claims().claim("mcp_metadata", null));
    assertThat(SignedJWT.parse(without.text("access_token")).getJWTClaimsSet().getClaims().keySet())
        .noneMatch(name -> name.startsWith("mcp_"));
  }

  private static Object nested(int depth) {
    return depth == 0 ? "x" : Map.of("a", nested(depth - 1));
  }

  @Test
  void what_was_signed_decides_nothing() throws Exception {
    Answer answer =
        ask(
            claims()
                .claim("mcp_metadata", Map.of("scope", "everything", "sub", "admin"))
                .claim("scope", "everything")
                .claim("groups", List.of("owners")));

    JWTClaimsSet token = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    assertThat(token.getSubject()).isEqualTo("agent");
    assertThat(token.getStringClaim("scope")).isEqualTo("mc:batch_inference mc:models:write");
    assertThat(token.getClaim("groups")).isNull();
  }

  @Test
  void the_token_endpoint_is_an_audience_where_the_operator_says_so() throws Exception {
    assertThat(ask(claims().audience(server.issuer() + "/token")).outcome()).isEqualTo("200");
    try (RunningServer strict = RunningServer.start(clients())) {
      assertThat(
              ask(strict, "agent", signed(claims().audience(strict.issuer() + "/token"))).outcome())
          .isEqualTo("401 invalid_client");
      assertThat(ask(strict, "agent", signed(claims().audience(strict.issuer()))).outcome())
          .isEqualTo("200");
    }
  }
}

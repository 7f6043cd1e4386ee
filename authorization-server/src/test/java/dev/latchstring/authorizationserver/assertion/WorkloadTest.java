package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** RFC 7523 §2.1 and §3, MCP workload identity federation: a platform's token for one of ours. */
class WorkloadTest {
  static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final String DEPLOYER = "system:serviceaccount:ci:deployer";

  private static TestIssuer platform;
  private static TestIssuer once;
  private static TestIssuer discovered;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    platform = new TestIssuer();
    once = new TestIssuer();
    discovered = new TestIssuer();
    server =
        RunningServer.start(
            CLINIC_YAML.replace(
                    "clients:\n",
                    """
                    clients:
                      - client_id: wif-workload
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                        scope: clinic:read
                      - client_id: vault-job
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                    """)
                + """
                trusted_issuers:
                  - issuer: %1$s
                    jwks_uri: %1$s/jwks
                    use: [workload]
                    algorithms: [ES256]
                    workloads:
                      - subject: "system:serviceaccount:ci:deployer"
                        as: ci-deployer
                        resources: [http://localhost:9100/mcp]
                        scope: "clinic:read clinic:write"
                        teams: [ci]
                      - subject: "system:serviceaccount:agents:*"
                        claims: { "/kubernetes.io/namespace": agents }
                        resources: [http://localhost:9100/mcp, http://localhost:9200/mcp]
                        scope: "clinic:read vault:open"
                  - issuer: %2$s
                    jwks_uri: %2$s/jwks
                    use: [workload]
                    audiences: [my-audience]
                    single_use: true
                    max_lifetime: 10m
                    clients: [vault-job]
                    workloads:
                      - subject: job
                        resources: [http://localhost:9200/mcp]
                        scope: vault:open
                  - issuer: %3$s
                    use: [workload]
                    workloads:
                      - { subject: found, resources: [http://localhost:9100/mcp], scope: clinic:read }
                """
                    .formatted(platform.issuer(), once.issuer(), discovered.issuer()));
  }

  @AfterAll
  static void stop() {
    server.close();
    platform.close();
    once.close();
    discovered.close();
  }

  private static Instant now() {
    return server.clock().instant();
  }

  /** As a projected service account token: an audience in a list, an hour, no typ. */
  private static JWTClaimsSet.Builder claims(TestIssuer issuer, String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.issuer())
        .subject(subject)
        .audience(List.of(server.issuer()))
        .issueTime(Date.from(now()))
        .notBeforeTime(Date.from(now()))
        .expirationTime(Date.from(now().plusSeconds(3600)))
        .jwtID(UUID.randomUUID().toString());
  }

  private static JWTClaimsSet.Builder deployer() {
    return claims(platform, DEPLOYER);
  }

  private static Answer present(String assertion, String... more) {
    Map<String, String> form = form("grant_type", JWT_BEARER, "assertion", assertion);
    form.putAll(form(more));
    return server.postRaw("/token", FormParameters.encode(form));
  }

  private static JsonNode payload(Answer answer) {
    String[] parts = answer.text("access_token").split("\\.", -1);
    return Json.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
  }

  @Test
  void a_workload_without_a_client_gets_what_its_rule_says() {
    Answer answer = present(platform.sign(deployer(), null), "resource", CLINIC);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("clinic:read clinic:write");
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(answer.json().has("issued_token_type")).isFalse();
    JsonNode token = payload(answer);
    assertThat(token.path("sub").asString()).isEqualTo("ci-deployer");
    assertThat(token.path("client_id").asString()).isEqualTo("ci-deployer");
    assertThat(token.path("aud").asString()).isEqualTo(CLINIC);
    assertThat(token.path("groups").get(0).asString()).isEqualTo("ci");
    assertThat(token.has("grant_id")).isFalse();
    assertThat(server.introspect(answer.text("access_token")).path("active").asBoolean()).isTrue();
  }

  @Test
  void the_token_endpoint_is_an_audience_too_and_less_may_be_asked_for() {
    Answer answer =
        present(
            platform.sign(deployer().audience(server.issuer() + "/token"), "JWT"),
            "scope",
            "clinic:read");

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("clinic:read");
  }

  @Test
  void a_token_of_a_platform_is_accepted_as_long_as_it_lives_and_no_token_outlives_it() {
    String projected =
        platform.sign(deployer().expirationTime(Date.from(now().plusSeconds(90))), null);

    assertThat(present(projected).json().path("expires_in").asInt()).isEqualTo(90);
    assertThat(present(projected).outcome()).isEqualTo("200");
    assertThat(present(platform.sign(deployer(), null)).json().path("expires_in").asInt())
        .isEqualTo(600);
  }

  @Test
  void a_pattern_covers_many_and_asks_for_nested_claims() {
    JWTClaimsSet.Builder agent =
        claims(platform, "system:serviceaccount:agents:a1")
            .claim("kubernetes.io", Map.of("namespace", "agents"));
    Answer answer = present(platform.sign(agent, null), "resource", VAULT);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("scope")).isEqualTo("vault:open");
    JsonNode opaque = server.introspect(answer.text("access_token"));
    assertThat(opaque.path("sub").asString())
        .isEqualTo(platform.issuer() + "#system:serviceaccount:agents:a1");

    assertThat(present(platform.sign(agent, null)).outcome())
        .as("two resources, none named")
        .isEqualTo("400 invalid_target");
    assertThat(
            present(
                    platform.sign(
                        claims(platform, "system:serviceaccount:agents:a1")
                            .claim("kubernetes.io", Map.of("namespace", "other")),
                        null),
                    "resource",
                    VAULT)
                .outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_named_client_is_registered_and_bounds_the_scope() {
    assertThat(present(platform.sign(deployer(), null), "client_id", "wif-workload").text("scope"))
        .isEqualTo("clinic:read");
    assertThat(present(platform.sign(deployer(), null), "client_id", "nobody").outcome())
        .isEqualTo("401 invalid_client");
    assertThat(present(platform.sign(deployer(), null), "client_id", "").outcome())
        .isEqualTo("401 invalid_client");
    assertThat(present(platform.sign(deployer(), null), "client_id", "phone").outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(
            server
                .postAs(
                    "ci-job",
                    "wrong",
                    "/token",
                    "grant_type",
                    JWT_BEARER,
                    "assertion",
                    platform.sign(deployer(), null))
                .outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void more_than_the_rule_says_is_refused() {
    String assertion = platform.sign(deployer(), null);

    assertThat(present(assertion, "resource", VAULT).outcome()).isEqualTo("400 invalid_target");
    assertThat(present(assertion, "scope", "clinic:read vault:open").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(present(assertion, "scope", "wif.rejected").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(
            server
                .postRaw(
                    "/token",
                    FormParameters.encode(form("grant_type", JWT_BEARER, "assertion", assertion))
                        + "&resource=http://localhost:9100/mcp&resource=http://localhost:9200/mcp")
                .outcome())
        .isEqualTo("400 invalid_target");
  }

  private static Map<String, String> refusals() throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("another issuer", with(c -> c.issuer("https://elsewhere.example")));
    all.put("the issuer with a slash", with(c -> c.issuer(platform.issuer() + "/")));
    all.put("this server as issuer", with(c -> c.issuer(server.issuer())));
    all.put("no issuer", with(c -> c.issuer(null)));
    all.put("no subject", with(c -> c.subject(null)));
    all.put("an empty subject", with(c -> c.subject("")));
    all.put("a subject that is not covered", with(c -> c.subject(DEPLOYER + "2")));
    all.put("the pattern itself", with(c -> c.subject("system:serviceaccount:agents:*")));
    all.put("a subject of 600 characters", with(c -> c.subject("x".repeat(600))));
    all.put("no audience", with(c -> c.audience((String) null)));
    all.put("another audience", with(c -> c.audience("https://elsewhere.example")));
    all.put("our issuer with a slash", with(c -> c.audience(server.issuer() + "/")));
    all.put(
        "two audiences", with(c -> c.audience(List.of(server.issuer(), "https://other.example"))));
    all.put(
        "two audiences of ours",
        with(c -> c.audience(List.of(server.issuer(), server.issuer() + "/token"))));
    all.put("our issuer twice", with(c -> c.audience(List.of(server.issuer(), server.issuer()))));
    all.put("no expiry", with(c -> c.expirationTime(null)));
    all.put("expired", with(c -> c.expirationTime(Date.from(now()))));
    all.put("far away", with(c -> c.expirationTime(Date.from(now().plusSeconds(90_000)))));
    all.put("issued long ago", with(c -> c.issueTime(Date.from(now().minusSeconds(90_000)))));
    all.put("issued in the future", with(c -> c.issueTime(Date.from(now().plusSeconds(60)))));
    all.put("not valid yet", with(c -> c.notBeforeTime(Date.from(now().plusSeconds(60)))));
    all.put("an expiry that is a text", with(c -> c.claim("exp", "tomorrow")));
    all.put("a tenant that nobody named", with(c -> c.claim("tenant", "acme")));
    all.put("an id token", with(c -> c.claim("nonce", "n")));
    all.put("an id token with a hash", with(c -> c.claim("at_hash", "h")));
    all.put("bound to a key", with(c -> c.claim("cnf", Map.of("jkt", "x"))));
    all.put("an access token", platform.sign(deployer(), "at+jwt"));
    all.put("a client's assertion", platform.sign(deployer(), "client-authentication+jwt"));
    all.put("a proof", platform.sign(deployer(), "dpop+jwt"));
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    all.put("another key", TestIssuer.sign(stranger, null, deployer().build()));
    all.put("another issuer's key", TestIssuer.sign(once.key, null, deployer().build()));
    all.put("unsigned", new PlainJWT(deployer().build()).serialize());
    all.put("signed with the public key as a secret", hmac());
    all.put("a critical header", critical());
    all.put(
        "a repeated claim",
        raw(
            "{\"iss\":\"%s\",\"sub\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"exp\":%d}"
                .formatted(
                    platform.issuer(),
                    "x",
                    DEPLOYER,
                    server.issuer(),
                    now().getEpochSecond() + 60)));
    all.put("deeply nested", raw("{\"a\":" + "[".repeat(4000) + "]".repeat(4000) + "}"));
    all.put("not an object", raw("[]"));
    all.put("not JSON", raw("hello"));
    all.put("huge", with(c -> c.claim("x", "x".repeat(16_000))));
    all.put("no JWT at all", "hello");
    all.put("two parts", "a.b");
    all.put("five parts", "a.b.c.d.e");
    return all;
  }

  private static String with(UnaryOperator<JWTClaimsSet.Builder> change) {
    return platform.sign(change.apply(deployer()), null);
  }

  private static String raw(String payload) throws Exception {
    JWSObject jws =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), new Payload(payload));
    jws.sign(new ECDSASigner(platform.key));
    return jws.serialize();
  }

  private static String hmac() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), deployer().build());
    jwt.sign(new MACSigner(platform.key.toECPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static String critical() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("k1")
                .type(JOSEObjectType.JWT)
                .criticalParams(java.util.Set.of("x"))
                .customParam("x", 1)
                .build(),
            deployer().build());
    jwt.sign(new ECDSASigner(platform.key));
    return jwt.serialize();
  }

  static Stream<Arguments> refused() throws Exception {
    return refusals().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String what, String assertion) {
    Answer answer = present(assertion);

    assertThat(answer.outcome()).as(what).isEqualTo("400 invalid_grant");
    assertThat(answer.body()).doesNotContain(assertion);
  }

  @Test
  void an_assertion_is_named_once_and_is_there() {
    assertThat(server.post("/token", "grant_type", JWT_BEARER).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            server
                .postRaw(
                    "/token",
                    FormParameters.encode(form("grant_type", JWT_BEARER, "assertion", "a"))
                        + "&assertion=b")
                .outcome())
        .isEqualTo("400 invalid_request");
  }

  private static JWTClaimsSet.Builder job() {
    return claims(once, "job")
        .audience("my-audience")
        .expirationTime(Date.from(now().plusSeconds(300)));
  }

  @Test
  void where_a_token_is_for_one_use_one_of_many_at_once_gets_it() throws Exception {
    String assertion = once.sign(job(), null);

    List<Answer> answers = Together.run(6, () -> present(assertion, "client_id", "vault-job"));

    assertThat(answers.stream().map(Answer::outcome))
        .containsExactlyInAnyOrder(
            "200",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant",
            "400 invalid_grant");
    assertThat(present(assertion, "client_id", "vault-job").outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_request_that_is_refused_uses_nothing_up() {
    String assertion = once.sign(job(), null);

    assertThat(present(assertion, "client_id", "vault-job", "scope", "clinic:read").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(present(assertion, "client_id", "vault-job").outcome()).isEqualTo("200");
  }

  @Test
  void an_issuer_with_named_clients_wants_one_and_its_own_audience_and_a_jti() {
    assertThat(present(once.sign(job(), null)).outcome()).isEqualTo("400 unauthorized_client");
    assertThat(
            present(once.sign(job().audience(server.issuer()), null), "client_id", "vault-job")
                .outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(present(once.sign(job().jwtID(null), null), "client_id", "vault-job").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(
            present(
                    once.sign(job().expirationTime(Date.from(now().plusSeconds(700))), null),
                    "client_id",
                    "vault-job")
                .outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void keys_are_found_by_the_issuers_own_metadata() {
    assertThat(present(discovered.sign(claims(discovered, "found"), null)).outcome())
        .isEqualTo("200");
  }

  @Test
  void made_up_keys_do_not_make_the_server_fetch_and_an_outage_keeps_the_known_ones()
      throws Exception {
    assertThat(present(platform.sign(deployer(), null)).outcome()).isEqualTo("200");
    server.clock().advance(Duration.ofSeconds(31));
    int before = platform.fetches.get();
    for (int i = 0; i < 30; i++) {
      ECKey madeUp = new ECKeyGenerator(Curve.P_256).keyID("made-up-" + i).generate();
      assertThat(present(TestIssuer.sign(madeUp, null, deployer().build())).outcome())
          .isEqualTo("400 invalid_grant");
    }
    assertThat(platform.fetches.get() - before).isEqualTo(1);

    platform.status.set(500);
    try {
      server.clock().advance(Duration.ofSeconds(31));
      ECKey madeUp = new ECKeyGenerator(Curve.P_256).keyID("made-up").generate();
      assertThat(present(TestIssuer.sign(madeUp, null, deployer().build())).outcome())
          .isEqualTo("400 invalid_grant");
      assertThat(present(platform.sign(deployer(), null)).outcome()).isEqualTo("200");

      server.clock().advance(Duration.ofMinutes(6));
      int failing = platform.fetches.get();
      for (int i = 0; i < 5; i++) {
        assertThat(present(platform.sign(deployer(), null)).outcome())
            .isEqualTo("503 temporarily_unavailable");
      }
      assertThat(platform.fetches.get() - failing).isEqualTo(1);
    } finally {
      platform.status.set(200);
      server.clock().advance(Duration.ofSeconds(31));
    }
    assertThat(present(platform.sign(deployer(), null)).outcome()).isEqualTo("200");
  }

  @Test
  void metadata_says_what_is_offered_and_not_by_whom() {
    JsonNode metadata = server.get("/.well-known/oauth-authorization-server").json();

    assertThat(metadata.path("grant_types_supported").toString()).contains(JWT_BEARER);
    assertThat(metadata.path("grant_types_supported").toString()).doesNotContain("token-exchange");
    assertThat(metadata.has("authorization_grant_profiles_supported")).isFalse();
    assertThat(metadata.toString()).doesNotContain(platform.issuer());
  }

  @Test
  void another_client_library_does_it() throws Exception {
    TokenRequest request =
        new TokenRequest(
            URI.create(server.issuer() + "/token"),
            new com.nimbusds.oauth2.sdk.id.ClientID("wif-workload"),
            new JWTBearerGrant(SignedJWT.parse(platform.sign(deployer(), "JWT"))),
            new com.nimbusds.oauth2.sdk.Scope("clinic:read"),
            List.of(URI.create(CLINIC)),
            null,
            null);
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());

    assertThat(response.indicatesSuccess()).isTrue();
    AccessTokenResponse success = response.toSuccessResponse();
    assertThat(success.getTokens().getRefreshToken()).isNull();
    assertThat(success.getTokens().getAccessToken().getScope()).hasToString("clinic:read");
  }

  @Test
  void a_server_that_trusts_nobody_does_not_know_the_grant() {
    try (RunningServer bare = RunningServer.start(CLINIC_YAML)) {
      assertThat(bare.post("/token", "grant_type", JWT_BEARER, "assertion", "a.b.c").outcome())
          .isEqualTo("401 invalid_client");
      assertThat(bare.asCiJob("/token", "grant_type", JWT_BEARER, "assertion", "a.b.c").outcome())
          .isEqualTo("400 unsupported_grant_type");
      assertThat(
              bare.get("/.well-known/oauth-authorization-server")
                  .json()
                  .path("grant_types_supported")
                  .toString())
          .doesNotContain("jwt-bearer")
          .doesNotContain("token-exchange");
    }
  }
}

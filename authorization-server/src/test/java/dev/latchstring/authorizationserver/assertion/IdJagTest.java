package dev.latchstring.authorizationserver.assertion;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/** draft-ietf-oauth-identity-assertion-authz-grant §4.4: the server that redeems an ID-JAG. */
@OnEveryDatabase
class IdJagTest {
  private static final String TYPE = "oauth-id-jag+jwt";
  private static final String SECRET = "wiki-secret-0123456789";

  private static TestIssuer idp;
  private static TestIssuer open;
  private static RunningServer server;

  private final DatabaseKind kind;

  IdJagTest(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    idp = new TestIssuer();
    open = new TestIssuer();
    server =
        RunningServer.start(
            kind,
            CLINIC_YAML.replace(
                    "clients:\n",
                    """
                    clients:
                      - client_id: wiki
                        client_secret: "wiki-secret-0123456789"
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                      - client_id: chat
                        client_secret: "wiki-secret-0123456789"
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                      - client_id: native
                        grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                    """)
                + """
                trusted_issuers:
                  - issuer: %1$s
                    jwks_uri: %1$s/jwks
                    use: [id_jag]
                    clients: [wiki, native]
                    resources: [http://localhost:9100/mcp]
                    scope: "clinic:read vault:open"
                    accounts: { claim: email }
                  - issuer: %2$s
                    jwks: %3$s
                    use: [id_jag]
                    tenant: acme
                    accounts: { claim: preferred_username, provision: true, teams: [guests] }
                """
                    .formatted(
                        idp.issuer(),
                        open.issuer(),
                        new com.nimbusds.jose.jwk.JWKSet(open.key).toString(true)));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    idp.close();
    open.close();
  }

  private static Instant now() {
    return server.clock().instant();
  }

  private static JWTClaimsSet.Builder claims(TestIssuer issuer) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.issuer())
        .subject("U019488227")
        .audience(server.issuer())
        .claim("client_id", "wiki")
        .claim("resource", CLINIC)
        .claim("scope", "clinic:read clinic:write")
        .claim("email", "alice")
        .claim("auth_time", now().minusSeconds(100).getEpochSecond())
        .claim("acr", "phr")
        .claim("amr", List.of("mfa", "hwk"))
        .issueTime(Date.from(now()))
        .expirationTime(Date.from(now().plusSeconds(300)))
        .jwtID(UUID.randomUUID().toString());
  }

  private static JWTClaimsSet.Builder guest() {
    return claims(open).claim("tenant", "acme").claim("preferred_username", "carol");
  }

  private static Answer redeem(String assertion, String... more) {
    Map<String, String> form = form("grant_type", WorkloadScene.JWT_BEARER, "assertion", assertion);
    form.putAll(form(more));
    return server.postRaw(
        "/token",
        FormParameters.encode(form),
        "Authorization",
        RunningServer.basic("wiki", SECRET));
  }

  @Test
  void an_id_jag_gives_a_token_of_the_account_within_all_bounds() {
    Answer answer = redeem(idp.sign(claims(idp), TYPE));

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("token_type")).isEqualTo("Bearer");
    assertThat(answer.text("scope")).isEqualTo("clinic:read");
    assertThat(answer.json().has("refresh_token")).isFalse();
    JsonNode token = server.introspect(answer.text("access_token"));
    assertThat(token.path("username").asString()).isEqualTo("alice");
    assertThat(token.path("client_id").asString()).isEqualTo("wiki");
    assertThat(token.path("aud").toString()).contains(CLINIC);
    assertThat(token.path("acr").asString()).isEqualTo("phr");
    assertThat(token.path("amr").toString()).isEqualTo("[\"mfa\",\"hwk\"]");
    assertThat(token.path("auth_time").asLong()).isEqualTo(now().getEpochSecond() - 100);
    assertThat(token.path("groups").toString()).isEqualTo("[\"front-desk\"]");
    assertThat(token.has("grant_id")).isTrue();
  }

  @Test
  void a_time_of_sign_in_that_is_not_said_is_not_made_up() {
    Answer answer = redeem(idp.sign(claims(idp).claim("auth_time", null), TYPE));

    assertThat(server.introspect(answer.text("access_token")).has("auth_time")).isFalse();
  }

  @Test
  void who_acts_for_the_person_stays_named() {
    Answer answer = redeem(idp.sign(claims(idp).claim("act", Map.of("sub", "agent-7")), TYPE));

    assertThat(server.introspect(answer.text("access_token")).path("act").path("sub").asString())
        .isEqualTo("agent-7");
  }

  @Test
  void somebody_without_an_account_is_let_in_where_the_operator_says_so() {
    Answer answer = redeem(open.sign(guest(), TYPE), "scope", "clinic:write");

    assertThat(answer.outcome()).isEqualTo("200");
    JsonNode token = server.introspect(answer.text("access_token"));
    assertThat(token.path("active").asBoolean()).isTrue();
    assertThat(token.path("sub").asString()).isEqualTo(open.issuer() + "#U019488227");
    assertThat(token.path("groups").toString()).isEqualTo("[\"guests\"]");
    assertThat(token.path("scope").asString()).isEqualTo("clinic:write");
  }

  @Test
  void one_of_many_at_once_is_the_use_of_an_assertion() throws Exception {
    String assertion = idp.sign(claims(idp), TYPE);

    List<Answer> answers = Together.run(6, () -> redeem(assertion));

    assertThat(answers.stream().filter(a -> a.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.outcome().equals("400 invalid_grant"))).hasSize(5);
    assertThat(redeem(assertion).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void two_issuers_may_use_the_same_identifier() {
    assertThat(redeem(idp.sign(claims(idp).jwtID("same"), TYPE)).outcome()).isEqualTo("200");
    assertThat(redeem(open.sign(guest().jwtID("same"), TYPE)).outcome()).isEqualTo("200");
  }

  @Test
  void what_must_not_be_accepted_is_not() {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("no type", idp.sign(claims(idp), null));
    refused.put("an id token", idp.sign(claims(idp), "JWT"));
    refused.put("an access token", idp.sign(claims(idp), "at+jwt"));
    refused.put("another issuer's key", open.sign(claims(idp), TYPE));
    refused.put("unsigned", new PlainJWT(claims(idp).build()).serialize());
    refused.put("another client", idp(c -> c.claim("client_id", "chat")));
    refused.put("no client", idp(c -> c.claim("client_id", null)));
    refused.put("several clients", idp(c -> c.claim("client_id", List.of("wiki"))));
    refused.put("another audience", idp(c -> c.audience("https://elsewhere.example")));
    refused.put("the token endpoint", idp(c -> c.audience(server.issuer() + "/token")));
    refused.put("a slash too many", idp(c -> c.audience(server.issuer() + "/")));
    refused.put(
        "two audiences", idp(c -> c.audience(List.of(server.issuer(), "https://b.example"))));
    refused.put("no audience", idp(c -> c.audience((String) null)));
    refused.put("the issuer with a slash", idp(c -> c.issuer(idp.issuer() + "/")));
    refused.put("no subject", idp(c -> c.subject(null)));
    refused.put("no expiry", idp(c -> c.expirationTime(null)));
    refused.put("expired", idp(c -> c.expirationTime(Date.from(now().minusSeconds(31)))));
    refused.put("far away", idp(c -> c.expirationTime(Date.from(now().plusSeconds(4000)))));
    refused.put("no iat", idp(c -> c.issueTime(null)));
    refused.put("future", idp(c -> c.issueTime(Date.from(now().plusSeconds(60)))));
    refused.put("old", idp(c -> c.issueTime(Date.from(now().minusSeconds(4000)))));
    refused.put("no jti", idp(c -> c.jwtID(null)));
    refused.put("a jti of 300", idp(c -> c.jwtID("x".repeat(300))));
    refused.put("no resource", idp(c -> c.claim("resource", null)));
    refused.put("no resources", idp(c -> c.claim("resource", List.of())));
    refused.put("a number for a resource", idp(c -> c.claim("resource", 7)));
    refused.put("scopes in a list", idp(c -> c.claim("scope", List.of("clinic:read"))));
    refused.put("rich requests", idp(c -> c.claim("authorization_details", List.of())));
    refused.put("a tenant of ours", idp(c -> c.claim("aud_tenant", "x")));
    refused.put("a tenant nobody named", idp(c -> c.claim("tenant", "acme")));
    refused.put("bound to a key", idp(c -> c.claim("cnf", Map.of("jkt", "x"))));
    refused.put("bound to a certificate", idp(c -> c.claim("cnf", Map.of("x5t#S256", "x"))));
    refused.put("nobody", idp(c -> c.claim("email", "nobody")));
    refused.put("no name", idp(c -> c.claim("email", null)));
    refused.put("another spelling", idp(c -> c.claim("email", "ALICE")));
    refused.put("a look-alike", idp(c -> c.claim("email", "ａlice")));
    refused.put("not verified", idp(c -> c.claim("email_verified", false)));
    refused.put("verified in words", idp(c -> c.claim("email_verified", "true")));
    refused.put("signed in tomorrow", idp(c -> c.claim("auth_time", now().getEpochSecond() + 99)));
    refused.put("a method with spaces", idp(c -> c.claim("amr", List.of("m f a"))));
    refused.put("methods in a text", idp(c -> c.claim("amr", "mfa")));
    refused.put("an endless acr", idp(c -> c.claim("acr", "x".repeat(300))));
    refused.put("an actor without a name", idp(c -> c.claim("act", Map.of("x", "y"))));
    refused.put("actors without an end", idp(c -> c.claim("act", actors(6))));
    refused.put("an actor that is a text", idp(c -> c.claim("act", "agent")));
    refused.put("the wrong tenant", open.sign(guest().claim("tenant", "other"), TYPE));
    refused.put("no tenant", open.sign(guest().claim("tenant", null), TYPE));
    refused.put(
        "a name that is another's account",
        open.sign(guest().claim("preferred_username", "ALICE"), TYPE));

    SoftAssertions softly = new SoftAssertions();
    refused.forEach((what, assertion) ->
        softly.assertThat(redeem(assertion).outcome()).as(what).isEqualTo("400 invalid_grant"));
    softly.assertAll();
  }

  private static String idp(UnaryOperator<JWTClaimsSet.Builder> change) {
    return idp.sign(change.apply(claims(idp)), TYPE);
  }

  private static Map<String, Object> actors(int depth) {
    return depth == 1 ? Map.of("sub", "a") : Map.of("sub", "a", "act", actors(depth - 1));
  }

  @Test
  void resources_and_scopes_beyond_the_bounds_are_refused() {
    assertThat(redeem(idp(c -> c.claim("resource", VAULT))).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(redeem(idp(c -> c.claim("resource", "https://unknown.example"))).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(redeem(idp(c -> c.claim("resource", List.of(CLINIC, VAULT)))).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(
            redeem(idp(c -> c.claim("resource", List.of(CLINIC, VAULT))), "resource", CLINIC)
                .outcome())
        .isEqualTo("200");
    assertThat(redeem(idp(c -> c), "resource", VAULT).outcome()).isEqualTo("400 invalid_target");
    assertThat(redeem(idp(c -> c), "scope", "clinic:write").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(redeem(idp(c -> c.claim("scope", "clinic:write"))).outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(redeem(idp(c -> c.claim("scope", null))).text("scope")).isEqualTo("clinic:read");
  }

  @Test
  void only_a_client_that_authenticates_and_is_named_redeems() {
    String[] request = {
      "grant_type", WorkloadScene.JWT_BEARER, "assertion", idp.sign(claims(idp), TYPE)
    };
    assertThat(server.post("/token", request).outcome()).isEqualTo("401 invalid_client");
    assertThat(
            server
                .post(
                    "/token",
                    "grant_type",
                    WorkloadScene.JWT_BEARER,
                    "client_id",
                    "native",
                    "assertion",
                    idp(c -> c.claim("client_id", "native")))
                .outcome())
        .isEqualTo("401 invalid_client");
    assertThat(server.postAs("wiki", "wrong", "/token", request).outcome())
        .isEqualTo("401 invalid_client");
    assertThat(
            server
                .postAs(
                    "chat",
                    SECRET,
                    "/token",
                    "grant_type",
                    WorkloadScene.JWT_BEARER,
                    "assertion",
                    idp(c -> c.claim("client_id", "chat")))
                .outcome())
        .isEqualTo("400 unauthorized_client");
  }

  @Test
  void our_own_tokens_are_no_assertions() {
    String own = server.login().path("access_token").asString();

    assertThat(redeem(own).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void a_disabled_account_is_not_somebody_without_an_account() {
    String yaml =
        """
        clients:
          - client_id: wiki
            client_secret: "wiki-secret-0123456789"
            grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        resources:
          - { resource: http://localhost:9100/mcp, scopes: [clinic:read] }
        trusted_issuers:
          - issuer: %s
            use: [id_jag]
            tenant: acme
            accounts: { claim: preferred_username, provision: true }
        accounts:
          - { username: alice, password: "correct horse" }
        """
            .formatted(open.issuer());
    DatabaseConfiguration database = kind.fresh();
    TestClock clock = new TestClock();
    var data = RunningServer.directory();
    RunningServer.start(
            database, yaml + "  - { username: carol, password: \"battery\" }\n", clock, data)
        .close();

    try (RunningServer restarted = RunningServer.start(database, yaml, clock, data)) {
      String outcome =
          restarted
              .postAs(
                  "wiki",
                  SECRET,
                  "/token",
                  "grant_type",
                  WorkloadScene.JWT_BEARER,
                  "assertion",
                  open.sign(guest().audience(restarted.issuer()), TYPE))
              .outcome();
      assertThat(outcome).isEqualTo("400 invalid_grant");
      assertThat(
              restarted
                  .postAs(
                      "wiki",
                      SECRET,
                      "/token",
                      "grant_type",
                      WorkloadScene.JWT_BEARER,
                      "assertion",
                      open.sign(
                          guest().audience(restarted.issuer()).claim("preferred_username", "dave"),
                          TYPE))
                  .outcome())
          .isEqualTo("200");
    }
  }

  @Test
  void identity_is_not_handed_on() {
    Answer answer = redeem(open.sign(guest().claim("scope", "openid profile clinic:read"), TYPE));

    assertThat(answer.text("scope")).isEqualTo("clinic:read");
    assertThat(answer.json().has("id_token")).isFalse();
  }

  @Test
  void metadata_names_the_profile() {
    JsonNode metadata = server.get("/.well-known/oauth-authorization-server").json();

    assertThat(metadata.path("authorization_grant_profiles_supported").toString())
        .isEqualTo("[\"urn:ietf:params:oauth:grant-profile:id-jag\"]");
    assertThat(metadata.path("grant_types_supported").toString())
        .contains(WorkloadScene.JWT_BEARER);
    assertThat(metadata.has("identity_chaining_requested_token_types_supported")).isFalse();
  }
}

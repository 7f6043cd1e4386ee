package dev.latchstring.authorizationserver.exchange;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.assertion.TestIssuer;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * MCP enterprise-managed authorization, from end to end: one server of ours is the identity
 * provider, another redeems what it issues, and finds the keys by the first one's metadata.
 */
class EnterpriseManagedTest {
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final String SECRET = "wiki-secret-0123456789";

  private static TestIssuer upstream;
  private static RunningServer idp;
  private static RunningServer mcp;

  @BeforeAll
  static void start() throws Exception {
    upstream = new TestIssuer();
    int port = Ports.free();
    idp =
        RunningServer.start(
            CLINIC_YAML
                    .replace(
                        "name: Alice Moreau",
                        "name: Alice Moreau, email: alice@acme.example, email_verified: true")
                    .replace(
                        "clients:\n",
                        """
                        clients:
                          - client_id: wiki
                            client_secret: "wiki-secret-0123456789"
                            grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token, "urn:ietf:params:oauth:grant-type:token-exchange"]
                          - client_id: other
                            client_secret: "wiki-secret-0123456789"
                            grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token, "urn:ietf:params:oauth:grant-type:token-exchange"]
                          - client_id: open
                            grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"]
                        """)
                + """
                id_jag_audiences:
                  - audience: http://localhost:%1$d
                    clients: { wiki: wiki-at-mcp }
                    resources: [http://localhost:9100/mcp]
                    scope: "clinic:read clinic:write"
                    teams: [front-desk]
                    lifetime: 2m
                trusted_issuers:
                  - issuer: %2$s
                    use: [subject_token]
                    client_ids: { wiki: wiki-upstream }
                    accounts: { claim: preferred_username }
                """
                    .formatted(port, upstream.issuer()));
    mcp =
        RunningServer.start(
            "port: "
                + port
                + "\n"
                + CLINIC_YAML
                    .replace("username: alice", "username: alice@acme.example")
                    .replace(
                        "clients:\n",
                        """
                        clients:
                          - client_id: wiki-at-mcp
                            client_secret: "wiki-secret-0123456789"
                            grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                          - client_id: other-at-mcp
                            client_secret: "wiki-secret-0123456789"
                            grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
                        """)
                + """
                trusted_issuers:
                  - issuer: %s
                    use: [id_jag]
                    accounts: { claim: email }
                """
                    .formatted(idp.issuer()));
    assertThat(mcp.issuer()).isEqualTo("http://localhost:" + port);
  }

  @AfterAll
  static void stop() {
    mcp.close();
    idp.close();
    upstream.close();
  }

  private static Instant now() {
    return idp.clock().instant();
  }

  /** A device login of a client that authenticates. */
  private static JsonNode login(String client, String username, String password, String... more) {
    Map<String, String> form = form("resource", CLINIC);
    form.putAll(form(more));
    JsonNode asked =
        idp.postRaw(
                "/device_authorization",
                FormParameters.encode(form),
                "Authorization",
                RunningServer.basic(client, SECRET))
            .json();
    idp.decide(asked, username, password, "allow");
    return idp.postAs(
            client,
            SECRET,
            "/token",
            "grant_type",
            RunningServer.DEVICE_GRANT,
            "device_code",
            asked.path("device_code").asString())
        .json();
  }

  private static String refreshToken() {
    return login("wiki", "alice", "correct horse").path("refresh_token").asString();
  }

  private static JWTClaimsSet.Builder idToken() {
    return new JWTClaimsSet.Builder()
        .issuer(upstream.issuer())
        .subject("00u1")
        .audience("wiki-upstream")
        .claim("preferred_username", "alice")
        .claim("nonce", "n")
        .claim("auth_time", now().minusSeconds(60).getEpochSecond())
        .claim("amr", List.of("pwd", "otp"))
        .issueTime(Date.from(now()))
        .expirationTime(Date.from(now().plusSeconds(3000)));
  }

  private static Answer ask(String client, String type, String token, String... more) {
    Map<String, String> form =
        form(
            "grant_type", EXCHANGE,
            "requested_token_type", TokenType.ID_JAG,
            "audience", mcp.issuer(),
            "resource", CLINIC,
            "subject_token", token,
            "subject_token_type", type);
    form.putAll(form(more));
    return idp.postRaw(
        "/token",
        FormParameters.encode(form),
        "Authorization",
        RunningServer.basic(client, SECRET));
  }

  private static Answer redeem(String client, String assertion) {
    return mcp.postAs(client, SECRET, "/token", "grant_type", JWT_BEARER, "assertion", assertion);
  }

  private static JsonNode part(String jwt, int part) {
    return Json.readTree(
        new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[part]), UTF_8));
  }

  @Test
  void a_refresh_token_becomes_an_id_jag_and_that_an_access_token_elsewhere() {
    String refreshToken = refreshToken();
    Answer issued = ask("wiki", TokenType.REFRESH_TOKEN, refreshToken, "scope", "clinic:read");

    assertThat(issued.outcome()).isEqualTo("200");
    assertThat(issued.text("issued_token_type")).isEqualTo(TokenType.ID_JAG);
    assertThat(issued.text("token_type")).isEqualTo("N_A");
    assertThat(issued.json().path("expires_in").asInt()).isEqualTo(120);
    assertThat(issued.text("scope")).isEqualTo("clinic:read");
    assertThat(issued.json().has("refresh_token")).isFalse();
    assertThat(issued.header("Cache-Control")).isEqualTo("no-store");
    String assertion = issued.text("access_token");
    assertThat(part(assertion, 0).path("typ").asString()).isEqualTo("oauth-id-jag+jwt");
    JsonNode claims = part(assertion, 1);
    assertThat(claims.path("iss").asString()).isEqualTo(idp.issuer());
    assertThat(claims.path("aud").asString()).isEqualTo(mcp.issuer());
    assertThat(claims.path("client_id").asString()).isEqualTo("wiki-at-mcp");
    assertThat(claims.path("resource").asString()).isEqualTo(CLINIC);
    assertThat(claims.path("email").asString()).isEqualTo("alice@acme.example");
    assertThat(claims.path("amr").toString()).isEqualTo("[\"pwd\"]");
    assertThat(claims.has("auth_time")).isTrue();

    Answer token = redeem("wiki-at-mcp", assertion);
    assertThat(token.outcome()).isEqualTo("200");
    assertThat(token.text("scope")).isEqualTo("clinic:read");
    JsonNode introspected = mcp.introspect(token.text("access_token"));
    assertThat(introspected.path("username").asString()).isEqualTo("alice@acme.example");
    assertThat(introspected.path("auth_time")).isEqualTo(claims.path("auth_time"));

    assertThat(redeem("wiki-at-mcp", assertion).outcome())
        .as("once")
        .isEqualTo("400 invalid_grant");
    assertThat(ask("wiki", TokenType.REFRESH_TOKEN, refreshToken).outcome())
        .as("the refresh token is not used up")
        .isEqualTo("200");
  }

  @Test
  void an_id_token_of_a_trusted_issuer_will_do() {
    Answer issued = ask("wiki", TokenType.ID_TOKEN, upstream.sign(idToken(), "JWT"));

    assertThat(issued.outcome()).isEqualTo("200");
    assertThat(issued.text("scope")).isEqualTo("clinic:read clinic:write");
    JsonNode claims = part(issued.text("access_token"), 1);
    assertThat(claims.path("amr").toString()).isEqualTo("[\"pwd\",\"otp\"]");
    assertThat(claims.path("sub").asString()).isNotEqualTo("00u1").isNotEmpty();
    assertThat(redeem("wiki-at-mcp", issued.text("access_token")).outcome()).isEqualTo("200");
  }

  @Test
  void an_access_token_of_the_client_itself_will_do() {
    String token = login("wiki", "alice", "correct horse").path("access_token").asString();

    assertThat(ask("wiki", TokenType.ACCESS_TOKEN, token).outcome()).isEqualTo("200");
    assertThat(ask("other", TokenType.ACCESS_TOKEN, token, "audience", "x").outcome())
        .isEqualTo("400 invalid_target");
  }

  @Test
  void an_id_token_of_this_server_will_do_and_only_for_its_own_client() {
    String mine = idTokenOf("wiki");

    Answer issued = ask("wiki", TokenType.ID_TOKEN, mine);
    assertThat(issued.outcome()).isEqualTo("200");
    assertThat(part(issued.text("access_token"), 1).path("sub"))
        .isEqualTo(part(mine, 1).path("sub"));
    assertThat(redeem("wiki-at-mcp", issued.text("access_token")).outcome()).isEqualTo("200");

    assertThat(ask("wiki", TokenType.ID_TOKEN, idTokenOf("other")).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(ask("wiki", TokenType.ID_TOKEN, mine + "A").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(redeem("wiki-at-mcp", mine).outcome())
        .as("an id token is no ID-JAG")
        .isEqualTo("400 invalid_grant");
    idp.clock().advance(Duration.ofMinutes(11));
    mcp.clock().advance(Duration.ofMinutes(11));
    assertThat(ask("wiki", TokenType.ID_TOKEN, mine).outcome())
        .as("expired")
        .isEqualTo("400 invalid_request");
  }

  private static String idTokenOf(String client) {
    return login(client, "alice", "correct horse", "scope", "openid clinic:read")
        .path("id_token")
        .asString();
  }

  @Test
  void an_id_jag_is_bound_to_the_key_that_was_proved_and_wants_it_again() {
    Prover prover = new Prover(idp);
    Answer issued =
        idp.postRaw(
            "/token",
            FormParameters.encode(
                form(
                    "grant_type",
                    EXCHANGE,
                    "requested_token_type",
                    TokenType.ID_JAG,
                    "audience",
                    mcp.issuer(),
                    "resource",
                    CLINIC,
                    "subject_token",
                    refreshToken(),
                    "subject_token_type",
                    TokenType.REFRESH_TOKEN)),
            "Authorization",
            RunningServer.basic("wiki", SECRET),
            "DPoP",
            prover.proof());
    String assertion = issued.text("access_token");
    assertThat(issued.text("token_type")).isEqualTo("N_A");
    assertThat(part(assertion, 1).path("cnf").path("jkt").asString()).isEqualTo(prover.jkt());

    assertThat(redeem("wiki-at-mcp", assertion).outcome()).isEqualTo("400 invalid_grant");
    assertThat(redeemWith(new Prover(mcp), assertion).outcome()).isEqualTo("400 invalid_grant");
    Answer token = redeemWith(prover, assertion);
    assertThat(token.outcome()).isEqualTo("200");
    assertThat(token.text("token_type")).isEqualTo("DPoP");
    assertThat(mcp.introspect(token.text("access_token")).path("cnf").path("jkt").asString())
        .isEqualTo(prover.jkt());
  }

  private static Answer redeemWith(Prover prover, String assertion) {
    return mcp.postRaw(
        "/token",
        FormParameters.encode(form("grant_type", JWT_BEARER, "assertion", assertion)),
        "Authorization",
        RunningServer.basic("wiki-at-mcp", SECRET),
        "DPoP",
        prover.proof("POST", mcp.issuer() + "/token", Duration.ZERO, null));
  }

  private static String id(UnaryOperator<JWTClaimsSet.Builder> change) {
    return upstream.sign(change.apply(idToken()), "JWT");
  }

  @Test
  void id_tokens_that_must_not_be_believed_are_not() {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("another client's", id(c -> c.audience("other")));
    refused.put("by our name for the client", id(c -> c.audience("wiki")));
    refused.put("for others as well", id(c -> c.audience(List.of("wiki-upstream", "other"))));
    refused.put("for another party", id(c -> c.claim("azp", "other")));
    refused.put("a party that is no text", id(c -> c.claim("azp", 7)));
    refused.put("expired", id(c -> c.expirationTime(Date.from(now()))));
    refused.put("no expiry", id(c -> c.expirationTime(null)));
    refused.put("no time of issue", id(c -> c.issueTime(null)));
    refused.put("from the future", id(c -> c.issueTime(Date.from(now().plusSeconds(60)))));
    refused.put("another issuer", id(c -> c.issuer("https://elsewhere.example")));
    refused.put("the issuer with a slash", id(c -> c.issuer(upstream.issuer() + "/")));
    refused.put("nobody", id(c -> c.claim("preferred_username", "nobody")));
    refused.put("an access token", id(c -> c.claim("scope", "openid")));
    refused.put("an access token by its type", upstream.sign(idToken(), "at+jwt"));
    refused.put("an ID-JAG", upstream.sign(idToken(), "oauth-id-jag+jwt"));
    refused.put("a logout token", upstream.sign(idToken(), "logout+jwt"));
    refused.put("for somebody else to act", id(c -> c.claim("may_act", Map.of("sub", "other"))));
    refused.put("may_act without a name", id(c -> c.claim("may_act", Map.of("x", "y"))));
    refused.put("bound to a key", id(c -> c.claim("cnf", Map.of("jkt", "x"))));
    refused.put("no JWT", "hello");
    SoftAssertions softly = new SoftAssertions();
    refused.forEach((what, token) ->
        softly
            .assertThat(ask("wiki", TokenType.ID_TOKEN, token).outcome())
            .as(what)
            .isEqualTo("400 invalid_request"));
    softly.assertAll();
    assertThat(
            ask("wiki", TokenType.ID_TOKEN, id(c -> c.claim("may_act", Map.of("sub", "wiki"))))
                .outcome())
        .isEqualTo("200");
  }

  @Test
  void what_is_not_configured_is_not_issued() {
    String token = refreshToken();
    String type = TokenType.REFRESH_TOKEN;
    assertThat(ask("wiki", type, token, "audience", "https://elsewhere.example").outcome())
        .isEqualTo("400 invalid_target");
    assertThat(ask("wiki", type, token, "audience", mcp.issuer() + "/").outcome())
        .isEqualTo("400 invalid_target");
    assertThat(ask("wiki", type, token, "audience", "").outcome()).isEqualTo("400 invalid_request");
    assertThat(ask("wiki", type, token, "resource", VAULT).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(ask("wiki", type, token, "resource", "").outcome()).isEqualTo("400 invalid_request");
    assertThat(ask("wiki", type, token, "scope", "admin").outcome()).isEqualTo("400 invalid_scope");
    assertThat(ask("wiki", type, token, "scope", "clinic:read admin").text("scope"))
        .isEqualTo("clinic:read");
    assertThat(ask("wiki", "urn:ietf:params:oauth:token-type:saml2", token).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(ask("wiki", type, token, "actor_token", "x", "actor_token_type", type).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(ask("other", type, token).outcome())
        .as("not a client of the audience")
        .isEqualTo("400 invalid_target");
    assertThat(ask("wiki", TokenType.ACCESS_TOKEN, token).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(ask("wiki", type, "x".repeat(43)).outcome()).isEqualTo("400 invalid_request");
    String bobs = login("wiki", "bob", "battery staple").path("refresh_token").asString();
    assertThat(ask("wiki", type, bobs).outcome())
        .as("in no team of the audience")
        .isEqualTo("400 access_denied");
    assertThat(
            ask(
                    "wiki",
                    type,
                    login("other", "alice", "correct horse").path("refresh_token").asString())
                .outcome())
        .as("another client's token")
        .isEqualTo("400 invalid_request");
    idp.postAs("wiki", SECRET, "/revoke", "token", token);
    assertThat(ask("wiki", type, token).outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void a_public_client_gets_none() {
    assertThat(
            idp.post(
                    "/token",
                    "grant_type",
                    EXCHANGE,
                    "client_id",
                    "open",
                    "requested_token_type",
                    TokenType.ID_JAG,
                    "subject_token",
                    "x",
                    "subject_token_type",
                    TokenType.ID_TOKEN)
                .outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void an_id_jag_is_for_one_client_one_server_and_a_short_time_and_is_no_access_token() {
    String assertion = ask("wiki", TokenType.REFRESH_TOKEN, refreshToken()).text("access_token");

    assertThat(redeem("other-at-mcp", assertion).outcome()).isEqualTo("400 invalid_grant");
    assertThat(idp.introspect(assertion).path("active").asBoolean()).isFalse();
    assertThat(ask("wiki", TokenType.ACCESS_TOKEN, assertion).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(ask("wiki", TokenType.ID_TOKEN, assertion).outcome())
        .isEqualTo("400 invalid_request");
    String accessToken = login("wiki", "alice", "correct horse").path("access_token").asString();
    assertThat(redeem("wiki-at-mcp", accessToken).outcome()).isEqualTo("400 invalid_grant");

    mcp.clock().advance(Duration.ofSeconds(151));
    try {
      assertThat(redeem("wiki-at-mcp", assertion).outcome()).isEqualTo("400 invalid_grant");
    } finally {
      idp.clock().advance(Duration.ofSeconds(151));
    }
  }

  @Test
  void metadata_says_which_of_the_two_a_server_is() {
    JsonNode issuing = idp.get("/.well-known/openid-configuration").json();
    JsonNode redeeming = mcp.get("/.well-known/openid-configuration").json();

    assertThat(issuing.path("identity_chaining_requested_token_types_supported").toString())
        .isEqualTo("[\"" + TokenType.ID_JAG + "\"]");
    assertThat(issuing.path("grant_types_supported").toString()).contains(EXCHANGE);
    assertThat(issuing.has("authorization_grant_profiles_supported")).isFalse();
    assertThat(redeeming.path("authorization_grant_profiles_supported").toString())
        .isEqualTo("[\"urn:ietf:params:oauth:grant-profile:id-jag\"]");
    assertThat(issuing.toString()).doesNotContain(mcp.issuer());
  }

  @Test
  void another_client_library_goes_the_whole_way() throws Exception {
    ClientSecretBasic here = new ClientSecretBasic(new ClientID("wiki"), new Secret(SECRET));
    TokenRequest exchange =
        new TokenRequest(
            URI.create(idp.issuer() + "/token"),
            here,
            new TokenExchangeGrant(
                new TypelessToken(upstream.sign(idToken(), null)),
                TokenTypeURI.ID_TOKEN,
                null,
                null,
                TokenTypeURI.parse(TokenType.ID_JAG),
                List.of(new Audience(mcp.issuer()))),
            new com.nimbusds.oauth2.sdk.Scope("clinic:write"),
            List.of(URI.create(CLINIC)),
            null);
    TokenResponse first = TokenResponse.parse(exchange.toHTTPRequest().send());
    assertThat(first.indicatesSuccess()).isTrue();
    String assertion = first.toSuccessResponse().getTokens().getAccessToken().getValue();

    TokenRequest request =
        new TokenRequest(
            URI.create(mcp.issuer() + "/token"),
            new ClientSecretBasic(new ClientID("wiki-at-mcp"), new Secret(SECRET)),
            new JWTBearerGrant(SignedJWT.parse(assertion)),
            null);
    TokenResponse second = TokenResponse.parse(request.toHTTPRequest().send());
    assertThat(second.indicatesSuccess()).isTrue();
    assertThat(second.toSuccessResponse().getTokens().getAccessToken().getScope())
        .hasToString("clinic:write");
  }
}

package dev.latchstring.authorizationserver.exchange;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.TokenType;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/** RFC 8693: an MCP server that calls another on behalf of whoever called it. */
@OnEveryDatabase
class DelegationTest {
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String SECRET = "exchanger-secret-0123456789";
  private static final String LEDGER = "http://localhost:9300/mcp";

  private static RunningServer server;

  DelegationTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, yaml());
  }

  private static String yaml() {
    StringBuilder clients = new StringBuilder("clients:\n");
    for (String id : List.of("clinic-mcp", "vault-mcp", "ledger-mcp", "stranger")) {
      clients.append(
          """
            - client_id: %s
              client_secret: "%s"
              grant_types: [client_credentials, "%s"]
              scope: "vault:open ledger:read clinic:read clinic:write"
          """
              .formatted(id, SECRET, EXCHANGE));
    }
    clients.append(
        """
          - client_id: open-mcp
            grant_types: ["%s"]
        """
            .formatted(EXCHANGE));
    return CLINIC_YAML.replace("clients:\n", clients)
        + """
          - resource: http://localhost:9300/mcp
            scopes: [ledger:read, clinic:read]
        exchanges:
          - client: clinic-mcp
            from: http://localhost:9100/mcp
            to: http://localhost:9200/mcp
            requires: clinic:write
            scope: vault:open
          - { client: clinic-mcp, from: http://localhost:9100/mcp, to: http://localhost:9300/mcp }
          - { client: vault-mcp, from: http://localhost:9200/mcp, to: http://localhost:9300/mcp, scope: ledger:read }
          - { client: ledger-mcp, from: http://localhost:9300/mcp, to: http://localhost:9200/mcp, scope: vault:open }
        """;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static String persons() {
    return server.login("scope", "clinic:read clinic:write").path("access_token").asString();
  }

  private static Answer exchange(String client, String token, String... more) {
    Map<String, String> form =
        form(
            "grant_type",
            EXCHANGE,
            "subject_token",
            token,
            "subject_token_type",
            TokenType.ACCESS_TOKEN);
    form.putAll(form(more));
    return server.postRaw(
        "/token",
        FormParameters.encode(form),
        "Authorization",
        RunningServer.basic(client, SECRET));
  }

  private static JsonNode payload(String jwt) {
    return Json.readTree(new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]), UTF_8));
  }

  @Test
  void a_resource_gets_a_token_for_another_that_says_for_whom_and_by_whom() {
    String token = persons();
    server.clock().advance(Duration.ofMinutes(4));

    Answer answer = exchange("clinic-mcp", token, "resource", VAULT);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("issued_token_type")).isEqualTo(TokenType.ACCESS_TOKEN);
    assertThat(answer.text("token_type")).isEqualTo("Bearer");
    assertThat(answer.text("scope")).isEqualTo("vault:open");
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(answer.json().path("expires_in").asInt())
        .as("no longer than the token it was exchanged for")
        .isEqualTo(360);
    JsonNode issued = server.introspect(answer.text("access_token"));
    JsonNode subject = payload(token);
    assertThat(issued.path("sub")).isEqualTo(subject.path("sub"));
    assertThat(issued.path("username").asString()).isEqualTo("alice");
    assertThat(issued.path("groups").toString()).isEqualTo("[\"front-desk\"]");
    assertThat(issued.path("auth_time")).isEqualTo(subject.path("auth_time"));
    assertThat(issued.path("grant_id")).isEqualTo(subject.path("grant_id"));
    assertThat(issued.path("client_id").asString()).isEqualTo("clinic-mcp");
    assertThat(issued.path("act").toString()).isEqualTo("{\"sub\":\"clinic-mcp\"}");
  }

  @Test
  void without_a_scope_of_its_own_a_rule_gives_what_both_have() {
    Answer answer = exchange("clinic-mcp", persons(), "audience", LEDGER);

    assertThat(answer.text("scope")).isEqualTo("clinic:read");
  }

  @Test
  void a_chain_of_calls_is_a_chain_of_actors_of_at_most_five() {
    String token = persons();
    String[] chain = {"vault-mcp", "ledger-mcp"};
    token = exchange("clinic-mcp", token, "resource", VAULT).text("access_token");
    for (int hop = 0; hop < 4; hop++) {
      Answer answer = exchange(chain[hop % 2], token, "resource", hop % 2 == 0 ? LEDGER : VAULT);
      assertThat(answer.outcome()).as("hop " + hop).isEqualTo("200");
      token = answer.text("access_token");
    }
    assertThat(server.introspect(token).path("act").toString())
        .isEqualTo(
            "{\"sub\":\"ledger-mcp\",\"act\":{\"sub\":\"vault-mcp\",\"act\":{\"sub\":\"ledger-mcp\","
                + "\"act\":{\"sub\":\"vault-mcp\",\"act\":{\"sub\":\"clinic-mcp\"}}}}}");
    assertThat(exchange("vault-mcp", token, "resource", LEDGER).outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void revoking_the_grant_or_the_token_reaches_what_it_was_exchanged_for() {
    JsonNode login = server.login("scope", "clinic:read clinic:write");
    String first = login.path("access_token").asString();
    String vault = exchange("clinic-mcp", first, "resource", VAULT).text("access_token");
    String ledger = exchange("vault-mcp", vault, "resource", LEDGER).text("access_token");
    assertThat(server.introspect(ledger).path("active").asBoolean()).isTrue();

    assertThat(server.post("/revoke", "client_id", "phone", "token", first).status())
        .isEqualTo(200);
    assertThat(server.introspect(vault).path("active").asBoolean()).isFalse();
    assertThat(server.introspect(ledger).path("active").asBoolean()).isFalse();
    assertThat(exchange("clinic-mcp", first, "resource", VAULT).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(exchange("vault-mcp", vault, "resource", LEDGER).outcome())
        .isEqualTo("400 invalid_request");

    String second =
        server.refresh("phone", login.path("refresh_token").asString()).text("access_token");
    String again = exchange("clinic-mcp", second, "resource", VAULT).text("access_token");
    assertThat(server.introspect(again).path("active").asBoolean()).isTrue();
    assertThat(server.postAs("clinic-mcp", SECRET, "/revoke", "token", again).status())
        .isEqualTo(200);
    assertThat(server.introspect(second).path("active").asBoolean())
        .as("who acts for a person does not end the person's own token")
        .isTrue();
    String other = exchange("clinic-mcp", second, "resource", VAULT).text("access_token");
    JsonNode refreshed = server.login("scope", "clinic:read clinic:write");
    server.post(
        "/revoke", "client_id", "phone", "token", refreshed.path("refresh_token").asString());
    assertThat(
            exchange("clinic-mcp", refreshed.path("access_token").asString(), "resource", VAULT)
                .outcome())
        .as("a login that was ended")
        .isEqualTo("400 invalid_request");
    assertThat(server.introspect(other).path("active").asBoolean()).isTrue();
  }

  @Test
  void a_client_that_is_no_person_is_acted_for_as_well() {
    String token =
        server
            .postAs(
                "stranger",
                SECRET,
                "/token",
                "grant_type",
                "client_credentials",
                "resource",
                CLINIC,
                "scope",
                "clinic:write")
            .text("access_token");

    Answer answer = exchange("clinic-mcp", token, "resource", VAULT);

    assertThat(answer.outcome()).isEqualTo("200");
    JsonNode issued = server.introspect(answer.text("access_token"));
    assertThat(issued.path("sub").asString()).isEqualTo("stranger");
    server.postAs("stranger", SECRET, "/revoke", "token", token);
    assertThat(server.introspect(answer.text("access_token")).path("active").asBoolean()).isFalse();
  }

  @Test
  void an_actor_is_one_of_the_clients_own() {
    String own =
        server
            .postAs(
                "clinic-mcp",
                SECRET,
                "/token",
                "grant_type",
                "client_credentials",
                "resource",
                VAULT,
                "scope",
                "vault:open")
            .text("access_token");
    String[] asked = {
      "resource", VAULT, "actor_token", own, "actor_token_type", TokenType.ACCESS_TOKEN
    };

    Answer answer = exchange("clinic-mcp", persons(), asked);
    assertThat(server.introspect(answer.text("access_token")).path("act").path("sub").asString())
        .isEqualTo("clinic-mcp");

    asked[3] = persons();
    assertThat(exchange("clinic-mcp", persons(), asked).outcome()).isEqualTo("400 invalid_request");
    asked[3] = "nothing";
    assertThat(exchange("clinic-mcp", persons(), asked).outcome()).isEqualTo("400 invalid_request");
    assertThat(exchange("clinic-mcp", persons(), "resource", VAULT, "actor_token", own).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            exchange(
                    "clinic-mcp",
                    persons(),
                    "resource",
                    VAULT,
                    "actor_token_type",
                    TokenType.ACCESS_TOKEN)
                .outcome())
        .isEqualTo("400 invalid_request");
    asked[3] = own;
    asked[5] = TokenType.ID_TOKEN;
    assertThat(exchange("clinic-mcp", persons(), asked).outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void what_must_not_be_exchanged_is_not() {
    String token = persons();
    String refresh = server.login().path("refresh_token").asString();
    Map<String, Answer> refused = new LinkedHashMap<>();
    refused.put("another resource's", exchange("vault-mcp", token, "resource", LEDGER));
    refused.put("no rule at all", exchange("stranger", token, "resource", VAULT));
    refused.put("no token", exchange("clinic-mcp", "x", "resource", VAULT));
    refused.put("a refresh token", exchange("clinic-mcp", refresh, "resource", VAULT));
    refused.put("changed", exchange("clinic-mcp", token + "A", "resource", VAULT));
    refused.put(
        "a refresh token by its type",
        exchange(
            "clinic-mcp",
            refresh,
            "resource",
            VAULT,
            "subject_token_type",
            TokenType.REFRESH_TOKEN));
    refused.put(
        "an unknown type",
        exchange("clinic-mcp", token, "resource", VAULT, "subject_token_type", "urn:x"));
    refused.put(
        "no type", exchange("clinic-mcp", token, "resource", VAULT, "subject_token_type", ""));
    refused.put(
        "asked for a refresh token",
        exchange(
            "clinic-mcp",
            token,
            "resource",
            VAULT,
            "requested_token_type",
            TokenType.REFRESH_TOKEN));
    refused.put("huge", exchange("clinic-mcp", "a.".repeat(10_000), "resource", VAULT));
    SoftAssertions softly = new SoftAssertions();
    refused.forEach((what, answer) ->
        softly.assertThat(answer.outcome()).as(what).isEqualTo("400 invalid_request"));
    softly.assertAll();

    assertThat(exchange("clinic-mcp", token).outcome()).isEqualTo("400 invalid_target");
    assertThat(exchange("clinic-mcp", token, "resource", CLINIC).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(exchange("clinic-mcp", token, "resource", "https://elsewhere.example").outcome())
        .isEqualTo("400 invalid_target");
    assertThat(exchange("clinic-mcp", token, "resource", VAULT, "audience", LEDGER).outcome())
        .isEqualTo("400 invalid_target");
    assertThat(exchange("clinic-mcp", token, "audience", "vault").outcome())
        .isEqualTo("400 invalid_target");
    assertThat(exchange("clinic-mcp", token, "resource", VAULT, "scope", "ledger:read").outcome())
        .isEqualTo("400 invalid_scope");
    String less = server.login("scope", "clinic:read").path("access_token").asString();
    assertThat(exchange("clinic-mcp", less, "resource", VAULT).outcome())
        .as("the rule requires clinic:write (RFC 8693 section 2.2.2)")
        .isEqualTo("400 invalid_request");

    server.clock().advance(Duration.ofMinutes(10));
    assertThat(exchange("clinic-mcp", token, "resource", VAULT).outcome())
        .as("expired")
        .isEqualTo("400 invalid_request");
  }

  @Test
  void only_a_client_that_authenticates_and_is_registered_for_it_exchanges() {
    String[] request = {
      "grant_type",
      EXCHANGE,
      "subject_token",
      persons(),
      "subject_token_type",
      TokenType.ACCESS_TOKEN,
      "resource",
      VAULT
    };
    assertThat(server.post("/token", request).outcome()).isEqualTo("401 invalid_client");
    assertThat(server.asCiJob("/token", request).outcome()).isEqualTo("400 unauthorized_client");
    assertThat(server.postAs("clinic-mcp", "wrong", "/token", request).outcome())
        .isEqualTo("401 invalid_client");
    Map<String, String> open = form(request);
    open.put("client_id", "open-mcp");
    assertThat(server.postRaw("/token", FormParameters.encode(open)).outcome())
        .isEqualTo("401 invalid_client");
  }

  private static Answer exchangeWith(Prover prover, String client, String token) {
    return server.postRaw(
        "/token",
        FormParameters.encode(
            form(
                "grant_type", EXCHANGE,
                "subject_token", token,
                "subject_token_type", TokenType.ACCESS_TOKEN,
                "resource", VAULT)),
        "Authorization",
        RunningServer.basic(client, SECRET),
        "DPoP",
        prover.proof());
  }

  @Test
  void a_token_bound_to_a_key_becomes_one_bound_to_the_key_of_who_exchanges_it() {
    JsonNode asked = server.ask("scope", "clinic:read clinic:write");
    server.decide(asked, "alice", "correct horse", "allow");
    String bound =
        server
            .postRaw(
                "/token",
                FormParameters.encode(
                    form(
                        "grant_type",
                        RunningServer.DEVICE_GRANT,
                        "client_id",
                        "phone",
                        "device_code",
                        asked.path("device_code").asString())),
                "DPoP",
                new Prover(server).proof())
            .text("access_token");

    assertThat(exchange("clinic-mcp", bound, "resource", VAULT).outcome())
        .as("a bound token does not become a bearer token")
        .isEqualTo("400 invalid_request");

    Prover own = new Prover(server);
    Answer answer = exchangeWith(own, "clinic-mcp", bound);
    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("token_type")).isEqualTo("DPoP");
    assertThat(answer.text("issued_token_type")).isEqualTo(TokenType.ACCESS_TOKEN);
    assertThat(server.introspect(answer.text("access_token")).path("cnf").path("jkt").asString())
        .isEqualTo(own.jkt());
    assertThat(exchangeWith(own, "stranger", bound).outcome()).isEqualTo("400 invalid_request");
    assertThat(answer.text("issued_token_type")).isEqualTo(TokenType.ACCESS_TOKEN);

    server.post("/revoke", "client_id", "phone", "token", bound);
    assertThat(server.introspect(answer.text("access_token")).path("active").asBoolean())
        .as("it ends with the token it was exchanged for")
        .isFalse();
  }

  @Test
  void who_the_person_is_stays_with_the_client_that_they_signed_in_to() {
    String token =
        server.login("scope", "openid email clinic:read").path("access_token").asString();

    Answer answer = exchange("clinic-mcp", token, "resource", LEDGER);

    assertThat(answer.text("scope")).isEqualTo("clinic:read");
    assertThat(answer.json().has("id_token")).isFalse();
    assertThat(exchange("clinic-mcp", token, "resource", LEDGER, "scope", "openid").outcome())
        .isEqualTo("400 invalid_scope");
  }

  @Test
  void another_client_library_does_it() throws Exception {
    TokenRequest request =
        new TokenRequest(
            URI.create(server.issuer() + "/token"),
            new ClientSecretBasic(new ClientID("clinic-mcp"), new Secret(SECRET)),
            new TokenExchangeGrant(new BearerAccessToken(persons()), TokenTypeURI.ACCESS_TOKEN),
            new com.nimbusds.oauth2.sdk.Scope("vault:open"),
            List.of(URI.create(VAULT)),
            null);
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());

    assertThat(response.indicatesSuccess()).isTrue();
    assertThat(response.toSuccessResponse().getTokens().getAccessToken().getIssuedTokenType())
        .isEqualTo(TokenTypeURI.ACCESS_TOKEN);
  }
}

package dev.latchstring.authorizationserver.exchange;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/** A gateway that says to a tool server who makes a call. */
@OnEveryDatabase
class CallIdentityTest {
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String SECRET = "exchanger-secret-0123456789";
  private static final String TOOLS = "urn:example:team-tools";
  private static final String DIGEST =
      CallDigest.of("tools/call", "git_push", Json.readTree("{\"branch\":\"main\"}"));

  private static RunningServer server;

  CallIdentityTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server = RunningServer.start(kind, CLINIC_YAML.replace("clients:\n", clients()) + IDENTITIES);
  }

  private static final String IDENTITIES =
      """
      call_identities:
        - client: gateway
          from: http://localhost:9100/mcp
          audience: urn:example:team-tools
          requires: clinic:write
          scope: "repo:read repo:write"
          teams: [front-desk]
          lifetime: 45s
        - { client: gateway, from: http://localhost:9100/mcp, audience: "urn:example:plain" }
        - { client: gateway, from: http://localhost:9100/mcp, audience: "urn:example:closed", teams: [nobody] }
      """;

  private static String clients() {
    StringBuilder clients = new StringBuilder("clients:\n");
    for (String id : List.of("gateway", "stranger")) {
      clients.append(
          """
            - client_id: %s
              client_secret: "%s"
              grant_types: [client_credentials, "%s"]
          """
              .formatted(id, SECRET, EXCHANGE));
    }
    return clients
        + """
          - client_id: open-gateway
            grant_types: ["%s"]
        """
            .formatted(EXCHANGE);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static String persons(String scope) {
    return server.login("scope", scope).path("access_token").asString();
  }

  private static Answer ask(String client, String token, String... more) {
    Map<String, String> form =
        form(
            "grant_type", EXCHANGE,
            "requested_token_type", CallIdentity.TOKEN_TYPE,
            "subject_token", token,
            "subject_token_type", TokenType.ACCESS_TOKEN,
            "audience", TOOLS,
            "call_digest", DIGEST);
    for (int i = 0; i < more.length; i += 2) {
      if (more[i + 1] == null) {
        form.remove(more[i]);
      } else {
        form.put(more[i], more[i + 1]);
      }
    }
    return server.postRaw(
        "/token",
        FormParameters.encode(form),
        "Authorization",
        RunningServer.basic(client, SECRET));
  }

  private static JsonNode part(String jwt, int index) {
    return Json.readTree(
        new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]), UTF_8));
  }

  @Test
  void a_gateway_gets_a_word_for_one_call_that_says_for_whom_and_by_whom() {
    String token = persons("clinic:read clinic:write");

    Answer answer = ask("gateway", token);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("issued_token_type")).isEqualTo(CallIdentity.TOKEN_TYPE);
    assertThat(answer.text("token_type")).isEqualTo("N_A");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(45);
    assertThat(answer.text("scope")).isEqualTo("repo:read repo:write");
    String assertion = answer.text("access_token");
    assertThat(part(assertion, 0).path("typ").asString()).isEqualTo("vnd.latchstring.identity+jwt");
    JsonNode claims = part(assertion, 1);
    assertThat(claims.path("sub")).isEqualTo(part(token, 1).path("sub"));
    assertThat(claims.path("iss").asString()).isEqualTo(server.issuer());
    assertThat(claims.path("aud").asString()).isEqualTo(TOOLS);
    assertThat(claims.path("client_id").asString()).isEqualTo("gateway");
    assertThat(claims.path("act").toString()).isEqualTo("{\"sub\":\"gateway\"}");
    assertThat(claims.path("groups").toString()).isEqualTo("[\"front-desk\"]");
    assertThat(claims.path("call_digest").asString()).isEqualTo(DIGEST);
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(45);
    assertThat(part(ask("gateway", token).text("access_token"), 1).path("jti"))
        .isNotEqualTo(claims.path("jti"));
  }

  @Test
  void scopes_are_those_of_the_rule_or_the_tokens_own_and_may_be_fewer() {
    String token = persons("clinic:read clinic:write");

    assertThat(ask("gateway", token, "scope", "repo:read admin").text("scope"))
        .isEqualTo("repo:read");
    assertThat(ask("gateway", token, "scope", "admin").outcome()).isEqualTo("400 invalid_scope");
    assertThat(ask("gateway", token, "audience", "urn:example:plain").text("scope"))
        .isEqualTo("clinic:read clinic:write");
  }

  @Test
  void an_assertion_ends_with_the_token_it_was_made_for() {
    String token = persons("clinic:write");
    server.clock().advance(Duration.ofMinutes(9).plusSeconds(40));

    assertThat(ask("gateway", token).json().path("expires_in").asInt()).isEqualTo(20);
  }

  @Test
  void an_assertion_is_no_token_of_this_server() {
    String assertion = ask("gateway", persons("clinic:write")).text("access_token");

    assertThat(server.introspect(assertion).path("active").asBoolean()).isFalse();
    assertThat(ask("gateway", assertion).outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void nothing_is_vouched_for_that_the_configuration_does_not_name() {
    String token = persons("clinic:read clinic:write");
    SoftAssertions soft = new SoftAssertions();
    refused(soft, "a stranger", "invalid_request", ask("stranger", token));
    refused(soft, "another audience", "invalid_target", ask("gateway", token, "audience", VAULT));
    refused(soft, "no audience", "invalid_request", ask("gateway", token, "audience", null));
    refused(
        soft,
        "a team that the person is not in",
        "access_denied",
        ask("gateway", token, "audience", "urn:example:closed"));
    refused(
        soft,
        "a token without the scope",
        "invalid_request",
        ask("gateway", persons("clinic:read")));
    refused(soft, "no digest", "invalid_request", ask("gateway", token, "call_digest", null));
    refused(soft, "a short digest", "invalid_request", ask("gateway", token, "call_digest", "abc"));
    refused(
        soft,
        "a digest that is none",
        "invalid_request",
        ask("gateway", token, "call_digest", "=".repeat(43)));
    refused(soft, "a resource", "invalid_request", ask("gateway", token, "resource", CLINIC));
    refused(
        soft,
        "an actor",
        "invalid_request",
        ask("gateway", token, "actor_token", token, "actor_token_type", TokenType.ACCESS_TOKEN));
    refused(
        soft,
        "another type",
        "invalid_request",
        ask("gateway", token, "subject_token_type", TokenType.ID_TOKEN));
    refused(soft, "no token", "invalid_request", ask("gateway", "nonsense"));
    refused(
        soft,
        "an unknown type",
        "invalid_request",
        ask("gateway", token, "requested_token_type", "urn:example:other"));
    Answer open =
        server.postRaw(
            "/token",
            FormParameters.encode(
                form(
                    "grant_type", EXCHANGE,
                    "client_id", "open-gateway",
                    "requested_token_type", CallIdentity.TOKEN_TYPE,
                    "subject_token", token,
                    "subject_token_type", TokenType.ACCESS_TOKEN,
                    "audience", TOOLS,
                    "call_digest", DIGEST)));
    refused(soft, "a client that proves nothing", "invalid_client", open);
    soft.assertAll();
  }

  private static void refused(SoftAssertions soft, String what, String error, Answer answer) {
    soft.assertThat(answer.text("error")).as(what).isEqualTo(error);
  }

  @Test
  void a_token_that_is_revoked_or_expired_speaks_for_nobody() {
    String token = persons("clinic:write");
    server.post("/revoke", "client_id", "phone", "token", token);

    assertThat(ask("gateway", token).outcome()).isEqualTo("400 invalid_request");
    String old = persons("clinic:write");
    server.clock().advance(Duration.ofMinutes(11));
    assertThat(ask("gateway", old).outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void the_configuration_is_checked() {
    for (String entry :
        List.of(
            "{ client: nobody, from: http://localhost:9100/mcp, audience: x }",
            "{ client: open-gateway, from: http://localhost:9100/mcp, audience: x }",
            "{ client: gateway, from: http://localhost:9999/mcp, audience: x }",
            "{ client: gateway, from: http://localhost:9100/mcp }",
            "{ client: gateway, from: http://localhost:9100/mcp, audience: x, lifetime: 61s }",
            "{ client: gateway, from: http://localhost:9100/mcp, audience: x, scope: '\"' }")) {
      assertThatThrownBy(() ->
              ConfigurationReader.parse(
                  "data: target\n"
                      + CLINIC_YAML.replace("clients:\n", clients())
                      + "call_identities:\n  - "
                      + entry,
                  Overrides.of(Map.of())))
          .as(entry)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("call_identities");
    }
  }
}

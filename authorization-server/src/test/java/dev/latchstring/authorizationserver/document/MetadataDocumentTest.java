package dev.latchstring.authorizationserver.document;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Clients that publish their metadata, over real HTTP: who is one, and who is not. */
class MetadataDocumentTest {
  private static DocumentHost host;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    host = DocumentHost.start();
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
    host.close();
  }

  private static Answer ask(String clientId) {
    return server.post("/device_authorization", "client_id", clientId, "resource", CLINIC);
  }

  @Test
  void the_metadata_say_that_it_is_possible() {
    assertThat(
            server
                .get("/.well-known/oauth-authorization-server")
                .json()
                .path("client_id_metadata_document_supported")
                .asBoolean(false))
        .isTrue();
  }

  @Test
  void a_client_logs_in_under_its_address() {
    String client = host.client("/logs-in", "\"token_endpoint_auth_method\": \"none\"");

    JsonNode asked = server.ask("client_id", client);
    server.decide(asked, "alice", "correct horse", "allow");
    Answer tokens = server.poll(client, asked);

    assertThat(tokens.outcome()).isEqualTo("200");
    assertThat(server.introspect(tokens.text("access_token")).path("client_id").asString())
        .isEqualTo(client);
    Answer refreshed = server.refresh(client, tokens.text("refresh_token"));
    assertThat(refreshed.outcome()).isEqualTo("200");
    assertThat(host.requests("/logs-in")).isEqualTo(1);
  }

  @Test
  void a_client_may_use_what_it_names_and_what_a_stranger_may() {
    String client =
        host.client(
            "/greedy", "\"scope\": \"clinic:read\", \"token_endpoint_auth_method\": \"none\"");
    assertThat(ask(client).outcome()).isEqualTo("200");
    assertThat(
            server
                .post(
                    "/device_authorization",
                    "client_id",
                    client,
                    "resource",
                    CLINIC,
                    "scope",
                    "clinic:write")
                .outcome())
        .isEqualTo("400 invalid_scope");

    host.publish(
        "/credentials",
        """
        {"client_id": "%s", "client_name": "x", "redirect_uris": ["https://a.example/cb"],
         "grant_types": ["client_credentials"]}
        """
            .formatted(host.at("/credentials")));
    assertThat(
            server
                .post(
                    "/token",
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    host.at("/credentials"))
                .outcome())
        .isEqualTo("400 unauthorized_client");
    assertThat(ask(host.at("/credentials")).outcome()).isEqualTo("400 unauthorized_client");
  }

  @Test
  void members_that_nobody_knows_and_a_software_statement_are_ignored_and_no_logo_is_fetched() {
    String client =
        host.client(
            "/decorated",
            "\"software_statement\": \"a.b.c\", \"invented\": {\"a\": [1]}, \"logo_uri\": \""
                + host.at("/logo.png")
                + "\", \"client_uri\": \""
                + host.at("/about")
                + "\", \"tos_uri\": \"https://a.example/tos\"");

    assertThat(ask(client).outcome()).isEqualTo("200");
    assertThat(host.requests("/logo.png")).isZero();
    assertThat(host.requests("/about")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
        "application/oauth-client+json"
      })
  void a_document_is_json(String type) {
    String client = host.client("/type" + type.hashCode(), "", "Content-Type", type);
    assertThat(ask(client).outcome()).isEqualTo("200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/plain",
        "application/jsonp",
        "text/json",
        "application/jwt",
        "+json",
        "application/json; charset=utf-16",
        "image/svg+json/x"
      })
  void what_is_served_as_something_else_is_refused(String type) {
    String client = host.client("/type" + type.hashCode(), "", "Content-Type", type);
    refused(ask(client), "application/json");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nothing                | ``                                          | not the JSON
          not JSON               | <html>                                      | not the JSON
          an array               | [{"client_id": "ID"}]                       | object
          a text                 | "ID"                                        | object
          two values             | {"client_id": "ID"} {}                      | not the JSON
          a member twice         | {"client_id": "ID", "client_id": "ID"}      | repeated
          no client_id           | {"client_name": "x"}                        | own address
          client_id of a type    | {"client_id": ["ID"]}                       | own address
          another client_id      | {"client_id": "https://a.example/c"}        | own address
          almost its own         | {"client_id": "ID/"}                        | own address
          in capitals            | {"client_id": "HTTP:IDREST"}                | own address
          no name                | {"client_id": "ID", "redirect_uris": ["https://a.example/"]} | client_name
          no redirect URIs       | {"client_id": "ID", "client_name": "x"}     | redirect_uris
          empty redirect URIs    | {"client_id": "ID", "client_name": "x", "redirect_uris": []} | redirect_uris
          a secret               | {REST, "client_secret": "s"}                | no secret
          no secret, but said    | {REST, "client_secret": null}               | no secret
          an expiring secret     | {REST, "client_secret_expires_at": 0}       | no secret
          secret in the header   | {REST, "token_endpoint_auth_method": "client_secret_basic"} | none or private_key_jwt
          secret in the body     | {REST, "token_endpoint_auth_method": "client_secret_post"} | none or private_key_jwt
          secret that signs      | {REST, "token_endpoint_auth_method": "client_secret_jwt"} | none or private_key_jwt
          unknown method         | {REST, "token_endpoint_auth_method": "tls_client_auth"} | none or private_key_jwt
          method of a wrong type | {REST, "token_endpoint_auth_method": {}}    | wrong type
          key client, no key     | {REST, "token_endpoint_auth_method": "private_key_jwt"} | needs jwks
          a symmetric key        | {REST, "jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}} | jwks
          keys twice             | {REST, "jwks": {"keys": []}, "jwks_uri": "https://a.example/k"} | jwks
          http keys              | {REST, "jwks_uri": "http://a.example/k"}    | jwks_uri
          http redirect          | {REST, "redirect_uris": ["http://a.example/cb"]} | redirect
          script redirect        | {REST, "redirect_uris": ["javascript:alert(1)"]} | redirect
          redirect with fragment | {REST, "redirect_uris": ["https://a.example/cb#f"]} | redirect
          web on this machine    | {REST, "application_type": "web", "redirect_uris": ["http://localhost/cb"]} | native
          deceiving name         | {REST, "client_name": "a\\u202Eb"}          | visible
          AI of a wrong type     | {REST, "ai_metadata": []}                   | ai_metadata
          """)
  void a_document_that_breaks_a_rule_is_refused_with_the_rule(
      String what, String body, String because) {
    String path = "/broken" + what.hashCode();
    String id = host.at(path);
    Map<String, String> defaults =
        Map.of("client_name", "\"x\"", "redirect_uris", "[\"https://a.example/\"]");
    StringBuilder rest = new StringBuilder("\"client_id\": \"ID\"");
    defaults.forEach((member, value) -> {
      if (!body.contains(member)) {
        rest.append(", \"").append(member).append("\": ").append(value);
      }
    });
    host.publish(
        path,
        body.replace("HTTP:IDREST", id.toUpperCase(java.util.Locale.ROOT))
            .replace("REST", rest)
            .replace("ID", id));

    refused(ask(id), because);
  }

  @Test
  void nesting_without_end_is_refused() {
    for (String open : new String[] {"[", "{\"a\":"}) {
      String path = "/deep" + open.length();
      host.client(path, "\"invented\": " + open.repeat(600));
      refused(ask(host.at(path)), "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.example",
        "https://a.example/",
        "https://a.example/c?x",
        "https://a.example/c#x",
        "https://u:p@a.example/c",
        "https://a.example/../c",
        "https://a.example/%2e%2e/c",
        "http://a.example/c",
        "https://127.1/c"
      })
  void an_address_that_breaks_a_rule_is_no_client(String clientId) {
    assertThat(ask(clientId).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void a_client_without_a_key_cannot_present_a_secret() {
    String client = host.client("/public", "");
    assertThat(
            server.postAs(client, "guess", "/device_authorization", "resource", CLINIC).outcome())
        .isEqualTo("401 invalid_client");
    assertThat(
            server
                .post(
                    "/device_authorization",
                    "client_id",
                    client,
                    "client_secret",
                    "guess",
                    "resource",
                    CLINIC)
                .outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void a_client_with_a_key_proves_itself_with_the_key_it_publishes_now() throws Exception {
    ECKey first = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    ECKey second = new ECKeyGenerator(Curve.P_256).keyID("2").generate();
    String keyed = "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks\": ";
    String client = host.client("/keyed", keyed + new JWKSet(first.toPublicJWK()));

    assertThat(ask(client).outcome()).isEqualTo("401 invalid_client");
    assertThat(present(client, first).outcome()).isEqualTo("200");
    assertThat(present(client, second).outcome()).isEqualTo("401 invalid_client");

    host.client("/keyed", keyed + new JWKSet(second.toPublicJWK()));
    assertThat(present(client, second).outcome()).isEqualTo("401 invalid_client");
    server.clock().advance(Duration.ofMinutes(11));
    assertThat(present(client, second).outcome()).isEqualTo("200");
    assertThat(present(client, first).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void a_client_may_publish_its_keys_elsewhere() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    host.publish("/keys", new JWKSet(key.toPublicJWK()).toString());
    String client =
        host.client(
            "/keyed-elsewhere",
            "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks_uri\": \""
                + host.at("/keys")
                + "\"");

    assertThat(present(client, key).outcome()).isEqualTo("200");
    assertThat(present(client, new ECKeyGenerator(Curve.P_256).keyID("1").generate()).outcome())
        .isEqualTo("401 invalid_client");
  }

  private static Answer present(String client, ECKey key) throws Exception {
    Instant now = server.clock().instant();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(client)
                .subject(client)
                .audience(server.issuer())
                .expirationTime(Date.from(now.plusSeconds(60)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    jwt.sign(new ECDSASigner(key));
    return server.postRaw(
        "/device_authorization",
        FormParameters.encode(
            RunningServer.form(
                "resource",
                CLINIC,
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                jwt.serialize())));
  }

  @Test
  void only_its_own_tokens_are_told_to_a_client_that_publishes_itself() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    String client =
        host.client(
            "/curious",
            "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks\": "
                + new JWKSet(key.toPublicJWK()));
    String token = server.login().path("access_token").asString();
    Instant now = server.clock().instant();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("1").build(),
            new JWTClaimsSet.Builder()
                .issuer(client)
                .subject(client)
                .audience(server.issuer())
                .expirationTime(Date.from(now.plusSeconds(60)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    jwt.sign(new ECDSASigner(key));

    Answer answer =
        server.post(
            "/introspect",
            "token",
            token,
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            jwt.serialize());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("active").asBoolean(true)).isFalse();
  }

  @Test
  void a_client_of_the_configuration_is_what_the_operator_says_and_is_never_fetched() {
    String client = host.client("/configured", "");
    try (RunningServer configured =
        RunningServer.start(
            """
            clients:
              - client_id: "%s"
                client_secret: "configured-secret-0123456789"
                grant_types: [client_credentials]
                scope: "a"
            """
                .formatted(client))) {
      assertThat(
              configured
                  .postAs(
                      URLEncoder.encode(client, UTF_8),
                      "configured-secret-0123456789",
                      "/token",
                      "grant_type",
                      "client_credentials",
                      "resource",
                      CLINIC)
                  .outcome())
          .isEqualTo("200");
      assertThat(host.requests("/configured")).isZero();
    }
  }

  @Test
  void the_operator_decides_whose_documents_are_accepted() {
    String client = host.client("/policy", "");
    assertThat(outcomeWith("{ enabled: false }", client)).isEqualTo("401 invalid_client");
    assertThat(outcomeWith("{ allowed_hosts: [app.example.com] }", client))
        .isEqualTo("401 invalid_client");
    assertThat(outcomeWith("{ blocked_hosts: [LOCALHOST] }", client))
        .isEqualTo("401 invalid_client");
    assertThat(outcomeWith("{ allowed_hosts: [localhost], blocked_hosts: [localhost] }", client))
        .isEqualTo("401 invalid_client");
    assertThat(host.requests("/policy")).isZero();
    assertThat(outcomeWith("{ allowed_hosts: [app.example.com, localhost] }", client))
        .isEqualTo("200");
  }

  private static String outcomeWith(String policy, String client) {
    try (RunningServer server =
        RunningServer.start("client_id_metadata_documents: " + policy + "\naccounts: []\n")) {
      assertThat(
              server
                  .get("/.well-known/oauth-authorization-server")
                  .json()
                  .has("client_id_metadata_document_supported"))
          .isEqualTo(!policy.contains("false"));
      return server
          .post("/device_authorization", "client_id", client, "resource", CLINIC)
          .outcome();
    }
  }

  private static void refused(Answer answer, String because) {
    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
    assertThat(answer.text("error_description")).contains("metadata document", because);
  }
}

package dev.latchstring.authorizationserver.registration;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.DEVICE_GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** RFC 7591 over real HTTP. */
class RegistrationTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_public_client_registers_and_logs_in() {
    Answer answer =
        server.postJson(
            "/register",
            Json.write(
                Map.of(
                    "client_name", "Latch",
                    "token_endpoint_auth_method", "none",
                    "grant_types", List.of(DEVICE_GRANT, "refresh_token"),
                    "scope", "clinic:read")));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    JsonNode client = answer.json();
    assertThat(client.path("client_id").asString()).hasSize(22);
    assertThat(client.has("client_secret")).isFalse();
    assertThat(client.path("client_name").asString()).isEqualTo("Latch");
    assertThat(client.path("client_id_issued_at").asLong())
        .isEqualTo(server.clock().instant().getEpochSecond());

    String id = client.path("client_id").asString();
    JsonNode asked = server.ask("client_id", id);
    server.decide(asked, "alice", "correct horse", "allow");
    Answer tokens = server.poll(id, asked);
    assertThat(tokens.outcome()).isEqualTo("200");
    assertThat(tokens.text("refresh_token")).isNotEmpty();
    assertThat(
            server
                .post(
                    "/device_authorization",
                    "client_id",
                    id,
                    "resource",
                    CLINIC,
                    "scope",
                    "clinic:write")
                .outcome())
        .isEqualTo("400 invalid_scope");
  }

  @Test
  void a_confidential_client_gets_a_secret_that_works_and_never_expires() {
    JsonNode client = server.postJson("/register", "{}").json();

    assertThat(client.path("token_endpoint_auth_method").asString())
        .isEqualTo("client_secret_basic");
    assertThat(client.path("client_secret").asString()).hasSize(43);
    assertThat(client.path("client_secret_expires_at").asLong(-1)).isZero();
    Answer asked =
        server.postAs(
            client.path("client_id").asString(),
            client.path("client_secret").asString(),
            "/device_authorization",
            "resource",
            CLINIC);
    assertThat(asked.outcome()).isEqualTo("200");
  }

  @Test
  void what_nobody_gave_a_stranger_is_left_out() {
    JsonNode client =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "grant_types",
                        List.of("authorization_code", "client_credentials", DEVICE_GRANT),
                        "response_types",
                        List.of("code"),
                        "redirect_uris",
                        List.of("http://127.0.0.1:3000/callback", "com.example.app:/callback"),
                        "invented",
                        "ignored")))
            .json();

    assertThat(client.path("grant_types").toString())
        .isEqualTo("[\"authorization_code\",\"" + DEVICE_GRANT + "\"]");
    assertThat(client.path("response_types").toString()).isEqualTo("[\"code\"]");
    assertThat(client.has("invented")).isFalse();
    assertThat(
            server
                .postAs(
                    client.path("client_id").asString(),
                    client.path("client_secret").asString(),
                    "/token",
                    "grant_type",
                    "client_credentials")
                .outcome())
        .isEqualTo("400 unauthorized_client");
  }

  @Test
  void who_names_no_grants_gets_those_that_can_work() {
    assertThat(server.postJson("/register", "{}").json().path("grant_types").toString())
        .isEqualTo("[\"" + DEVICE_GRANT + "\",\"refresh_token\"]");
    JsonNode browsing =
        server
            .postJson(
                "/register",
                "{\"redirect_uris\":[\"http://localhost/cb\"],"
                    + "\"require_pushed_authorization_requests\":true}")
            .json();
    assertThat(browsing.path("grant_types").toString())
        .isEqualTo("[\"authorization_code\",\"" + DEVICE_GRANT + "\",\"refresh_token\"]");
    assertThat(browsing.path("require_pushed_authorization_requests").asBoolean()).isTrue();
    for (String type : new String[] {"native", "web"}) {
      assertThat(
              server
                  .postJson(
                      "/register",
                      "{\"application_type\":\""
                          + type
                          + "\",\"redirect_uris\":[\"https://a.example/cb\"]}")
                  .status())
          .isEqualTo(201);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nothing                  | ``                                             | 400 invalid_client_metadata
          not JSON                 | {                                              | 400 invalid_client_metadata
          not an object            | []                                             | 400 invalid_client_metadata
          more than one value      | {} {}                                          | 400 invalid_client_metadata
          member twice             | {"client_name":"a","client_name":"b"}          | 400 invalid_client_metadata
          name of a wrong type     | {"client_name":{"a":1}}                        | 400 invalid_client_metadata
          blank name               | {"client_name":" "}                            | 400 invalid_client_metadata
          invisible name           | {"client_name":"a\\u202Eb"}                    | 400 invalid_client_metadata
          control in the name      | {"client_name":"a\\u0007b"}                    | 400 invalid_client_metadata
          unknown auth method      | {"token_endpoint_auth_method":"tls_client_auth"} | 400 invalid_client_metadata
          grants not a list        | {"grant_types":"a"}                            | 400 invalid_client_metadata
          grants hold null         | {"grant_types":[null]}                         | 400 invalid_client_metadata
          no grant is left         | {"grant_types":["client_credentials"]}         | 400 invalid_client_metadata
          implicit grant           | {"grant_types":["implicit"],"redirect_uris":["https://a.example/cb"]} | 400 invalid_client_metadata
          code without redirects   | {"grant_types":["authorization_code"]}         | 400 invalid_redirect_uri
          code, other responses    | {"grant_types":["authorization_code"],"redirect_uris":["https://a.example/cb"],"response_types":["token"]} | 400 invalid_client_metadata
          pushed, not a boolean    | {"require_pushed_authorization_requests":"yes"} | 400 invalid_client_metadata
          refresh alone            | {"grant_types":["refresh_token"]}              | 400 invalid_client_metadata
          malformed scope          | {"scope":"a\\"b"}                              | 400 invalid_client_metadata
          key client without keys  | {"token_endpoint_auth_method":"private_key_jwt"} | 400 invalid_client_metadata
          keys twice               | {"jwks":{"keys":[]},"jwks_uri":"https://a.example/"} | 400 invalid_client_metadata
          no key in the set        | {"jwks":{"keys":[]}}                           | 400 invalid_client_metadata
          not a key set            | {"jwks":{"foo":1}}                             | 400 invalid_client_metadata
          symmetric key            | {"jwks":{"keys":[{"kty":"oct","k":"AAAA"}]}}   | 400 invalid_client_metadata
          algorithm without key    | {"token_endpoint_auth_signing_alg":"ES256"}    | 400 invalid_client_metadata
          algorithm none           | {"token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://a.example/","token_endpoint_auth_signing_alg":"none"} | 400 invalid_client_metadata
          http keys                | {"jwks_uri":"http://a.example/keys"}           | 400 invalid_client_metadata
          script as a logo         | {"logo_uri":"javascript:alert(1)"}             | 400 invalid_client_metadata
          http page                | {"client_uri":"http://a.example/"}             | 400 invalid_client_metadata
          unknown application type | {"application_type":"toaster"}                 | 400 invalid_client_metadata
          software statement       | {"software_statement":"a.b.c"}                 | 400 unapproved_software_statement
          web, http on loopback    | {"application_type":"web","redirect_uris":["http://127.0.0.1/cb"]} | 400 invalid_redirect_uri
          web, https on localhost  | {"application_type":"web","redirect_uris":["https://localhost/cb"]} | 400 invalid_redirect_uri
          web, private-use scheme  | {"application_type":"web","redirect_uris":["com.example.app:/cb"]} | 400 invalid_redirect_uri
          native, http elsewhere   | {"application_type":"native","redirect_uris":["http://a.example/cb"]} | 400 invalid_redirect_uri
          AI metadata, a text      | {"ai_metadata":"gpt"}                          | 400 invalid_client_metadata
          AI metadata, a list      | {"ai_metadata":[]}                             | 400 invalid_client_metadata
          AI metadata, deep        | {"ai_metadata":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}},"b":{"a":[[[[[[{}]]]]]]}}} | 400 invalid_client_metadata
          model family, a number   | {"ai_metadata":{"model_family":1}}             | 400 invalid_client_metadata
          model family, invisible  | {"ai_metadata":{"model_family":"a\\u200Eb"}}   | 400 invalid_client_metadata
          capabilities, a text     | {"ai_metadata":{"capabilities":"a"}}           | 400 invalid_client_metadata
          capability, a number     | {"ai_metadata":{"capabilities":[1]}}           | 400 invalid_client_metadata
          redirect, http           | {"redirect_uris":["http://a.example/cb"]}      | 400 invalid_redirect_uri
          redirect, scheme         | {"redirect_uris":["myapp://cb"]}               | 400 invalid_redirect_uri
          redirect, of the system  | {"redirect_uris":["ms-msdt:/id"]}              | 400 invalid_redirect_uri
          redirect, near a host's  | {"redirect_uris":["cursorr://a/cb"]}           | 400 invalid_redirect_uri
          redirect, no hierarchy   | {"redirect_uris":["cursor:cb"]}                | 400 invalid_redirect_uri
          web, scheme of a host    | {"application_type":"web","redirect_uris":["cursor://a/cb"]} | 400 invalid_redirect_uri
          redirect, fragment       | {"redirect_uris":["https://a.example/cb#f"]}   | 400 invalid_redirect_uri
          redirect, relative       | {"redirect_uris":["/cb"]}                      | 400 invalid_redirect_uri
          redirect, script         | {"redirect_uris":["javascript:alert(1)"]}      | 400 invalid_redirect_uri
          redirect, not a URI      | {"redirect_uris":["https://a b"]}              | 400 invalid_redirect_uri
          redirect, user           | {"redirect_uris":["https://u@a.example/cb"]}   | 400 invalid_redirect_uri
          redirect, not ASCII      | {"redirect_uris":["https://a.example/é"]}      | 400 invalid_redirect_uri
          redirect, large scheme   | {"redirect_uris":["HTTPS://a.example/cb"]}     | 400 invalid_redirect_uri
          redirect, answer in it   | {"redirect_uris":["https://a.example/cb?code=1"]} | 400 invalid_redirect_uri
          redirect, iss in it      | {"redirect_uris":["https://a.example/cb?x=1&%69ss=1"]} | 400 invalid_redirect_uri
          web app on loopback      | {"application_type":"web","redirect_uris":["http://localhost/cb"]} | 400 invalid_redirect_uri
          web app, https loopback  | {"application_type":"web","redirect_uris":["https://localhost/cb"]} | 400 invalid_redirect_uri
          web app, own scheme      | {"application_type":"web","redirect_uris":["com.example:/cb"]} | 400 invalid_redirect_uri
          redirect, dotless scheme | {"redirect_uris":["myapp:/cb"]}                | 400 invalid_redirect_uri
          """)
  void metadata_that_breaks_a_rule_is_refused_with_the_rule(
      String what, String body, String outcome) {
    Answer answer = server.postJson("/register", body);
    assertThat(answer.outcome()).isEqualTo(outcome);
    assertThat(answer.text("error_description")).isNotBlank();
  }

  @Test
  void what_is_too_long_is_refused() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      many.add("https://a.example/" + i);
    }
    for (Map<String, Object> metadata :
        List.<Map<String, Object>>of(
            Map.of("client_name", "x".repeat(129)),
            Map.of("client_uri", "https://a.example/" + "x".repeat(2048)),
            Map.of("contacts", many),
            Map.of("ai_metadata", Map.of("notes", "x".repeat(4096))),
            Map.of("ai_metadata", Map.of("capabilities", many)),
            Map.of("scope", "x".repeat(5000)))) {
      assertThat(server.postJson("/register", Json.write(metadata)).outcome())
          .isEqualTo("400 invalid_client_metadata");
    }
    assertThat(server.postJson("/register", " ".repeat(65_537)).outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void each_kind_of_application_registers_where_it_can_be() {
    for (String metadata :
        List.of(
            "{\"application_type\":\"web\",\"redirect_uris\":[\"https://a.example/cb\"]}",
            "{\"application_type\":\"native\",\"redirect_uris\":[\"http://127.0.0.1/cb\","
                + "\"http://[::1]:8080/cb\",\"http://localhost/cb\",\"com.example.app:/cb\","
                + "\"https://app.example.com/claimed\"]}",
            "{\"redirect_uris\":[\"http://127.0.0.1/cb\",\"https://a.example/cb\"]}")) {
      Answer answer = server.postJson("/register", metadata);
      assertThat(answer.outcome()).as(metadata).isEqualTo("201");
      assertThat(answer.json().path("application_type"))
          .isEqualTo(Json.readTree(metadata).path("application_type"));
    }
  }

  @Test
  void what_a_client_says_of_the_ai_behind_it_is_kept_and_returned() {
    String ai =
        "{\"model_family\":\"gpt\",\"capabilities\":[\"speech\"],\"more\":{\"a\":[1,null]}}";

    JsonNode client =
        server
            .postJson("/register", "{\"client_type\":\"ai_service\",\"ai_metadata\":" + ai + "}")
            .json();

    assertThat(client.path("client_type").asString()).isEqualTo("ai_service");
    assertThat(client.path("ai_metadata")).isEqualTo(Json.readTree(ai));
    JsonNode other = server.postJson("/register", "{\"client_type\":\"public\"}").json();
    assertThat(other.has("client_type")).isFalse();
    assertThat(other.has("ai_metadata")).isFalse();
  }

  @Test
  void a_private_key_is_refused_with_the_advice_to_replace_it() throws Exception {
    String key =
        new com.nimbusds.jose.jwk.gen.ECKeyGenerator(com.nimbusds.jose.jwk.Curve.P_256)
            .generate()
            .toJSONString();

    Answer answer = server.postJson("/register", "{\"jwks\":{\"keys\":[" + key + "]}}");

    assertThat(answer.outcome()).isEqualTo("400 invalid_client_metadata");
    assertThat(answer.text("error_description")).contains("private");
  }

  @Test
  void a_key_that_would_take_long_to_verify_with_is_refused() {
    for (String[] key :
        new String[][] {
          {"64", "AQAB"},
          {"255", "AQAB"},
          {"1025", "AQAB"},
          {"6000", "AQAB"},
          {"256", "AQ"},
          {"256", "AQAC"},
          {"256", "_".repeat(40)}
        }) {
      byte[] modulus = new byte[Integer.parseInt(key[0])];
      java.util.Arrays.fill(modulus, (byte) 0xFF);
      Answer answer =
          server.postJson(
              "/register",
              Json.write(
                  Map.of(
                      "token_endpoint_auth_method",
                      "private_key_jwt",
                      "redirect_uris",
                      List.of("https://app.example/cb"),
                      "jwks",
                      Map.of(
                          "keys",
                          List.of(
                              Map.of(
                                  "kty",
                                  "RSA",
                                  "n",
                                  java.util.Base64.getUrlEncoder()
                                      .withoutPadding()
                                      .encodeToString(modulus),
                                  "e",
                                  key[1]))))));
      assertThat(answer.outcome()).as(key[0]).isEqualTo("400 invalid_client_metadata");
      assertThat(answer.text("error_description")).contains("RSA key");
    }
  }

  @Test
  void registration_is_a_json_request() {
    assertThat(server.post("/register", "client_name", "x").outcome())
        .isEqualTo("400 invalid_request");
  }
}

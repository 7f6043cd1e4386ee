package dev.latchstring.authorizationserver.registration;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.DEVICE_GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 7592 over real HTTP. */
class ClientConfigurationTest {
  private static final String PUBLIC =
      "{\"client_name\":\"Latch\",\"token_endpoint_auth_method\":\"none\",\"scope\":\"clinic:read\"}";

  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private record Registered(String id, String path, String token, JsonNode json) {}

  private static Registered register(String metadata) {
    JsonNode json = server.postJson("/register", metadata).json();
    String uri = json.path("registration_client_uri").asString();
    assertThat(uri).isEqualTo(server.issuer() + "/register/" + json.path("client_id").asString());
    return new Registered(
        json.path("client_id").asString(),
        URI.create(uri).getPath(),
        json.path("registration_access_token").asString(),
        json);
  }

  private static Answer send(String method, String path, String token, String body) {
    HttpRequest.Builder request =
        server.request(
            path, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    return server.send(request.method(method, BodyPublishers.ofString(body)));
  }

  private static Answer read(Registered client) {
    return send("GET", client.path(), client.token(), "");
  }

  private static Answer replace(Registered client, String members) {
    return send(
        "PUT",
        client.path(),
        client.token(),
        "{\"client_id\":\"" + client.id() + "\"" + members + "}");
  }

  private static Answer delete(Registered client) {
    return send("DELETE", client.path(), client.token(), "");
  }

  private static Answer ask(String clientId, String... more) {
    var form = RunningServer.form("client_id", clientId, "resource", CLINIC);
    form.putAll(RunningServer.form(more));
    return server.postRaw(
        "/device_authorization", dev.latchstring.oauth.FormParameters.encode(form));
  }

  @Test
  void a_client_reads_what_it_registered() {
    Registered client = register(PUBLIC);
    assertThat(client.token()).hasSize(43);

    Answer answer = read(client);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json()).isEqualTo(client.json());
  }

  @Test
  void a_secret_is_told_once() {
    Registered client = register("{}");
    assertThat(client.json().path("client_secret").asString()).hasSize(43);

    JsonNode read = read(client).json();

    assertThat(read.has("client_secret")).isFalse();
    assertThat(read.has("client_secret_expires_at")).isFalse();
    assertThat(read.path("registration_access_token").asString()).isEqualTo(client.token());
  }

  @Test
  void what_is_sent_replaces_everything_at_once() {
    Registered client = register(PUBLIC);
    assertThat(ask(client.id(), "scope", "clinic:write").outcome()).isEqualTo("400 invalid_scope");

    Answer answer =
        replace(client, ",\"token_endpoint_auth_method\":\"none\",\"scope\":\"clinic:write\"");

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.json().has("client_name")).isFalse();
    assertThat(answer.json().path("client_id_issued_at"))
        .isEqualTo(client.json().path("client_id_issued_at"));
    assertThat(read(client).json()).isEqualTo(answer.json());
    assertThat(ask(client.id(), "scope", "clinic:write").outcome()).isEqualTo("200");
    assertThat(ask(client.id(), "scope", "clinic:read").outcome()).isEqualTo("400 invalid_scope");
  }

  @Test
  void the_secret_stays_is_given_where_it_is_needed_and_goes_where_it_is_not() {
    Registered client = register("{}");
    String secret = client.json().path("client_secret").asString();

    Answer same = replace(client, ",\"client_secret\":\"" + secret + "\",\"client_name\":\"x\"");
    assertThat(same.text("client_secret")).isEqualTo(secret);
    assertThat(same.json().path("client_secret_expires_at").asLong(-1)).isZero();
    assertThat(replace(client, "").json().has("client_secret")).isFalse();
    assertThat(asks(client, secret)).isEqualTo("200");

    assertThat(
            replace(client, ",\"token_endpoint_auth_method\":\"none\"").json().has("client_secret"))
        .isFalse();
    assertThat(ask(client.id()).outcome()).isEqualTo("200");
    assertThat(asks(client, secret)).isEqualTo("401 invalid_client");

    String fresh = replace(client, "").text("client_secret");
    assertThat(fresh).hasSize(43).isNotEqualTo(secret);
    assertThat(asks(client, fresh)).isEqualTo("200");
    assertThat(ask(client.id()).outcome()).isEqualTo("401 invalid_client");
  }

  private static String asks(Registered client, String secret) {
    return server
        .postAs(client.id(), secret, "/device_authorization", "resource", CLINIC)
        .outcome();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nothing               | ``                                          | 400 invalid_client_metadata
          no client_id          | {}                                          | 400 invalid_client_metadata
          another client_id     | {"client_id":"other"}                       | 400 invalid_client_metadata
          client_id of a type   | {"client_id":["ID"]}                        | 400 invalid_client_metadata
          a chosen secret       | {"client_id":"ID","client_secret":"chosen"} | 400 invalid_client_metadata
          an empty secret       | {"client_id":"ID","client_secret":""}       | 400 invalid_client_metadata
          no secret             | {"client_id":"ID","client_secret":null}     | 400 invalid_client_metadata
          its token             | {"client_id":"ID","registration_access_token":"x"} | 400 invalid_client_metadata
          its place             | {"client_id":"ID","registration_client_uri":"x"} | 400 invalid_client_metadata
          when it was issued    | {"client_id":"ID","client_id_issued_at":1}  | 400 invalid_client_metadata
          when a secret expires | {"client_id":"ID","client_secret_expires_at":0} | 400 invalid_client_metadata
          a broken rule         | {"client_id":"ID","client_uri":"x"}         | 400 invalid_client_metadata
          a broken redirect     | {"client_id":"ID","redirect_uris":["x"]}    | 400 invalid_redirect_uri
          a statement           | {"client_id":"ID","software_statement":"x"} | 400 unapproved_software_statement
          no grant is left      | {"client_id":"ID","grant_types":["client_credentials"]} | 400 invalid_client_metadata
          """)
  void a_replacement_that_breaks_a_rule_changes_nothing(String what, String body, String outcome) {
    Registered client = register(PUBLIC);

    assertThat(
            send("PUT", client.path(), client.token(), body.replace("ID", client.id())).outcome())
        .isEqualTo(outcome);

    assertThat(read(client).json()).isEqualTo(client.json());
  }

  @Test
  void a_client_deletes_itself_its_logins_and_what_is_under_way() {
    Registered client = register(PUBLIC.replace("Latch", "Deleted"));
    JsonNode asked = server.ask("client_id", client.id());
    server.decide(asked, "alice", "correct horse", "allow");
    JsonNode tokens = server.poll(client.id(), asked).json();
    String access = tokens.path("access_token").asString();
    assertThat(server.introspect(access).path("active").asBoolean()).isTrue();
    JsonNode pending = server.ask("client_id", client.id());

    Answer answer = delete(client);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(server.introspect(access).path("active").asBoolean()).isFalse();
    assertThat(server.refresh(client.id(), tokens.path("refresh_token").asString()).outcome())
        .isEqualTo("401 invalid_client");
    assertThat(server.poll(client.id(), pending).outcome()).isEqualTo("401 invalid_client");
    assertThat(ask(client.id()).outcome()).isEqualTo("401 invalid_client");
    for (Answer again : List.of(read(client), delete(client), replace(client, ""))) {
      assertThat(again.outcome()).isEqualTo("401 invalid_token");
    }
  }

  @Test
  void a_client_deletes_itself_and_no_other() {
    Registered one = register(PUBLIC);
    Registered other = register(PUBLIC);

    assertThat(delete(one).status()).isEqualTo(204);

    assertThat(read(other).outcome()).isEqualTo("200");
    assertThat(ask(other.id()).outcome()).isEqualTo("200");
  }

  @Test
  void a_wrong_token_and_an_unknown_client_are_the_same() {
    Registered client = register(PUBLIC);
    Registered other = register(PUBLIC);
    Answer wrong = send("GET", client.path(), other.token(), "");
    assertThat(wrong.outcome()).isEqualTo("401 invalid_token");
    assertThat(wrong.header("WWW-Authenticate")).startsWith("Bearer ");

    for (String path :
        new String[] {
          client.path(),
          "/register/phone",
          "/register/nobody",
          "/register/",
          "/register/a/b",
          client.path() + "/"
        }) {
      for (String method : new String[] {"GET", "PUT", "DELETE"}) {
        Answer answer = send(method, path, other.token(), "{}");
        assertThat(answer.status()).as(method + " " + path).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(wrong.body());
      }
    }
    assertThat(server.get(client.path()).outcome()).isEqualTo("401 invalid_token");
    assertThat(server.get(client.path(), "Authorization", "Basic " + client.token()).outcome())
        .isEqualTo("401 invalid_token");
    assertThat(send("GET", client.path(), "", "").outcome()).isEqualTo("401 invalid_token");
    assertThat(read(client).outcome()).isEqualTo("200");
  }

  @Test
  void other_methods_are_not_answered() {
    Registered client = register(PUBLIC);
    for (String method : new String[] {"POST", "PATCH"}) {
      Answer answer = send(method, client.path(), client.token(), "{}");
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("DELETE, GET, HEAD, PUT, OPTIONS");
    }
    Answer preflight =
        server.send(
            server
                .request(client.path(), "Origin", "https://app.example.com")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.header("Access-Control-Allow-Methods")).contains("DELETE", "PUT");
  }

  @Test
  void of_a_deletion_and_replacements_at_once_nothing_remains() throws Exception {
    Registered client = register(PUBLIC);
    var unused =
        Together.run(
            8,
            () ->
                Thread.currentThread().threadId() % 2 == 0
                    ? delete(client)
                    : replace(client, ",\"token_endpoint_auth_method\":\"none\""));
    var last = delete(client);

    assertThat(last.status()).isIn(204, 401);
    assertThat(read(client).outcome()).isEqualTo("401 invalid_token");
    assertThat(ask(client.id()).outcome()).isEqualTo("401 invalid_client");
  }

  @Test
  void the_database_holds_no_token_that_manages_a_client() {
    DatabaseConfiguration database = DatabaseKind.SQLITE.fresh();
    try (RunningServer other =
        RunningServer.start(
            database,
            "accounts: []\n",
            new dev.latchstring.authorizationserver.store.TestClock(),
            RunningServer.directory())) {
      JsonNode client = other.postJson("/register", "{}").json();
      try (var opened = dev.latchstring.authorizationserver.store.Database.open(database)) {
        String rows =
            opened.read(
                handle -> handle.createQuery("select * from client").mapToMap().list().toString());
        assertThat(rows)
            .contains(client.path("client_id").asString())
            .doesNotContain(client.path("registration_access_token").asString())
            .doesNotContain(client.path("client_secret").asString());
      }
    }
  }

  @Test
  void a_registration_with_a_device_grant_alone_stays_one() {
    Registered client = register("{\"grant_types\":[\"" + DEVICE_GRANT + "\"]}");
    ObjectNode body = (ObjectNode) read(client).json();
    List.of("registration_access_token", "registration_client_uri", "client_id_issued_at")
        .forEach(body::remove);

    Answer answer = send("PUT", client.path(), client.token(), Json.write(body));

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.json()).isEqualTo(read(client).json());
  }
}

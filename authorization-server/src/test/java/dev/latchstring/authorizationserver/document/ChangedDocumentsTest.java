package dev.latchstring.authorizationserver.document;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
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
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of logins when the document of their client is not what it was. */
class ChangedDocumentsTest {
  private static final String PATH = "/client.json";
  private static final Duration STALE = Duration.ofMinutes(2);

  private DocumentHost host;
  private RunningServer server;

  @BeforeEach
  void start() {
    host = DocumentHost.start();
    server = RunningServer.start(CodeFlow.YAML);
  }

  @AfterEach
  void stop() {
    server.close();
    host.close();
  }

  private String publish(String more) {
    return host.client(PATH, more, "Cache-Control", "max-age=60");
  }

  private static String keyed(ECKey... keys) {
    List<com.nimbusds.jose.jwk.JWK> published = new ArrayList<>();
    for (ECKey key : keys) {
      published.add(key.toPublicJWK());
    }
    return "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks\": "
        + new JWKSet(published);
  }

  private static ECKey key(String id) throws Exception {
    return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
  }

  /** With a signed assertion where there is a key, as a public client else. */
  private Answer post(String path, String client, ECKey key, String... parameters)
      throws Exception {
    Map<String, String> form = RunningServer.form(parameters);
    form.put("client_id", client);
    if (key != null) {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
              new JWTClaimsSet.Builder()
                  .issuer(client)
                  .subject(client)
                  .audience(server.issuer())
                  .expirationTime(Date.from(server.clock().instant().plusSeconds(60)))
                  .jwtID(UUID.randomUUID().toString())
                  .build());
      jwt.sign(new ECDSASigner(key));
      form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      form.put("client_assertion", jwt.serialize());
    }
    return server.postRaw(path, FormParameters.encode(form));
  }

  private String login(String client, ECKey key) throws Exception {
    JsonNode asked = post("/device_authorization", client, key, "resource", CLINIC).json();
    server.decide(asked, "alice", "correct horse", "allow");
    return post(
            "/token",
            client,
            key,
            "grant_type",
            RunningServer.DEVICE_GRANT,
            "device_code",
            asked.path("device_code").asString())
        .text("refresh_token");
  }

  private Answer refresh(String client, ECKey key, String token) throws Exception {
    return post("/token", client, key, "grant_type", "refresh_token", "refresh_token", token);
  }

  private void gone() {
    host.place(PATH, exchange -> DocumentHost.answer(exchange, 404, "{}"));
  }

  @Test
  void a_client_with_none_of_its_old_keys_is_somebody_else() throws Exception {
    ECKey first = key("1");
    ECKey second = key("2");
    String client = publish(keyed(first));
    String token = login(client, first);
    assertThat(refresh(client, first, token).outcome()).isEqualTo("200");

    publish(keyed(second));
    server.clock().advance(STALE);

    assertThat(refresh(client, second, token).outcome()).isEqualTo("400 invalid_grant");
    publish(keyed(first));
    server.clock().advance(STALE);
    assertThat(refresh(client, first, token).outcome())
        .as("what ended stays ended")
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_client_that_needs_no_key_any_more_is_somebody_else() throws Exception {
    ECKey first = key("1");
    String client = publish(keyed(first));
    String token = login(client, first);

    publish("");
    server.clock().advance(STALE);

    assertThat(refresh(client, null, token).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void a_key_that_comes_before_the_old_one_goes_is_a_rotation() throws Exception {
    ECKey first = key("1");
    ECKey second = key("2");
    String client = publish(keyed(first));
    String token = login(client, first);

    publish(keyed(first, second));
    server.clock().advance(STALE);
    assertThat(refresh(client, second, token).outcome()).isEqualTo("200");
    publish(keyed(second));
    server.clock().advance(STALE);

    assertThat(refresh(client, second, token).outcome()).isEqualTo("200");
  }

  @Test
  void keys_are_compared_with_those_from_before_the_document_was_gone() throws Exception {
    ECKey first = key("1");
    ECKey second = key("2");
    String client = publish(keyed(first));
    String token = login(client, first);
    gone();
    server.clock().advance(STALE);
    assertThat(refresh(client, first, token).outcome()).isEqualTo("401 invalid_client");

    publish(keyed(second));
    server.clock().advance(Duration.ofDays(2));

    assertThat(refresh(client, second, token).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void logins_outlast_a_document_that_is_gone_for_days_and_not_one_that_is_gone_for_a_week()
      throws Exception {
    String client = publish("");
    String token = login(client, null);
    gone();
    server.clock().advance(STALE);
    assertThat(refresh(client, null, token).outcome()).isEqualTo("401 invalid_client");
    server.clock().advance(Duration.ofDays(6));
    assertThat(refresh(client, null, token).outcome()).isEqualTo("401 invalid_client");

    publish("");
    server.clock().advance(STALE);
    Answer again = refresh(client, null, token);
    assertThat(again.outcome()).isEqualTo("200");

    gone();
    server.clock().advance(STALE);
    assertThat(refresh(client, null, again.text("refresh_token")).outcome())
        .isEqualTo("401 invalid_client");
    server.clock().advance(Duration.ofDays(7));
    assertThat(refresh(client, null, again.text("refresh_token")).outcome())
        .isEqualTo("401 invalid_client");
    publish("");
    server.clock().advance(STALE);
    assertThat(refresh(client, null, again.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_host_that_is_out_of_reach_ends_nothing() throws Exception {
    String client = publish("");
    String token = login(client, null);
    host.place(PATH, exchange -> DocumentHost.answer(exchange, 503, "{}"));
    for (int day = 0; day < 9; day++) {
      server.clock().advance(Duration.ofDays(1));
      assertThat(refresh(client, null, token).outcome()).isEqualTo("401 invalid_client");
    }

    publish("");
    server.clock().advance(STALE);

    assertThat(refresh(client, null, token).outcome()).isEqualTo("200");
  }

  @Test
  void a_grant_type_that_was_taken_out_cannot_be_used() throws Exception {
    String client = publish("");
    String token = login(client, null);

    host.publish(
        PATH,
        DocumentHost.document(client, "").replace("\"refresh_token\",", ""),
        "Cache-Control",
        "max-age=60");
    server.clock().advance(STALE);

    assertThat(refresh(client, null, token).outcome()).isEqualTo("400 unauthorized_client");
  }

  private Map<String, String> asked(String client) {
    return request("client_id", client, "redirect_uri", "https://app.example/cb");
  }

  private void redirects(String client, String uris) {
    host.publish(
        PATH,
        DocumentHost.document(client, "").replace("\"http://127.0.0.1/cb\"", uris),
        "Cache-Control",
        "max-age=60");
  }

  @Test
  void people_are_asked_again_where_an_address_came_in_and_not_where_one_went() {
    String client = host.at(PATH);
    redirects(client, "\"https://app.example/cb\", \"https://app.example/old\"");
    CodeFlow browser = new CodeFlow(server);
    browser.code(asked(client));
    redirects(client, "\"https://app.example/cb\"");
    server.clock().advance(STALE);
    assertThat(browser.authorize(asked(client)).outcome()).isEqualTo("redirect code");

    redirects(client, "\"https://app.example/cb\", \"https://evil.example/cb\"");
    server.clock().advance(STALE);

    assertThat(browser.authorize(asked(client)).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void an_address_that_went_while_the_person_was_asked_gets_no_answer() {
    String client = host.at(PATH);
    redirects(client, "\"https://app.example/cb\", \"https://app.example/new\"");
    CodeFlow browser = new CodeFlow(server);
    Seen page = browser.signIn(browser.authorize(asked(client)));

    redirects(client, "\"https://app.example/new\"");
    server.clock().advance(STALE);

    assertThat(browser.submit(page, "decision", "allow").status()).isEqualTo(409);
  }
}

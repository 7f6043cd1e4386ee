package dev.latchstring.authorizationserver.dpop;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/** RFC 9449 §5 and §6 over real HTTP, with proofs that somebody else's library made. */
@OnEveryDatabase
class DpopTokenTest {
  private static RunningServer server;
  private final Prover prover = new Prover(server);

  DpopTokenTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    server =
        RunningServer.start(
            kind,
            CLINIC_YAML.replace(
                "clients:\n",
                """
                clients:
                  - client_id: bound-phone
                    dpop_bound_access_tokens: true
                  - client_id: bound-job
                    client_secret: "bound-job-secret-01234567"
                    grant_types: [client_credentials]
                    scope: "clinic:read vault:open"
                    dpop_bound_access_tokens: true
                """));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  private static void isBound(Answer answer, Prover to) throws Exception {
    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("token_type")).isEqualTo("DPoP");
    String token = answer.text("access_token");
    assertThat(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf"))
        .isEqualTo(Map.of("jkt", to.jkt()));
    JsonNode introspected = server.introspect(token);
    assertThat(introspected.path("token_type").asString()).isEqualTo("DPoP");
    assertThat(introspected.path("cnf").path("jkt").asString()).isEqualTo(to.jkt());
  }

  private static void isBearer(Answer answer) {
    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("token_type")).isEqualTo("Bearer");
    JsonNode introspected = server.introspect(answer.text("access_token"));
    assertThat(introspected.path("token_type").asString()).isEqualTo("Bearer");
    assertThat(introspected.has("cnf")).isFalse();
  }

  private Answer login(String clientId, String... headers) {
    JsonNode asked =
        server.post("/device_authorization", "client_id", clientId, "resource", CLINIC).json();
    server.decide(asked, "alice", "correct horse", "allow");
    return poll(clientId, asked, headers);
  }

  private static Answer poll(String clientId, JsonNode asked, String... headers) {
    return server.postRaw(
        "/token",
        FormParameters.encode(
            RunningServer.form(
                "grant_type",
                RunningServer.DEVICE_GRANT,
                "client_id",
                clientId,
                "device_code",
                asked.path("device_code").asString())),
        headers);
  }

  @Test
  void a_machines_token_is_bound_to_the_key_it_proves() throws Exception {
    isBound(Prover.job(server, "DPoP", prover.proof()), prover);
    isBearer(Prover.job(server));
  }

  @Test
  void a_reference_token_is_bound_too() {
    Answer answer =
        server.postRaw(
            "/token",
            FormParameters.encode(
                RunningServer.form(
                    "grant_type",
                    "client_credentials",
                    "resource",
                    RunningServer.VAULT,
                    "scope",
                    "vault:open")),
            "Authorization",
            RunningServer.basic("bound-job", "bound-job-secret-01234567"),
            "DPoP",
            prover.proof());

    assertThat(answer.text("token_type")).isEqualTo("DPoP");
    assertThat(answer.text("access_token")).hasSize(43);
    JsonNode introspected = server.introspect(answer.text("access_token"));
    assertThat(introspected.path("cnf").path("jkt").asString()).isEqualTo(prover.jkt());
  }

  @Test
  void a_device_login_is_bound_and_refreshed_with_the_same_key_alone() throws Exception {
    Answer tokens = login("phone", "DPoP", prover.proof());
    isBound(tokens, prover);
    String token = tokens.text("refresh_token");

    Prover thief = new Prover(server);
    assertThat(Prover.refresh(server, "phone", token, "DPoP", thief.proof()).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(Prover.refresh(server, "phone", token).outcome()).isEqualTo("400 invalid_grant");

    Answer refreshed = Prover.refresh(server, "phone", token, "DPoP", prover.proof());
    isBound(refreshed, prover);
    String next = refreshed.text("refresh_token");
    assertThat(Prover.refresh(server, "phone", next).outcome()).isEqualTo("400 invalid_grant");
    isBound(Prover.refresh(server, "phone", next, "DPoP", prover.proof()), prover);
  }

  @Test
  void a_lost_answer_is_asked_for_again_with_the_same_key_alone() throws Exception {
    String token = login("phone", "DPoP", prover.proof()).text("refresh_token");
    isBound(Prover.refresh(server, "phone", token, "DPoP", prover.proof()), prover);

    Prover thief = new Prover(server);
    assertThat(Prover.refresh(server, "phone", token, "DPoP", thief.proof()).outcome())
        .isEqualTo("400 invalid_grant");
    isBound(Prover.refresh(server, "phone", token, "DPoP", prover.proof()), prover);
  }

  @Test
  void a_login_without_a_key_belongs_to_the_first_one_it_proves() throws Exception {
    Answer tokens = login("phone");
    isBearer(tokens);

    Answer bound =
        Prover.refresh(server, "phone", tokens.text("refresh_token"), "DPoP", prover.proof());

    isBound(bound, prover);
    assertThat(Prover.refresh(server, "phone", bound.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void a_confidential_client_may_change_its_keys() throws Exception {
    String basic = RunningServer.basic("backend", "backend-secret-0123456789");
    JsonNode asked =
        server
            .postRaw(
                "/device_authorization",
                FormParameters.encode(RunningServer.form("resource", CLINIC)),
                "Authorization",
                basic)
            .json();
    server.decide(asked, "bob", "battery staple", "allow");
    Answer tokens = poll("backend", asked, "Authorization", basic, "DPoP", prover.proof());
    isBound(tokens, prover);
    String token = tokens.text("refresh_token");

    Prover other = new Prover(server);
    isBound(
        Prover.refresh(server, "backend", token, "Authorization", basic, "DPoP", other.proof()),
        other);
    isBearer(Prover.refresh(server, "backend", token, "Authorization", basic));
  }

  @Test
  void a_client_that_registered_to_bind_its_tokens_gets_no_others() throws Exception {
    assertThat(login("bound-phone").outcome()).isEqualTo("400 invalid_dpop_proof");
    isBound(login("bound-phone", "DPoP", prover.proof()), prover);

    Answer registered =
        server.postJson(
            "/register",
            "{\"token_endpoint_auth_method\":\"none\",\"dpop_bound_access_tokens\":true}");
    assertThat(registered.json().path("dpop_bound_access_tokens").asBoolean()).isTrue();
    String id = registered.text("client_id");
    assertThat(login(id).outcome()).isEqualTo("400 invalid_dpop_proof");
    isBound(login(id, "DPoP", prover.proof()), prover);
    assertThat(server.postJson("/register", "{\"dpop_bound_access_tokens\":\"always\"}").outcome())
        .isEqualTo("400 invalid_client_metadata");
  }

  @Test
  void userinfo_takes_a_bound_token_with_its_proof_alone() throws Exception {
    JsonNode asked =
        server
            .post(
                "/device_authorization",
                "client_id",
                "phone",
                "resource",
                CLINIC,
                "scope",
                "openid clinic:read")
            .json();
    server.decide(asked, "alice", "correct horse", "allow");
    String token = poll("phone", asked, "DPoP", prover.proof()).text("access_token");
    String scheme = "DPoP " + token;
    String proof = prover.proofOf("GET", server.issuer() + "/userinfo", token);

    Answer answer = server.get("/userinfo", "Authorization", scheme, "DPoP", proof);
    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.text("sub")).isNotEmpty();

    String[][] wrong = {
      {"Authorization", scheme, "DPoP", proof},
      {"Authorization", scheme},
      {
        "Authorization",
        scheme,
        "DPoP",
        prover.proof("GET", server.issuer() + "/userinfo", Duration.ZERO, null)
      },
    };
    for (String[] headers : wrong) {
      Answer refused = server.get("/userinfo", headers);
      assertThat(refused.outcome()).isEqualTo("401 invalid_dpop_proof");
      assertThat(refused.header("WWW-Authenticate"))
          .startsWith("DPoP error=\"invalid_dpop_proof\"")
          .contains("algs=\"ES256 ");
    }
    String thiefs = new Prover(server).proofOf("GET", server.issuer() + "/userinfo", token);
    assertThat(server.get("/userinfo", "Authorization", scheme, "DPoP", thiefs).outcome())
        .isEqualTo("401 invalid_token");
    assertThat(server.get("/userinfo", "Authorization", "Bearer " + token).outcome())
        .isEqualTo("401 invalid_token");
  }

  @Test
  void a_device_that_polls_proves_its_key_anew_each_time() throws Exception {
    JsonNode asked = server.ask();
    String proof = prover.proof();
    assertThat(poll("phone", asked, "DPoP", proof).outcome())
        .isEqualTo("400 authorization_pending");
    server.decide(asked, "alice", "correct horse", "allow");

    assertThat(poll("phone", asked, "DPoP", proof).outcome()).isEqualTo("400 invalid_dpop_proof");
    isBound(poll("phone", asked, "DPoP", prover.proof()), prover);
  }

  @Test
  void a_proof_is_used_once_for_as_long_as_it_would_be_accepted() {
    String ahead = prover.proof("POST", server.issuer() + "/token", Duration.ofMinutes(-5), null);
    assertThat(Prover.job(server, "DPoP", ahead).outcome()).isEqualTo("200");

    for (int minute = 0; minute <= 11; minute++) {
      assertThat(Prover.job(server, "DPoP", ahead).outcome()).isEqualTo("400 invalid_dpop_proof");
      server.clock().advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void of_many_uses_at_the_same_moment_one_wins() throws Exception {
    String proof = prover.proof();

    List<Answer> answers = Together.run(8, () -> Prover.job(server, "DPoP", proof));

    assertThat(answers.stream().map(Answer::outcome))
        .containsOnlyOnce("200")
        .containsOnly("200", "400 invalid_dpop_proof");
  }

  @Test
  void a_proof_that_was_refused_takes_nothing_with_it() throws Exception {
    String token = login("phone", "DPoP", prover.proof()).text("refresh_token");
    String old = prover.proof("POST", server.issuer() + "/token", Duration.ofHours(1), null);

    assertThat(Prover.refresh(server, "phone", token, "DPoP", old).outcome())
        .isEqualTo("400 invalid_dpop_proof");
    isBound(Prover.refresh(server, "phone", token, "DPoP", prover.proof()), prover);
  }

  @Test
  void who_does_not_authenticate_is_told_that_first() {
    Answer answer =
        server.postRaw(
            "/token",
            "grant_type=client_credentials",
            "Authorization",
            RunningServer.basic("ci-job", "wrong"),
            "DPoP",
            "nonsense");

    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
  }
}

package dev.latchstring.authorizationserver.approval;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static dev.latchstring.authorizationserver.approval.ApprovalScene.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A person answers in a program of theirs, over HTTP. */
@OnEveryDatabase
class ApprovalsEndpointTest {
  private static ApprovalScene scene;
  private static RunningServer server;
  private String alice;

  ApprovalsEndpointTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    scene = new ApprovalScene(kind);
    server = scene.server;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    scene.close();
  }

  /** So late that nothing is left of the test before. */
  @BeforeEach
  void logIn() {
    server.clock().advance(Duration.ofHours(7));
    alice = scene.token("alice", "correct horse");
  }

  private String first(String token) {
    return scene.list(token).json().path("approvals").get(0).path("approval").asString();
  }

  private Answer approve(String token, String approval, String number) {
    return scene.post(
        token,
        ApprovalsEndpoint.PATH,
        form("approval", approval, "decision", "approve", "number", number));
  }

  @Test
  void what_waits_is_told_in_words_and_without_the_number() {
    assertThat(scene.list(alice).json().path("approvals").isEmpty()).isTrue();
    Asked asked = scene.ask("alice");

    Answer answer = scene.list(alice);

    assertThat(answer.text("person")).isEqualTo("alice");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    JsonNode entry = answer.json().path("approvals").get(0);
    assertThat(entry.path("client").path("name").asString()).isEqualTo("Clinic phone line");
    assertThat(entry.path("client").path("client_id").asString()).isEqualTo("voice");
    assertThat(entry.path("client").path("verified").asBoolean()).isTrue();
    assertThat(entry.path("resource").path("resource").asString()).isEqualTo(CLINIC);
    assertThat(entry.path("resource").path("name").asString()).isEqualTo("Riverside Clinic");
    assertThat(entry.path("permissions").get(0).path("scope").asString()).isEqualTo("clinic:read");
    assertThat(entry.path("permissions").get(0).path("words").asString())
        .isEqualTo("See appointments");
    assertThat(entry.path("requested_from").asString()).isEqualTo("203.0.113.7");
    assertThat(entry.path("requested_at").asString())
        .isEqualTo(server.clock().instant().toString());
    assertThat(entry.path("expires_at").asString()).isEqualTo(asked.expiresAt().toString());
    assertThat(entry.propertyNames()).doesNotContain("number");
    assertThat(answer.body()).doesNotContain(asked.id());
  }

  @Test
  void the_number_approves_and_is_needed_once() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);

    assertThat(approve(alice, approval, " " + asked.number()).text("state")).isEqualTo("approved");

    assertThat(scene.state(asked))
        .isEqualTo(
            new ApprovalState.Approved(
                server.clock().instant(), new Channel.Program("latch", null)));
    assertThat(approve(alice, approval, asked.number()).text("state")).isEqualTo("over");
    assertThat(scene.approvals.consume(asked.id())).isTrue();
    assertThat(scene.approvals.consume(asked.id())).isFalse();
  }

  @Test
  void two_wrong_numbers_deny() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);

    Answer once = approve(alice, approval, wrong(asked));
    assertThat(once.status()).isEqualTo(200);
    assertThat(once.text("state")).isEqualTo("pending");
    assertThat(once.json().path("attempts_left").asInt()).isEqualTo(1);
    assertThat(approve(alice, approval, wrong(asked)).text("state")).isEqualTo("denied");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void a_no_is_a_no() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);

    assertThat(
            scene
                .post(alice, ApprovalsEndpoint.PATH, form("approval", approval, "decision", "deny"))
                .text("state"))
        .isEqualTo("denied");
    assertThat(approve(alice, approval, asked.number()).text("state")).isEqualTo("over");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void another_person_sees_nothing_and_answers_nothing() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);
    String bob = scene.token("bob", "battery staple");

    assertThat(scene.list(bob).json().path("approvals").isEmpty()).isTrue();
    assertThat(approve(bob, approval, asked.number()).text("state")).isEqualTo("over");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void what_is_too_late_is_over() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);
    server.clock().advance(Duration.ofMinutes(3));

    assertThat(approve(alice, approval, asked.number()).text("state")).isEqualTo("over");
    assertThat(scene.list(alice).json().path("approvals").isEmpty()).isTrue();
  }

  @Test
  void of_many_answers_at_once_one_counts() throws Exception {
    Asked asked = scene.ask("alice");
    String approval = first(alice);
    AtomicInteger turn = new AtomicInteger();

    List<String> states =
        Together.run(
            12,
            () ->
                turn.getAndIncrement() % 2 == 0
                    ? approve(alice, approval, asked.number()).text("state")
                    : scene
                        .post(
                            alice,
                            ApprovalsEndpoint.PATH,
                            form("approval", approval, "decision", "deny"))
                        .text("state"));

    assertThat(states).filteredOn(state -> !state.equals("over")).hasSize(1);
    assertThat(scene.state(asked)).isNotEqualTo(new ApprovalState.Pending());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "123", "4a", "٤٧", "47; drop table approval", "-47"})
  void what_cannot_be_a_number_is_refused_and_costs_nothing(String number) {
    Asked asked = scene.ask("alice");
    String approval = first(alice);

    for (int i = 0; i < 3; i++) {
      assertThat(approve(alice, approval, number).outcome()).isEqualTo("400 invalid_request");
    }
    assertThat(approve(alice, approval, asked.number()).text("state")).isEqualTo("approved");
  }

  @ParameterizedTest
  @CsvSource({
    "approval=x, 400 invalid_request",
    "decision=deny, 400 invalid_request",
    "approval=x&decision=allow, 400 invalid_request",
    "approval=x&decision=approve, 400 invalid_request",
    "approval=x&approval=y&decision=deny, 400 invalid_request",
    "approval=x&decision=deny, 200",
  })
  void a_form_that_is_not_whole_is_refused(String form, String outcome) {
    assertThat(
            server
                .postRaw(ApprovalsEndpoint.PATH, form, "Authorization", "Bearer " + alice)
                .outcome())
        .isEqualTo(outcome);
  }

  @Test
  void a_token_for_another_resource_or_without_the_scope_or_none_is_refused() {
    String clinic = server.login().path("access_token").asString();
    String other = "Bearer " + clinic;
    for (String path : new String[] {ApprovalsEndpoint.PATH, DeviceDecisionEndpoint.PATH}) {
      assertThat(server.postRaw(path, "", "Authorization", other).outcome())
          .isEqualTo("401 invalid_token");
      assertThat(server.postRaw(path, "").outcome()).isEqualTo("401 invalid_token");
      assertThat(server.postRaw(path, "", "Authorization", "Bearer nonsense").outcome())
          .isEqualTo("401 invalid_token");
      assertThat(server.postRaw(path, "", "Authorization", "DPoP " + alice).outcome())
          .isEqualTo("401 invalid_token");
    }
    JsonNode asked = scene.askedBy("latch", "openid");
    assertThat(asked.path("error").asString())
        .as("not registered for it")
        .isEqualTo("invalid_scope");
  }

  @Test
  void a_cookie_counts_for_nothing() {
    assertThat(
            server
                .get(
                    ApprovalsEndpoint.PATH,
                    "Cookie",
                    "latchstring-" + server.server().port() + "=x")
                .outcome())
        .isEqualTo("401 invalid_token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"outsider", "unnamed", "phone", "voice"})
  void only_a_first_party_client_that_is_registered_for_it_gets_the_scope(String client) {
    Answer answer =
        client.equals("voice")
            ? server.postAs(
                "voice",
                "voice-secret-0123456789-012",
                "/token",
                "grant_type",
                "client_credentials",
                "resource",
                server.issuer(),
                "scope",
                "approvals")
            : server.post(
                "/device_authorization",
                "client_id",
                client,
                "resource",
                server.issuer(),
                "scope",
                "approvals");
    assertThat(answer.outcome()).isIn("400 invalid_scope", "400 unauthorized_client");
  }

  @Test
  void a_client_that_registers_itself_for_the_scope_gets_it_neither_by_name_nor_by_default() {
    String client =
        server
            .postJson(
                "/register",
                "{\"client_name\":\"x\",\"token_endpoint_auth_method\":\"none\",\"grant_types\":"
                    + "[\"urn:ietf:params:oauth:grant-type:device_code\"],"
                    + "\"scope\":\"approvals\"}")
            .text("client_id");
    for (String[] more : new String[][] {{"scope", "approvals"}, {}}) {
      java.util.Map<String, String> form = form("client_id", client, "resource", server.issuer());
      form.putAll(form(more));
      Answer asked = server.postRaw("/device_authorization", FormParameters.encode(form));
      if (asked.status() == 200) {
        server.decide(asked.json(), "alice", "correct horse", "allow");
        assertThat(server.poll(client, asked.json()).text("scope")).doesNotContain("approvals");
      } else {
        assertThat(asked.outcome()).isIn("400 invalid_scope", "400 invalid_request");
      }
    }
  }

  @Test
  void a_revoked_login_answers_nothing_any_more() {
    Asked asked = scene.ask("alice");
    String approval = first(alice);
    server.post("/revoke", "client_id", "latch", "token", alice);

    assertThat(approve(alice, approval, asked.number()).outcome()).isEqualTo("401 invalid_token");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void a_token_that_is_bound_to_a_key_needs_a_proof_each_time() {
    Prover prover = new Prover(server);
    JsonNode asked = scene.askedBy("latch", "approvals");
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
                        "latch",
                        "device_code",
                        asked.path("device_code").asString())),
                "DPoP",
                prover.proof())
            .text("access_token");
    String at = server.issuer() + ApprovalsEndpoint.PATH;
    String proof = prover.proofOf("GET", at, bound);
    String[] headers = {"Authorization", "DPoP " + bound, "DPoP", proof};

    assertThat(server.get(ApprovalsEndpoint.PATH, headers).status()).isEqualTo(200);
    assertThat(server.get(ApprovalsEndpoint.PATH, headers).outcome())
        .as("the same proof again")
        .isEqualTo("401 invalid_dpop_proof");
    assertThat(server.get(ApprovalsEndpoint.PATH, "Authorization", "DPoP " + bound).status())
        .isEqualTo(401);
    assertThat(scene.list(bound).outcome()).isEqualTo("401 invalid_token");
    assertThat(
            server
                .get(
                    ApprovalsEndpoint.PATH,
                    "Authorization",
                    "DPoP " + bound,
                    "DPoP",
                    new Prover(server).proofOf("GET", at, bound))
                .status())
        .isEqualTo(401);
  }

  @Test
  void a_program_cannot_approve_what_it_asked_for_itself() {
    Asked asked =
        scene.approvals.ask(
            scene.subject("alice"),
            new ApprovalRequest("latch", null, CLINIC, Scope.of("clinic:read"), "127.0.0.1"));

    assertThat(approve(alice, first(alice), asked.number()).outcome())
        .isEqualTo("400 access_denied");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void the_issuer_says_of_itself_that_it_is_a_resource() {
    JsonNode metadata = server.get("/.well-known/oauth-protected-resource").json();

    assertThat(metadata.path("resource").asString()).isEqualTo(server.issuer());
    assertThat(metadata.path("authorization_servers").get(0).asString()).isEqualTo(server.issuer());
    assertThat(metadata.path("scopes_supported").get(0).asString()).isEqualTo("approvals");
    assertThat(server.get("/.well-known/oauth-authorization-server").body())
        .doesNotContain("approvals");
  }
}

package dev.latchstring.client.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceLoginTest {
  private final Protected clinic = new Protected();
  private final Http http = new Http(Duration.ofSeconds(5));
  private final TestClock clock = new TestClock();
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final List<Long> waits = new ArrayList<>();
  private final List<DeviceCode> shown = new ArrayList<>();
  private final Slot.LoginSlot slot = new Slot.LoginSlot(clinic.server.uri("/mcp"), "default");

  @AfterEach
  void close() {
    http.close();
    clinic.close();
  }

  private Discovered discovered() {
    return (Discovered) new McpDiscovery(http).discover(clinic.server.uri("/mcp"));
  }

  private DeviceLogin login(ClientIdentity configured, StoredLogin pinned) {
    return new DeviceLogin(
        LoginContexts.of(
            discovered(),
            configured,
            pinned,
            store,
            http,
            clock,
            Surroundings.UNKNOWN,
            LoginOptions.DEFAULT),
        time -> {
          waits.add(time.toSeconds());
          clock.advance(time);
        });
  }

  private LoginOutcome run() {
    return login(null, null).run(shown::add);
  }

  private ClientException failure() {
    ClientException e = catchThrowableOfType(ClientException.class, this::run);
    assertThat(e).isNotNull();
    return e;
  }

  private void poll(String... errors) {
    for (String error : errors) {
      clinic.polls.add(request -> Answer.error(error));
    }
  }

  private void device(String member, Object value) {
    Map<String, Object> device = clinic.device();
    if (value == null) {
      device.remove(member);
    } else {
      device.put(member, value);
    }
    clinic.server.on("/device", Answer.json(200, device));
  }

  static String jwt(Map<String, Object> claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(Json.bytes(claims))
        + ".c2ln";
  }

  private void approvedBy(String subject, String name) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", clinic.server.origin());
    claims.put("sub", subject);
    claims.put("preferred_username", name);
    clinic.polls.add(request -> Protected.tokens(jwt(claims), "refresh-of-" + subject));
  }

  @Test
  void the_code_is_shown_with_everything_a_person_needs_to_judge_it() {
    run();

    assertThat(shown).hasSize(1);
    DeviceCode code = shown.getFirst();
    assertThat(code.userCode()).isEqualTo("BCDF-GHJK");
    assertThat(code.verificationUri()).isEqualTo(clinic.server.uri("/verify"));
    assertThat(code.verificationUriComplete())
        .hasToString(clinic.server.origin() + "/verify?user_code=BCDF-GHJK");
    assertThat(code.expiresAt()).isEqualTo("2026-11-01T00:10:00Z");
    assertThat(code.issuer()).isEqualTo(clinic.server.origin());
    assertThat(code.clientName()).isEqualTo("Test client");
    assertThat(code.scope()).isEqualTo(Scope.of("clinic:read"));
    assertThat(code.toString()).doesNotContain("BCDF");
  }

  @Test
  void offline_access_is_asked_for_where_the_server_knows_it() {
    clinic.metadata.put("scopes_supported", List.of("clinic:read", "offline_access"));
    run();
    assertThat(clinic.server.to("/device").getFirst().form().required("scope"))
        .isEqualTo("clinic:read offline_access");
  }

  @Test
  void requests_carry_client_scope_resource_and_nothing_secret_of_others() {
    run();

    Request device = clinic.server.to("/device").getFirst();
    assertThat(device.form().names()).containsExactlyInAnyOrder("client_id", "scope", "resource");
    assertThat(device.form().required("resource")).isEqualTo(clinic.server.origin() + "/mcp");
    Request token = clinic.server.to("/token").getFirst();
    assertThat(token.form().names())
        .containsExactlyInAnyOrder("grant_type", "device_code", "client_id", "resource");
    assertThat(token.form().required("device_code")).isEqualTo("device-secret");
    assertThat(token.header("Content-type")).isEqualTo("application/x-www-form-urlencoded");
  }

  /** A login from its start to its end. */
  private void complete() {
    ((LoginOutcome.Approved) run()).approval().confirm();
  }

  @Test
  void this_client_registers_as_a_public_native_client_of_the_device_flow_once() {
    complete();
    complete();

    assertThat(clinic.server.to("/register")).hasSize(1);
    var metadata = Json.readTree(clinic.server.to("/register").getFirst().body());
    assertThat(metadata.get("token_endpoint_auth_method").stringValue()).isEqualTo("none");
    assertThat(metadata.get("application_type").stringValue()).isEqualTo("native");
    assertThat(metadata.get("grant_types").toString())
        .isEqualTo("[\"urn:ietf:params:oauth:grant-type:device_code\",\"refresh_token\"]");
  }

  @Test
  void polls_keep_the_interval_and_five_seconds_more_after_each_slow_down() {
    poll("authorization_pending", "slow_down", "authorization_pending", "slow_down");

    assertThat(run()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(waits).containsExactly(1L, 1L, 6L, 6L, 11L);
  }

  @Test
  void without_an_interval_it_is_five_seconds() {
    device("interval", null);
    run();
    assertThat(waits).containsExactly(5L);
  }

  @Test
  void polls_without_an_answer_back_off_and_go_on() {
    clinic.polls.add(request -> null);
    clinic.polls.add(request -> Answer.status(503));
    clinic.polls.add(request -> Answer.error("server_error"));
    poll("authorization_pending");

    assertThat(run()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 1L);
  }

  @Test
  void the_codes_own_life_is_the_limit() {
    device("expires_in", 7);
    device("interval", 3);
    clinic.server.on("/device", Answer.json(200, withLife(7, 3)));
    for (int i = 0; i < 10; i++) {
      poll("authorization_pending");
    }

    assertThat(run()).isEqualTo(new LoginOutcome.Expired());
    assertThat(waits).containsExactly(3L, 3L, 1L);
  }

  private Map<String, Object> withLife(int seconds, int interval) {
    Map<String, Object> device = clinic.device();
    device.put("expires_in", seconds);
    device.put("interval", interval);
    return device;
  }

  @Test
  void no_and_too_late_are_outcomes_not_errors() {
    poll("authorization_pending", "access_denied");
    assertThat(run()).isEqualTo(new LoginOutcome.Denied());

    poll("expired_token");
    assertThat(run()).isEqualTo(new LoginOutcome.Expired());
  }

  @Test
  void an_error_that_no_poll_should_get_ends_the_login_with_the_servers_words() {
    clinic.polls.add(request ->
        Answer.json(
            400, Map.of("error", "invalid_grant", "error_description", "unknown\u001b[31m code")));

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(e).hasMessageContaining("invalid_grant").hasMessageContaining("unknown?[31m code");
    assertThat(e).hasMessageNotContaining("device-secret");
  }

  @Test
  void a_forgotten_registration_is_made_again() {
    complete();
    clinic.server.on(
        "/device",
        request ->
            request.form().required("client_id").equals("client-1")
                ? Answer.error("invalid_client")
                : Answer.json(200, clinic.device()));

    assertThat(run()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(clinic.registrations).hasValue(2);
  }

  @Test
  void a_configured_client_that_is_not_known_is_never_replaced_by_a_registered_one() {
    clinic.server.on("/device", Answer.error("invalid_client"));

    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () -> login(ClientIdentity.publicClient("mine"), null).run(shown::add));

    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(clinic.registrations).hasValue(0);
  }

  @Test
  void a_configured_client_is_not_sent_to_an_issuer_it_does_not_belong_to() {
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () ->
                login(new ClientIdentity("https://other.example", "mine", "s3cret", null), null)
                    .run(shown::add));

    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(clinic.server.to("/device")).isEmpty();
    assertThat(e.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_configured_secret_is_sent_by_the_method_the_server_supports() {
    LoginOutcome first = login(ClientIdentity.confidential("my:id", "p w+d"), null).run(shown::add);
    ((LoginOutcome.Approved) first).approval().discard();
    assertThat(clinic.server.to("/device").getFirst().header("Authorization"))
        .isEqualTo("Basic " + Base64.getEncoder().encodeToString("my%3Aid:p+w%2Bd".getBytes()));

    clinic.metadata.put("token_endpoint_auth_methods_supported", List.of("client_secret_post"));
    login(ClientIdentity.confidential("my:id", "p w+d"), null).run(shown::add);
    Request second = clinic.server.to("/device").get(1);
    assertThat(second.header("Authorization")).isNull();
    assertThat(second.form().required("client_secret")).isEqualTo("p w+d");
  }

  @Test
  void a_server_that_registers_nobody_says_what_to_set() {
    clinic.metadata.remove("registration_endpoint");

    ClientException e = failure();

    assertThat(e.problem()).isEqualTo(Problem.REGISTRATION_IMPOSSIBLE);
    assertThat(e.hint()).contains("LATCH_CLIENT_ID");
  }

  @Test
  void answers_that_cannot_be_used_are_refused_by_member() {
    for (String member : List.of("device_code", "user_code", "verification_uri", "expires_in")) {
      device(member, null);
      assertThat(failure()).as(member).hasMessageContaining(member);
    }
    device("user_code", "AB\u202eCD");
    assertThat(failure()).hasMessageContaining("user_code");
    device("verification_uri", "javascript:alert(1)");
    assertThat(failure()).hasMessageContaining("verification_uri");
    device("verification_uri", "http://verify.example");
    assertThat(failure()).hasMessageContaining("does not use https");
    device("verification_uri_complete", "file:///etc/passwd");
    assertThat(failure()).hasMessageContaining("verification_uri_complete");
    assertThat(shown).isEmpty();
  }

  @Test
  void a_prompt_that_cannot_be_shown_is_not_a_no() {
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () ->
                login(null, null)
                    .run(code -> {
                      throw new IllegalStateException("the host takes no elicitation");
                    }));

    assertThat(e.problem()).isEqualTo(Problem.NOT_SHOWN);
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void a_login_is_cancelled_while_it_waits() throws Exception {
    for (int i = 0; i < 50; i++) {
      poll("authorization_pending");
    }
    DeviceLogin login =
        new DeviceLogin(
            LoginContexts.of(
                discovered(), null, store, http, clock, Surroundings.UNKNOWN, LoginOptions.DEFAULT),
            null);
    CountDownLatch prompted = new CountDownLatch(1);
    CompletableFuture<LoginOutcome> outcome =
        CompletableFuture.supplyAsync(() -> login.run(code -> prompted.countDown()));
    assertThat(prompted.await(120, TimeUnit.SECONDS)).isTrue();

    login.cancel();

    assertThat(outcome.get(120, TimeUnit.SECONDS)).isEqualTo(new LoginOutcome.Cancelled());
  }

  @Test
  void a_login_is_cancelled_while_the_server_is_silent() throws Exception {
    CountDownLatch polling = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    clinic.polls.add(request -> {
      polling.countDown();
      release.await(120, TimeUnit.SECONDS);
      return null;
    });
    DeviceLogin login = login(null, null);
    CompletableFuture<LoginOutcome> outcome =
        CompletableFuture.supplyAsync(() -> {
          LoginOutcome result = login.run(shown::add);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          return result;
        });
    assertThat(polling.await(120, TimeUnit.SECONDS)).isTrue();

    login.cancel();

    assertThat(outcome.get(120, TimeUnit.SECONDS)).isEqualTo(new LoginOutcome.Cancelled());
    release.countDown();
  }

  @Test
  void nothing_is_stored_before_the_person_confirmed() {
    approvedBy("alice", "Alice Moreau");

    Approval approval = ((LoginOutcome.Approved) run()).approval();

    assertThat(approval.identity().display()).isEqualTo("Alice Moreau");
    assertThat(approval.needsConfirmation()).isTrue();
    assertThat(store.find(slot)).isEmpty();
    approval.confirm();
    StoredLogin stored = store.find(slot).orElseThrow();
    assertThat(stored.subject()).isEqualTo("alice");
    assertThat(stored.scope()).isEqualTo("clinic:read");
    assertThat(stored.toString()).doesNotContain(stored.accessToken()).doesNotContain("refresh");
  }

  @Test
  void a_discarded_approval_is_revoked_and_leaves_nothing() {
    approvedBy("mallory", "Mallory");

    Approval approval = ((LoginOutcome.Approved) run()).approval();
    approval.discard();

    assertThat(store.find(slot)).isEmpty();
    assertThat(clinic.server.to("/revoke").getFirst().form().required("token"))
        .isEqualTo("refresh-of-mallory");
  }

  @Test
  void the_pinned_person_needs_no_confirmation_and_another_is_discarded() {
    approvedBy("alice", "Alice");
    ((LoginOutcome.Approved) run()).approval().confirm();
    StoredLogin pinned = store.find(slot).orElseThrow();

    approvedBy("alice", "Alice M.");
    LoginOutcome again = login(null, pinned.ended()).run(shown::add);
    assertThat(((LoginOutcome.Approved) again).approval().needsConfirmation()).isFalse();
    ((LoginOutcome.Approved) again).approval().confirm();
    StoredLogin confirmed = store.find(slot).orElseThrow();

    approvedBy("mallory", "Mallory");
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> login(null, pinned.ended()).run(shown::add));
    assertThat(e.problem()).isEqualTo(Problem.WRONG_PERSON);
    assertThat(clinic.server.to("/revoke").getFirst().form().required("token"))
        .isEqualTo("refresh-of-mallory");
    assertThat(store.find(slot)).contains(confirmed);
  }

  @Test
  void a_token_that_tells_nobody_is_introspected_and_may_stay_nameless() {
    clinic.server.on(
        "/introspect", Answer.json(200, Map.of("active", true, "sub", "u-1", "username", "alice")));
    assertThat(((LoginOutcome.Approved) run()).approval().identity())
        .isEqualTo(new Identity(clinic.server.origin(), "u-1", "alice"));

    clinic.server.on("/introspect", Answer.error("invalid_client"));
    Approval nameless = ((LoginOutcome.Approved) run()).approval();
    assertThat(nameless.identity().subject()).isNull();
    assertThat(nameless.identity().display()).contains("does not name");
    assertThat(nameless.needsConfirmation()).isTrue();
  }

  @Test
  void claims_of_another_issuer_are_not_believed() {
    clinic.polls.add(request ->
        Protected.tokens(
            jwt(Map.of("iss", "https://other.example", "sub", "boss", "name", "Boss")), null));

    assertThat(((LoginOutcome.Approved) run()).approval().identity().subject()).isNull();
  }

  @Test
  void a_token_this_client_cannot_use_is_refused() {
    clinic.polls.add(
        request -> Answer.json(200, Map.of("access_token", "secret-token", "token_type", "DPoP")));
    assertThat(failure()).hasMessageContaining("DPoP").hasMessageNotContaining("secret-token");

    clinic.polls.add(
        request -> Answer.json(200, Map.of("access_token", "a\nb", "token_type", "Bearer")));
    assertThat(failure()).hasMessageContaining("access_token");
  }
}

package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.ProtectedClinic;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Logins that a host starts, shows and has confirmed by the extension {@code dev.latchstring/auth},
 * and tokens that it delivers meanwhile, with Latchstring's authorization server and people who go
 * through the real pages.
 */
@Execution(ExecutionMode.CONCURRENT)
class HostsLoginTest {
  private static final String FIND =
      "\"name\":\"find_appointments\",\"arguments\":{\"patient\":\"Alice Moreau\"}";

  @TempDir private static Path data;
  private static ProtectedClinic clinic;

  @TempDir private Path cache;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(data, "");
  }

  @AfterAll
  static void stop() {
    clinic.close();
  }

  private TestHost host(boolean stateless) throws Exception {
    TestHost host = TestHost.of(clinic.url(), cache);
    return stateless ? host : host.session(AuthMessages.CAPABILITIES);
  }

  private static String call(boolean stateless, String members) {
    return stateless ? TestHost.stateless(members, "{}") : "{" + members + "}";
  }

  private static JsonNode awaited(AuthMessages auth, JsonNode flow, String state) throws Exception {
    JsonNode[] last = {flow};
    Await.until(
        "the login to be " + state + ", after " + flow,
        () -> {
          last[0] = auth.call("status", "\"flow\":" + flow.path("flow")).path("result");
          return last[0].path("state").asString().equals(state);
        });
    return last[0];
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_host_shows_a_login_itself_and_says_who_it_was(boolean stateless) throws Exception {
    try (TestHost host = host(stateless)) {
      AuthMessages auth = new AuthMessages(host, stateless);
      JsonNode flow = auth.call("login", "\"scope\":\"clinic:read clinic:write\"").path("result");
      JsonNode prompt = flow.path("prompt");
      assertThat(flow.path("state").asString()).isEqualTo("shown");
      assertThat(prompt.path("kind").asString()).isEqualTo("device");
      assertThat(prompt.path("message").asString()).contains("only if you started this yourself");
      assertThat(prompt.path("server").asString()).isEqualTo(clinic.url().toString());
      JsonNode joined = auth.call("login", "").path("result");
      assertThat(joined.path("flow")).isEqualTo(flow.path("flow"));
      assertThat(joined.path("started").asBoolean()).isFalse();
      assertThat(auth.account().path("flow")).isEqualTo(flow.path("flow"));

      approve("alice", prompt);
      JsonNode approved = awaited(auth, flow, "approved");
      assertThat(approved.path("question").asString()).contains("alice", "Is that you?");
      assertThat(auth.account().path("authenticated").asBoolean()).isFalse();
      JsonNode done =
          auth.call("login", "\"flow\":%s,\"confirm\":true".formatted(flow.path("flow")))
              .path("result");
      assertThat(done.path("state").asString()).isEqualTo("finished");
      JsonNode account = auth.account();
      assertThat(account.path("source").asString()).isEqualTo("login");
      assertThat(account.path("scope").asString().split(" ")).contains("clinic:write");
      assertThat(TestHost.textOf(host.call("tools/call", call(stateless, FIND))))
          .contains("Moreau");
      host.call("tools/list", call(stateless, ""));
      Await.until(
          "the tools to be known",
          () ->
              auth.call("describe", "").path("result").path("tools").toString().contains("write"));
      JsonNode ended = auth.call("logout", "").path("result");
      assertThat(ended.path("ended").asString()).isEqualTo("login");
      assertThat(ended.path("revocation").asString()).isEqualTo("revoked");
    }
  }

  @Test
  void a_login_that_somebody_else_approved_is_discarded_and_older_ones_are_unknown()
      throws Exception {
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      JsonNode flow = auth.call("login", "").path("result");
      JsonNode early =
          auth.call("login", "\"flow\":%s,\"confirm\":true".formatted(flow.path("flow")));
      assertThat(early.path("result").path("state").asString()).isEqualTo("shown");
      approve("bob", flow.path("prompt"));
      awaited(auth, flow, "approved");
      JsonNode discarded =
          auth.call("login", "\"flow\":%s,\"confirm\":false".formatted(flow.path("flow")));
      assertThat(discarded.path("result").path("state").asString()).isEqualTo("ended");
      assertThat(auth.account().path("authenticated").asBoolean()).isFalse();

      JsonNode next = auth.call("login", "").path("result");
      assertThat(next.path("flow")).isNotEqualTo(flow.path("flow"));
      for (String stale : new String[] {flow.path("flow").toString(), "\"somebody-elses\""}) {
        for (String method : new String[] {"status", "login"}) {
          JsonNode error = auth.call(method, "\"flow\":" + stale).path("error");
          assertThat(error.path("code").asInt()).isEqualTo(RpcError.INVALID_PARAMS);
        }
      }
      for (String odd :
          new String[] {
            "\"confirm\":true",
            "\"flow\":%s,\"confirm\":true,\"cancel\":true".formatted(next.path("flow")),
            "\"flow\":%s,\"cancel\":false".formatted(next.path("flow")),
            "\"flow\":%s,\"scope\":\"a\"".formatted(next.path("flow")),
            "\"flow\":%s,\"came_back_to\":\"http://127.0.0.1/?code=c&state=s\""
                .formatted(next.path("flow")),
            "\"scope\":7",
            "\"provider\":\"another\"",
            "\"account\":\"another\""
          }) {
        assertThat(auth.call("login", odd).path("error").path("code").asInt())
            .as(odd)
            .isEqualTo(RpcError.INVALID_PARAMS);
      }
      JsonNode cancelled =
          auth.call("login", "\"flow\":%s,\"cancel\":true".formatted(next.path("flow")));
      assertThat(cancelled.path("result").path("state").asString()).isEqualTo("ended");
    }
  }

  @Test
  void a_delivery_ends_the_login_that_runs_and_the_call_that_waits_goes_on() throws Exception {
    AccessToken own = loggedIn("alice", "clinic:read");
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      int waiting = host.send("tools/call", "{" + FIND + "}");
      host.told("elicitation/create");
      JsonNode flow = auth.account().path("flow");
      assertThat(flow.asString()).isNotEmpty();
      assertThat(auth.call("deliver", delivery(own)).has("result")).isTrue();
      assertThat(TestHost.textOf(host.response(waiting))).contains("Moreau");
      JsonNode state = auth.call("status", "\"flow\":" + flow).path("result").path("state");
      assertThat(state.asString()).isEqualTo("finished");
    }
  }

  @Test
  void a_delivered_token_of_somebody_else_than_the_stored_login_is_refused() throws Exception {
    LatchClient client = client();
    logIn(client.account(clinic.url()), "alice", "clinic:read");
    AccessToken bobs = loggedIn("bob", "clinic:read");
    AccessToken hers = loggedIn("alice", "clinic:read");
    try (TestHost host =
        TestHost.of(clinic.url(), client, cache).session(AuthMessages.CAPABILITIES)) {
      AuthMessages auth = new AuthMessages(host, false);
      JsonNode refused = auth.call("deliver", delivery(bobs)).path("error");
      assertThat(refused.path("data").path("dev.latchstring/auth").path("error").asString())
          .isEqualTo("access_denied");
      assertThat(auth.account().path("source").asString()).isEqualTo("login");

      assertThat(auth.call("deliver", delivery(hers)).has("result")).isTrue();
      JsonNode once = auth.call("logout", "").path("result");
      assertThat(once.path("ended").asString()).isEqualTo("delivered");
      assertThat(once.path("accounts").path(0).path("source").asString()).isEqualTo("login");
      assertThat(auth.call("deliver", delivery(hers)).has("result")).isTrue();
      JsonNode all = auth.call("logout", "\"all\":true").path("result");
      assertThat(all.path("ended").asString()).isEqualTo("login");
      assertThat(all.path("accounts").path(0).path("authenticated").asBoolean()).isFalse();
      assertThat(auth.call("deliver", delivery(bobs)).has("result")).isTrue();
    }
  }

  @Test
  void a_login_for_more_takes_the_place_of_a_token_that_allows_less() throws Exception {
    AccessToken own = loggedIn("alice", "clinic:read");
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      auth.call("deliver", delivery(own));
      int booking = host.send("tools/call", "{\"name\":\"book_appointment\",\"arguments\":{}}");
      host.told("elicitation/create");
      JsonNode flow = auth.call("login", "").path("result");
      approve("alice", flow.path("prompt"));
      awaited(auth, flow, "approved");
      auth.call("login", "\"flow\":%s,\"confirm\":true".formatted(flow.path("flow")));
      assertThat(host.response(booking).path("result").path("_meta").has("dev.latchstring/auth"))
          .isFalse();
      assertThat(auth.account().path("source").asString()).isEqualTo("login");
    }
  }

  private static String delivery(AccessToken token) {
    return AuthMessages.delivery(
        token.value(),
        clinic.issuer().toString(),
        clinic.url().toString(),
        token.scope().toString(),
        Clock.systemUTC().instant().plusSeconds(120));
  }

  private static LatchClient client() {
    return LatchClient.using(new MemoryTokenStore()).clientName("the host").build();
  }

  /** What a host does by itself. */
  private static AccessToken loggedIn(String person, String scope) {
    try (LatchClient client = client()) {
      Account account = client.account(clinic.url());
      logIn(account, person, scope);
      return account.tokens().token();
    }
  }

  private static void logIn(Account account, String person, String scope) {
    LoginOutcome outcome =
        account
            .login(LoginOptions.DEFAULT.withScope(Scope.parse(scope)).asBearer())
            .run(code -> decide(person, code.verificationUri(), code.userCode()));
    assertThat(outcome).isInstanceOf(LoginOutcome.Approved.class);
    ((LoginOutcome.Approved) outcome).approval().confirm();
  }

  private static void approve(String person, JsonNode prompt) {
    decide(
        person,
        URI.create(prompt.path("verification_uri").asString()),
        prompt.path("user_code").asString());
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  private static synchronized void decide(String person, URI page, String code) {
    try (PlayedPerson played = new PlayedPerson(person, ProtectedClinic.PASSWORD)) {
      played.decide(page, code, "allow");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

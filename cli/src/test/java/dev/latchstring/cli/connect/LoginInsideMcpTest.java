package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.ProtectedClinic;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.login.StatelessLogin;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * The login inside MCP, with Latchstring's authorization server, the clinic's protected server on
 * the official SDK, and a person who goes through the real pages.
 */
@Execution(ExecutionMode.CONCURRENT)
class LoginInsideMcpTest {
  private static final String BOTH = "{\"elicitation\":{\"url\":{},\"form\":{}}}";
  private static final String FORM = "{\"elicitation\":{}}";
  private static final String NONE = "{}";
  private static final String ANNA =
      "\"name\":\"find_appointments\",\"arguments\":{\"patient\":\"Alice Moreau\"}";
  private static final Pattern CODE = Pattern.compile("\\b([A-Z]{4}-[A-Z]{4})\\b");

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

  @Test
  void a_session_host_that_opens_addresses_is_asked_within_the_call() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).session(BOTH)) {
      assertThat(TestHost.toolsOf(host.call("tools/list", "{}")))
          .containsExactly(Protocol.LOGIN_TOOL);
      int id = host.send("tools/call", "{" + ANNA + "}");
      JsonNode question = host.told("elicitation/create");
      JsonNode prompt = question.path("params");
      assertThat(prompt.path("mode").asString()).isEqualTo("url");
      assertThat(prompt.path("elicitationId").asString()).isNotEmpty();
      assertThat(prompt.path("message").asString())
          .contains("“the bridge”", "“test-host”", "only if you started this yourself")
          .contains(clinic.issuer().getAuthority())
          .doesNotContain("http");
      host.answer(question, "{\"action\":\"accept\"}");
      approve(prompt.path("url").asString(), prompt.path("message").asString());
      JsonNode who = host.told("elicitation/create");
      assertThat(who.path("params").path("message").asString()).contains("Is that you?");
      host.answer(who, "{\"action\":\"accept\",\"content\":{}}");
      JsonNode answer = host.response(id);
      assertThat(TestHost.textOf(answer)).contains("Moreau");
      host.told("notifications/elicitation/complete");
      host.told("notifications/tools/list_changed");
      assertThat(TestHost.toolsOf(host.call("tools/list", "{}")))
          .contains("find_appointments")
          .doesNotContain(Protocol.LOGIN_TOOL);
    }
  }

  @Test
  void a_session_host_with_forms_alone_is_shown_the_code_in_a_form() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).initialize("2025-06-18", FORM)) {
      int id = host.send("tools/call", "{\"name\":\"latch_login\",\"arguments\":{}}");
      JsonNode question = host.told("elicitation/create");
      String message = question.path("params").path("message").asString();
      assertThat(message).doesNotContain("://").contains("/device");
      approve(clinic.issuer() + "/device", message);
      JsonNode who = host.told("elicitation/create");
      host.answer(who, "{\"action\":\"accept\"}");
      assertThat(TestHost.textOf(host.response(id))).startsWith("Logged in as “");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_host_that_cannot_elicit_gets_an_error_result_with_address_and_code(boolean stateless)
      throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache)) {
      if (stateless) {
        host.send(
            "subscriptions/listen",
            TestHost.stateless("\"notifications\":{\"toolsListChanged\":true}", NONE));
        host.told("notifications/subscriptions/acknowledged");
      } else {
        host.session(NONE);
      }
      String login = "\"name\":\"latch_login\",\"arguments\":";
      JsonNode shown = host.call("tools/call", params(stateless, login + "{}"));
      String text = TestHost.textOf(shown);
      assertThat(shown.path("result").path("isError").asBoolean()).isTrue();
      assertThat(text).contains("only if you started this yourself", clinic.issuer() + "/device");
      JsonNode data = shown.path("result").path("_meta").path(Protocol.AUTH_DATA);
      assertThat(data.path("status").asInt()).isEqualTo(401);
      assertThat(data.path("login").path("user_code").asString()).matches(CODE);
      assertThat(data.path("login").path("verification_uri").asString()).endsWith("/device");
      JsonNode other = host.call("prompts/get", params(stateless, "\"name\":\"any\""));
      assertThat(other.path("error").path("code").asInt()).isEqualTo(RpcError.LOGIN_REQUIRED);
      assertThat(other.path("error").path("data").path(Protocol.AUTH_DATA).has("login")).isTrue();

      int second = host.send("tools/call", params(stateless, login + "{}"));
      approve(clinic.issuer() + "/device", text);
      assertThat(TestHost.textOf(host.response(second))).contains("Is that you?");
      JsonNode worded =
          host.call("tools/call", params(stateless, login + "{\"confirm\":\"true\"}"));
      assertThat(TestHost.textOf(worded)).contains("has to be true or false");
      JsonNode done = host.call("tools/call", params(stateless, login + "{\"confirm\":true}"));
      assertThat(done.path("result").path("isError").asBoolean()).isFalse();
      host.told("notifications/tools/list_changed");
      assertThat(TestHost.textOf(host.call("tools/call", params(stateless, ANNA))))
          .contains("Moreau");
    }
  }

  @Test
  void a_host_that_stops_the_bridge_between_two_calls_loses_no_login(@TempDir Path home)
      throws Exception {
    String text;
    String login = "\"name\":\"latch_login\",\"arguments\":";
    try (TestHost first = TestHost.of(clinic.url(), onDisk(home), cache).session(NONE)) {
      text = TestHost.textOf(first.call("tools/call", "{" + login + "{}}"));
    }
    approve(clinic.issuer() + "/device", text);

    try (TestHost second = TestHost.of(clinic.url(), onDisk(home), cache).session(NONE)) {
      JsonNode shown = second.call("tools/call", "{" + login + "{}}");
      Matcher code = CODE.matcher(text);
      assertThat(code.find()).isTrue();
      if (TestHost.textOf(shown).contains(code.group(1))) {
        shown = second.call("tools/call", "{" + login + "{}}");
      }
      assertThat(TestHost.textOf(shown)).contains("Is that you?");
    }

    try (TestHost third = TestHost.of(clinic.url(), onDisk(home), cache).session(NONE)) {
      JsonNode asked = third.call("tools/call", "{" + login + "{}}");
      if (!TestHost.textOf(asked).contains("Is that you?")) {
        asked = third.call("tools/call", "{" + login + "{}}");
      }
      assertThat(TestHost.textOf(asked)).contains("Is that you?");
      JsonNode done = third.call("tools/call", "{" + login + "{\"confirm\":true}}");
      assertThat(done.path("result").path("isError").asBoolean()).isFalse();
      assertThat(TestHost.textOf(third.call("tools/call", "{" + ANNA + "}"))).contains("Moreau");
    }
  }

  /** As a bridge that is started anew finds it. */
  private static LatchClient onDisk(Path home) {
    return LatchClient.using(
            new EncryptedFileTokenStore(
                home.resolve("data"), home.resolve("config"), null, new SecureRandom()))
        .clientName("the bridge")
        .build();
  }

  @Test
  void a_stateless_host_is_asked_by_input_required_and_comes_back() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache)) {
      JsonNode first = host.call("tools/call", TestHost.stateless(ANNA, BOTH)).path("result");
      assertThat(first.path("resultType").asString()).isEqualTo("input_required");
      JsonNode question = first.path("inputRequests").path(StatelessLogin.CODE);
      assertThat(question.path("params").has("elicitationId")).isFalse();
      assertThat(question.path("params").path("mode").asString()).isEqualTo("url");
      String state = first.path("requestState").asString();
      JsonNode foreign =
          host.call(
              "tools/call",
              TestHost.stateless(
                  "\"name\":\"book_appointment\",\"arguments\":{},\"requestState\":\""
                      + state
                      + "\"",
                  BOTH));
      assertThat(foreign.path("error").path("code").asInt()).isEqualTo(RpcError.INVALID_PARAMS);

      int retry = host.send("tools/call", retried(StatelessLogin.CODE, "accept", state));
      approve(
          question.path("params").path("url").asString(),
          question.path("params").path("message").asString());
      JsonNode second = host.response(retry).path("result");
      assertThat(second.path("inputRequests").has(StatelessLogin.CONFIRMATION)).isTrue();
      JsonNode answer =
          host.call(
              "tools/call",
              retried(
                  StatelessLogin.CONFIRMATION, "accept", second.path("requestState").asString()));
      assertThat(TestHost.textOf(answer)).contains("Moreau");
      assertThat(answer.path("result").path("resultType").asString()).isEqualTo("complete");
    }
  }

  @Test
  void a_decline_ends_the_flow() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).session(BOTH)) {
      int id = host.send("tools/call", "{" + ANNA + "}");
      host.answer(host.told("elicitation/create"), "{\"action\":\"decline\"}");
      JsonNode answer = host.response(id);
      assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
      assertThat(TestHost.textOf(answer)).contains("the person declined");
    }
  }

  @Test
  void somebody_elses_account_is_not_used() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).session(BOTH)) {
      int id = host.send("tools/call", "{" + ANNA + "}");
      JsonNode prompt = host.told("elicitation/create").path("params");
      approve(prompt.path("url").asString(), prompt.path("message").asString());
      host.answer(
          host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
          "{\"action\":\"decline\"}");
      assertThat(TestHost.textOf(host.response(id))).contains("Not logged in");
      assertThat(TestHost.toolsOf(host.call("tools/list", "{}")))
          .containsExactly(Protocol.LOGIN_TOOL);
    }
  }

  @Test
  void many_calls_share_one_login() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).session(BOTH)) {
      int[] ids = new int[8];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = host.send("tools/call", "{" + ANNA + "}");
      }
      JsonNode prompt = host.told("elicitation/create").path("params");
      approve(prompt.path("url").asString(), prompt.path("message").asString());
      host.answer(
          host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
          "{\"action\":\"accept\"}");
      for (int id : ids) {
        assertThat(TestHost.textOf(host.response(id))).contains("Moreau");
      }
      assertThat(host.has(m -> m.path("method").asString("").equals("elicitation/create")))
          .isFalse();
    }
  }

  @Test
  void a_missing_scope_is_a_step_up_and_a_lost_login_asks_again() throws Exception {
    LatchClient client = LatchClient.using(new MemoryTokenStore()).clientName("the bridge").build();
    Account account = client.account(clinic.url());
    try (TestHost host = TestHost.of(clinic.url(), client, cache).session(BOTH)) {
      int id = host.send("tools/call", "{" + ANNA + "}");
      logIn(host);
      assertThat(TestHost.textOf(host.response(id))).contains("Moreau");
      int booking = host.send("tools/call", "{\"name\":\"book_appointment\",\"arguments\":{}}");
      JsonNode wider =
          host.await("step-up", m -> m.path("params").path("mode").asString("").equals("url"));
      approve(
          wider.path("params").path("url").asString(),
          wider.path("params").path("message").asString());
      assertThat(host.response(booking).path("result").path("_meta").has(Protocol.AUTH_DATA))
          .isFalse();
      account.logout();
      int again = host.send("tools/call", "{" + ANNA + "}");
      logIn(host);
      assertThat(TestHost.textOf(host.response(again))).contains("Moreau");
    }
  }

  @Test
  void what_a_host_sets_up_before_the_login_is_not_refused() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache).session(BOTH)) {
      assertThat(host.call("logging/setLevel", "{\"level\":\"debug\"}").path("result").isObject())
          .isTrue();
      assertThat(host.call("logging/setLevel", "{\"level\":\"loud\"}").has("error")).isTrue();
      for (String list : List.of("prompts", "resources")) {
        assertThat(host.call(list + "/list", "{}").path("result").path(list).isArray()).isTrue();
      }
    }
  }

  private static void logIn(TestHost host) throws Exception {
    JsonNode prompt =
        host.await("a prompt", m -> m.path("params").path("mode").asString("").equals("url"));
    approve(
        prompt.path("params").path("url").asString(),
        prompt.path("params").path("message").asString());
    host.answer(
        host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
        "{\"action\":\"accept\"}");
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  private static synchronized void approve(String address, String text) throws Exception {
    Matcher code = CODE.matcher(text);
    assertThat(code.find()).as(text).isTrue();
    try (PlayedPerson alice = new PlayedPerson("alice", ProtectedClinic.PASSWORD)) {
      alice.decide(URI.create(address), code.group(1), "allow");
    }
  }

  private static String retried(String question, String action, String state) {
    return TestHost.stateless(
        ANNA
            + ",\"requestState\":\"%s\",\"inputResponses\":{\"%s\":{\"action\":\"%s\"}}"
                .formatted(state, question, action),
        BOTH);
  }

  private static String params(boolean stateless, String members) {
    return stateless ? TestHost.stateless(members, NONE) : "{" + members + "}";
  }
}

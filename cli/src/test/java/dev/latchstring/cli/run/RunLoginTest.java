package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.ProtectedClinic;
import dev.latchstring.cli.connect.TestHost;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
 * The login for a program, inside MCP, at Latchstring's authorization server, whose tokens live for
 * a quarter of a minute, with a person who goes through the real pages.
 */
@Execution(ExecutionMode.CONCURRENT)
class RunLoginTest {
  private static final String BOTH = "{\"elicitation\":{\"url\":{},\"form\":{}}}";
  private static final Pattern CODE = Pattern.compile("\\b([A-Z]{4}-[A-Z]{4})\\b");

  @TempDir private static Path data;
  private static ProtectedClinic clinic;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    clinic = ProtectedClinic.start(data, "lifetimes: { access_token: 15s }");
  }

  @AfterAll
  static void stop() {
    clinic.close();
  }

  private RunningHost run(LatchClient client) throws Exception {
    Account account =
        new RunAccount(client.account(clinic.url()), Scope.parse("clinic:read"), false);
    return RunningHost.of(account, client, folder);
  }

  private static LatchClient client() {
    return LatchClient.using(new MemoryTokenStore()).clientName("the runner").build();
  }

  @Test
  void a_session_host_is_asked_within_the_call_and_the_program_gets_the_token() throws Exception {
    try (RunningHost run = run(client())) {
      run.host().session(BOTH);
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}")))
          .containsExactly("latch_login");
      assertThat(run.diary()).isEmpty();
      int id = run.send("token", "{}");
      logIn(run.host());
      JsonNode claims = claims(TestHost.textOf(run.host().response(id)));
      assertThat(claims.path("aud").toString()).contains(clinic.url().toString());
      assertThat(claims.path("scope").asString()).isEqualTo("clinic:read");
      run.host().told("notifications/tools/list_changed");
      assertThat(TestHost.toolsOf(run.host().call("tools/list", "{}")))
          .contains("token")
          .doesNotContain("latch_login");
      assertThat(run.diary("start")).hasSize(1);
      assertThat(run.diary("call token")).hasSize(1);
    }
  }

  @Test
  void a_host_that_can_ask_nothing_is_shown_the_code_by_the_tool() throws Exception {
    try (RunningHost run = run(client())) {
      run.host().session("{}");
      JsonNode answer = run.call("latch_login", "{}");
      assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
      assertThat(TestHost.textOf(answer)).contains("the runner", "test-host");
      JsonNode shown = answer.path("result").path("_meta").path("dev.latchstring/auth");
      approve(
          shown.path("login").path("verification_uri").asString(),
          shown.path("login").path("user_code").asString());
      while (!TestHost.textOf(answer).contains("Is that you?")) {
        answer = run.call("latch_login", "{}");
      }
      run.call("latch_login", "{\"confirm\":true}");
      assertThat(claims(run.text("token")).path("scope").asString()).isEqualTo("clinic:read");
    }
  }

  @Test
  void a_stateless_host_comes_back_for_the_answer() throws Exception {
    try (RunningHost run = run(client())) {
      String call = "\"name\":\"token\",\"arguments\":{}";
      JsonNode first = run.host().call("tools/call", TestHost.stateless(call, BOTH));
      assertThat(first.path("result").path("resultType").asString()).isEqualTo("input_required");
      JsonNode question =
          first.path("result").path("inputRequests").path("dev.latchstring/login").path("params");
      approve(question.path("url").asString(), question.path("message").asString());
      JsonNode second = again(run.host(), call, first, "dev.latchstring/login");
      JsonNode third = again(run.host(), call, second, "dev.latchstring/confirm");
      assertThat(claims(TestHost.textOf(third)).path("scope").asString()).isEqualTo("clinic:read");
    }
  }

  @Test
  void an_expiring_token_is_refreshed_and_handed_over_by_one_restart() throws Exception {
    LatchClient client = client();
    try (RunningHost run = run(client)) {
      run.host().session(BOTH);
      int id = run.send("token", "{}");
      logIn(run.host());
      String first = TestHost.textOf(run.host().response(id));
      int waiting = run.send("wait", "{\"file\":\"%s\"}".formatted(folder.resolve("gate")));
      run.awaitDiary("call wait " + first);
      // Ten seconds before its end it is due, five before its end it is no good.
      Await.until(
          "another token",
          () -> !client.account(clinic.url()).tokens().token().value().equals(first));
      assertThat(run.diary("start")).hasSize(1);
      Files.createFile(folder.resolve("gate"));
      assertThat(TestHost.textOf(run.host().response(waiting))).isEqualTo(first);
      String second = run.text("token");
      assertThat(second).isNotEqualTo(first);
      assertThat(run.diary("start")).containsExactly("start " + first, "start " + second);
    }
  }

  @Test
  void a_program_that_wants_more_gets_a_token_for_both_after_a_login() throws Exception {
    try (RunningHost run = run(client())) {
      run.host().session(BOTH);
      int id = run.send("token", "{}");
      logIn(run.host());
      run.host().response(id);
      int more = run.send("granted", "{\"scope\":\"clinic:write\"}");
      JsonNode prompt = elicited(run.host());
      approve(
          prompt.path("params").path("url").asString(),
          prompt.path("params").path("message").asString());
      JsonNode claims = claims(TestHost.textOf(run.host().response(more)));
      assertThat(claims.path("scope").asString().split(" "))
          .containsExactlyInAnyOrder("clinic:read", "clinic:write");
    }
  }

  /** A machine with a browser, which is a script that notes what it is to open. */
  private Surroundings withBrowser() throws Exception {
    Path browser =
        Files.writeString(
            folder.resolve("browser"),
            "#!/bin/sh\nprintf '%s' \"$1\" > '"
                + folder.resolve("opened")
                + ".part'\n"
                + "mv '"
                + folder.resolve("opened")
                + ".part' '"
                + folder.resolve("opened")
                + "'\n");
    return new Surroundings(
        false, Surroundings.Browser.HERE, List.of("/bin/sh", browser.toString()), true, List.of());
  }

  private RunningHost inBrowser(FlowName wish, boolean issuerKnown) throws Exception {
    LatchClient client = client();
    Surroundings here = withBrowser();
    Account account =
        new RunAccount(client.account(clinic.url()), Scope.parse("clinic:read"), issuerKnown);
    return RunningHost.wishing(new LoginWish(null, wish, () -> here), account, client, folder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void where_the_host_cannot_open_an_address_the_browser_here_is_opened(boolean issuerKnown)
      throws Exception {
    try (RunningHost run = inBrowser(null, issuerKnown)) {
      run.host().session("{\"elicitation\":{\"form\":{}}}");
      int id = run.send("token", "{}");
      Path opened = folder.resolve("opened");
      Await.until("a browser", () -> Files.exists(opened));
      allowInBrowser(Files.readString(opened));
      String token = TestHost.textOf(run.host().response(id));
      assertThat(claims(token).path("scope").asString()).isEqualTo("clinic:read");
      assertThat(claims(token).has("cnf")).as("a program could prove no key").isFalse();
    }
  }

  @Test
  void a_host_that_opens_addresses_does_it_alone() throws Exception {
    try (RunningHost run = inBrowser(FlowName.CODE, false)) {
      run.host().session(BOTH);
      int id = run.send("token", "{}");
      JsonNode prompt = elicited(run.host());
      run.host().answer(prompt, "{\"action\":\"accept\"}");
      allowInBrowser(prompt.path("params").path("url").asString());
      assertThat(claims(TestHost.textOf(run.host().response(id))).path("scope").asString())
          .isEqualTo("clinic:read");
      assertThat(folder.resolve("opened")).doesNotExist();
    }
  }

  @Test
  void a_code_is_shown_where_that_was_wished_though_there_is_a_browser() throws Exception {
    try (RunningHost run = inBrowser(FlowName.DEVICE, false)) {
      run.host().session(BOTH);
      int id = run.send("token", "{}");
      logIn(run.host());
      run.host().response(id);
      assertThat(folder.resolve("opened")).doesNotExist();
    }
  }

  /** The person decides, and their browser goes where it is sent. */
  private static synchronized void allowInBrowser(String address) throws Exception {
    try (PlayedPerson alice = new PlayedPerson("alice", ProtectedClinic.PASSWORD);
        HttpClient browser = HttpClient.newHttpClient()) {
      URI back = alice.decide(URI.create(address), "allow");
      browser.send(HttpRequest.newBuilder(back).build(), HttpResponse.BodyHandlers.discarding());
    }
  }

  private static JsonNode elicited(TestHost host) throws Exception {
    return host.await("a dialogue", m -> m.path("params").path("mode").asString("").equals("url"));
  }

  private static void logIn(TestHost host) throws Exception {
    JsonNode prompt = elicited(host);
    host.answer(prompt, "{\"action\":\"accept\"}");
    approve(
        prompt.path("params").path("url").asString(),
        prompt.path("params").path("message").asString());
    host.answer(
        host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
        "{\"action\":\"accept\"}");
  }

  private static JsonNode again(TestHost host, String call, JsonNode before, String question)
      throws Exception {
    String state = before.path("result").path("requestState").asString();
    String members =
        call
            + ",\"requestState\":\"%s\",\"inputResponses\":{\"%s\":{\"action\":\"accept\",\"content\":{}}}"
                .formatted(state, question);
    return host.call("tools/call", TestHost.stateless(members, BOTH));
  }

  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.");
    assertThat(parts).as(token).hasSize(3);
    JsonNode claims = JsonRpc.parse(Base64.getUrlDecoder().decode(parts[1]));
    assertThat(claims).isNotNull();
    return claims;
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  private static synchronized void approve(String address, String text) throws Exception {
    Matcher code = CODE.matcher(text);
    assertThat(code.find()).as(text).isTrue();
    try (PlayedPerson alice = new PlayedPerson("alice", ProtectedClinic.PASSWORD)) {
      alice.decide(URI.create(address), code.group(1), "allow");
    }
  }
}

package dev.latchstring.mcpserver.authzen;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.alice;
import static dev.latchstring.mcpserver.fixture.People.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.mcpserver.fixture.TestClock;
import dev.latchstring.mcpserver.tools.Actor;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** OpenID AuthZEN Authorization API 1.0, against a decision point written to it. */
class AuthZenTest {
  private static final String SERVER = "https://tools.example/mcp";

  private final PolicyServer engine = PolicyServer.start();
  private final TestClock clock = new TestClock(NOW);
  private AuthZen authZen;

  @AfterEach
  void close() {
    if (authZen != null) {
      authZen.close();
    }
    engine.close();
  }

  private ToolAuthorizer tools(AuthZen.Builder builder) {
    authZen = builder.clock(clock).build();
    return ToolAuthorizer.builder(Requirement.scopes("read"))
        .tool("switched_off", Requirement.nobody())
        .decisionPoint(authZen)
        .clock(clock)
        .audit()
        .build();
  }

  private AuthZen.Builder authZen() {
    return AuthZen.builder(engine.url(), SERVER);
  }

  @Test
  void the_question_names_the_person_the_agent_and_the_chain_and_no_argument_by_itself() {
    Caller caller =
        new Caller(
            "alice",
            "https://login.example",
            "host",
            Scope.of("read"),
            new LinkedHashSet<>(List.of("platform")),
            "mfa",
            NOW.minusSeconds(60),
            List.of(new Actor("gateway", null, "gateway"), new Actor("bot", "https://b", null)),
            NOW.plusSeconds(600),
            null);
    ToolAuthorizer tools = tools(authZen().arguments("git_push", "branch", "force"));

    Decision decision =
        tools.call(
            caller,
            "git_push",
            Json.readTree("{\"branch\":\"main\",\"message\":\"private\",\"subject\":\"root\"}"));

    assertThat(decision).isEqualTo(new Decision.Allowed());
    assertThat(engine.asked.getFirst())
        .isEqualTo(
            Json.readTree(
                """
                {
                  "subject": {
                    "type": "identity", "id": "alice",
                    "properties": {
                      "issuer": "https://login.example", "client_id": "host", "scopes": ["read"],
                      "teams": ["platform"], "acr": "mfa", "auth_time": %d,
                      "actors": [{"sub": "gateway", "client_id": "gateway"},
                                 {"sub": "bot", "iss": "https://b"}]
                    }
                  },
                  "action": {"name": "tools/call"},
                  "context": {"agent": "host", "arguments": {"branch": "main"}},
                  "resource": {"type": "tool", "id": "git_push",
                               "properties": {"server": "https://tools.example/mcp"}}
                }
                """
                    .formatted(NOW.minusSeconds(60).getEpochSecond())));
  }

  @Test
  void other_requests_for_data_are_asked_about_and_conversation_is_not() {
    ToolAuthorizer tools = tools(authZen());
    engine.policy = request -> !request.path("resource").path("type").asString().equals("prompt");

    assertThat(tools.admit(alice("read"), "resources/read", "file:///a", null).isAllowed())
        .isTrue();
    assertThat(tools.admit(alice("read"), "prompts/get", "greet", null).isAllowed()).isFalse();
    assertThat(tools.admit(alice("read"), "prompts/list", null, null).isAllowed()).isTrue();
    assertThat(tools.admit(alice("read"), "ping", null, null).isAllowed()).isTrue();

    assertThat(engine.asked)
        .extracting(request -> request.path("resource").path("type").asString())
        .containsExactly("resource", "prompt", "mcp_server");
    assertThat(engine.asked.getLast().path("resource").path("id").asString()).isEqualTo(SERVER);
  }

  @Test
  void what_the_declaration_refuses_is_not_asked_about() {
    ToolAuthorizer tools = tools(authZen());

    assertThat(tools.call(alice(""), "x")).isInstanceOf(Decision.InsufficientScope.class);
    assertThat(tools.call(alice("read"), "switched_off")).isInstanceOf(Decision.Refused.class);
    assertThat(tools.call(null, "x")).isInstanceOf(Decision.LoginNeeded.class);
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void a_list_is_one_question_and_shows_what_a_call_allows() {
    ToolAuthorizer tools = tools(authZen());
    engine.policy = request -> request.path("resource").path("id").asString().startsWith("git_");
    List<String> all =
        IntStream.range(0, 120).mapToObj(i -> (i % 3 == 0 ? "git_" : "t") + i).toList();

    assertThat(tools.listed(alice("read"), all))
        .containsExactlyElementsOf(all.stream().filter(tool -> tool.startsWith("git_")).toList());

    assertThat(engine.paths)
        .containsExactly(
            "/access/v1/evaluations", "/access/v1/evaluations", "/access/v1/evaluations");
    int before = engine.paths.size();
    for (String tool : all) {
      assertThat(tools.isListed(alice("read"), tool)).isEqualTo(tool.startsWith("git_"));
    }
    assertThat(engine.paths).as("the answers were remembered").hasSize(before);
  }

  @Test
  void an_engine_that_takes_one_question_at_a_time_is_asked_one_at_a_time() {
    engine.takesSeveral = false;
    ToolAuthorizer tools = tools(authZen());
    engine.policy = request -> !request.path("resource").path("id").asString().equals("b");

    assertThat(tools.listed(alice("read"), List.of("a", "b", "c"))).containsExactly("a", "c");
    assertThat(engine.paths).containsOnly("/access/v1/evaluation").hasSize(3);
  }

  @Test
  void an_engine_without_metadata_is_asked_at_the_default_paths() {
    engine.hasMetadata = false;
    ToolAuthorizer tools = tools(authZen().header("Authorization", () -> "Bearer s3cret"));

    assertThat(tools.call(alice("read"), "a").isAllowed()).isTrue();
    assertThat(tools.listed(alice("read"), List.of("a", "b"))).containsExactly("a", "b");
    assertThat(engine.paths).containsExactly("/access/v1/evaluation", "/access/v1/evaluations");
    assertThat(engine.authorizations).containsOnly("Bearer s3cret");
  }

  @Test
  void an_answer_counts_for_the_very_same_question_and_not_for_long() {
    ToolAuthorizer tools = tools(authZen().arguments("a", "n").remember(Duration.ofSeconds(5)));
    JsonNode one = Json.readTree("{\"n\":1}");

    tools.call(alice("read"), "a", one);
    tools.call(alice("read"), "a", one);
    assertThat(engine.asked).hasSize(1);
    tools.call(alice("read"), "a", Json.readTree("{\"n\":2}"));
    tools.call(alice("read"), "a");
    tools.call(alice("read write"), "a", one);
    tools.call(alice("read", "team"), "a", one);
    tools.call(caller("bob", "read", null, null), "a", one);
    tools.call(caller("alice", "read", "mfa", null), "a", one);
    tools.call(alice("read"), "b", one);
    assertThat(engine.asked).hasSize(8);

    engine.policy = request -> false;
    assertThat(tools.call(alice("read"), "a", one).isAllowed()).isTrue();
    clock.advance(Duration.ofSeconds(5));
    assertThat(tools.call(alice("read"), "a", one).isAllowed()).isFalse();
  }

  @Test
  void nothing_is_remembered_where_that_is_asked_for() {
    ToolAuthorizer tools = tools(authZen().remember(Duration.ZERO));

    tools.call(alice("read"), "a");
    engine.policy = request -> false;

    assertThat(tools.call(alice("read"), "a").isAllowed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | application/json | {\"decision\":true}",
        "401 | application/json | {\"decision\":true}",
        "302 | application/json | {\"decision\":true}",
        "201 | application/json | {\"decision\":true}",
        "200 | text/html        | {\"decision\":true}",
        "200 | application/json | {\"decision\":\"true\"}",
        "200 | application/json | {\"decision\":1}",
        "200 | application/json | {\"decision\":null}",
        "200 | application/json | {}",
        "200 | application/json | true",
        "200 | application/json | {\"decision\":false,\"decision\":true}",
        "200 | application/json | {\"decision\":true",
        "200 | application/json | {\"evaluations\":[]}",
        "200 | application/json | {\"evaluations\":[{\"decision\":true}]}",
        "200 | application/json | {\"evaluations\":[{\"decision\":true},{}]}",
        "200 | application/json | {\"evaluations\":[{\"decision\":true},{\"decision\":true},{\"decision\":true}]}",
      })
  void what_is_no_decision_is_a_no_and_closes_the_list(int status, String type, String body) {
    ToolAuthorizer tools = tools(authZen());
    engine.instead = new PolicyServer.Answer(status, type, body);

    assertThat(tools.call(alice("read"), "a")).isInstanceOf(Decision.Unavailable.class);
    assertThat(tools.listed(alice("read"), List.of("a", "b"))).isEmpty();
    assertThat(tools.isListed(alice("read"), "a")).isFalse();

    engine.instead = null;
    assertThat(tools.call(alice("read"), "a").isAllowed()).as("no fault is remembered").isTrue();
    assertThat(tools.listed(alice("read"), List.of("a", "b"))).containsExactly("a", "b");
  }

  @Test
  void an_answer_without_end_is_cut() {
    ToolAuthorizer tools = tools(authZen());
    engine.instead =
        new PolicyServer.Answer(
            200, "application/json", "{\"decision\":true,\"x\":\"" + "x".repeat(300_000) + "\"}");

    assertThat(tools.call(alice("read"), "a")).isInstanceOf(Decision.Unavailable.class);
  }

  @Test
  void metadata_of_another_engine_and_endpoints_without_tls_are_not_used() {
    engine.claimsToBe = "https://other.example";
    ToolAuthorizer tools = tools(authZen());

    assertThat(tools.call(alice("read"), "a")).isInstanceOf(Decision.Unavailable.class);
    assertThat(engine.asked).isEmpty();
    assertThatThrownBy(() -> AuthZen.builder("http://pdp.example", SERVER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_engine_that_is_down_refuses_everything_until_it_is_back() {
    int port = java.net.URI.create(engine.url()).getPort();
    ToolAuthorizer tools = tools(authZen().remember(Duration.ZERO));
    assertThat(tools.call(alice("read"), "a").isAllowed()).isTrue();

    engine.close();
    assertThat(tools.call(alice("read"), "a")).isInstanceOf(Decision.Unavailable.class);
    assertThat(tools.listed(alice("read"), List.of("a", "b"))).isEmpty();

    try (PolicyServer back = PolicyServer.start(port)) {
      assertThat(tools.call(alice("read"), "a").isAllowed()).isTrue();
      assertThat(back.asked).hasSize(1);
    }
  }

  @Test
  void an_engine_that_does_not_answer_is_not_waited_for() throws Exception {
    engine.hold = new CountDownLatch(1);
    ToolAuthorizer tools = tools(authZen().timeout(Duration.ofMillis(300)));
    int callers = AuthZen.MAX_AT_ONCE + 20;

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Decision>> calls =
          IntStream.range(0, callers)
              .mapToObj(i -> threads.submit(() -> tools.call(alice("read"), "tool-" + i)))
              .toList();
      for (Future<Decision> call : calls) {
        assertThat(call.get()).isInstanceOf(Decision.Unavailable.class);
      }
    } finally {
      engine.hold.countDown();
    }
    assertThat(engine.paths).as("not everybody hung").hasSizeLessThanOrEqualTo(AuthZen.MAX_AT_ONCE);
  }

  @Test
  void an_engine_may_ask_for_a_stronger_login_but_not_for_one_that_is_there() {
    ToolAuthorizer tools = tools(authZen());
    engine.policy = request -> false;
    engine.denialContext = Map.of("acr_values", "urn:mfa urn:hwk");

    assertThat(tools.call(alice("read"), "a"))
        .isEqualTo(
            new Decision.InsufficientAuthentication(
                List.of("urn:mfa", "urn:hwk"), null, Scope.NONE));
    assertThat(tools.call(caller("alice", "read", "urn:hwk", null), "a"))
        .isInstanceOf(Decision.Refused.class);
    engine.denialContext = Map.of("acr_values", "bad\"quote");
    assertThat(tools.call(alice("read"), "b")).isInstanceOf(Decision.Refused.class);
    engine.denialContext = Map.of("acr_values", List.of("urn:mfa"));
    assertThat(tools.call(alice("read"), "c")).isInstanceOf(Decision.Refused.class);
  }

  @Test
  void an_engine_that_sees_no_context_is_told_the_arguments_at_the_resource() {
    ToolAuthorizer tools =
        tools(
            authZen()
                .subjectType("user")
                .subjectProperties(caller -> Map.of("cerbos.roles", caller.teams()))
                .arguments("a", "n")
                .argumentsAtResource());

    tools.call(alice("read", "platform"), "a", Json.readTree("{\"n\":{\"m\":[1]}}"));

    JsonNode asked = engine.asked.getFirst();
    assertThat(asked.path("subject").path("type").asString()).isEqualTo("user");
    assertThat(asked.path("subject").path("properties").path("cerbos.roles").toString())
        .isEqualTo("[\"platform\"]");
    assertThat(asked.path("resource").path("properties").path("arguments").toString())
        .isEqualTo("{\"n\":{\"m\":[1]}}");
    assertThat(asked.path("context").has("arguments")).isFalse();
  }
}

package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.StdioHost;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * {@code examples/github-server}, a stdio server with the login kit, in front of it other people's
 * hosts: the official TypeScript SDK's client in either era, with and without elicitation, the
 * official Java SDK's, and the MCP Inspector.
 */
@Order(3)
@Execution(ExecutionMode.CONCURRENT)
class GithubServerTest {
  private static final String INSPECTOR =
      "@modelcontextprotocol/inspector/clients/launcher/build/index.js";
  private static final String REPOSITORIES = "\"name\":\"list_repositories\",\"arguments\":{}";

  @TempDir private static Path folder;
  private static ProtectedForge forge;

  private static String token;

  @BeforeAll
  static void start() throws Exception {
    forge = ProtectedForge.start(folder);
  }

  /** As somebody would who keeps one in a file: of another program's login. */
  private static synchronized String token() {
    if (token == null) {
      try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build()) {
        Account account = latch.account(forge.api().url());
        LoginOutcome outcome =
            account
                .login(
                    LoginOptions.DEFAULT
                        .withScope(Scope.of("user:read", "repo:read"))
                        .withChallenges(List.of())
                        .asBearer())
                .run(code -> forge.approve(code.userCode()));
        ((LoginOutcome.Approved) outcome).approval().confirm();
        token = account.tokens().token().value();
      }
    }
    return token;
  }

  @AfterAll
  static void stop() throws Exception {
    forge.close();
  }

  @NeedsNode
  @ParameterizedTest(name = "{0} era, elicitation: {1}, mode: {2}")
  @CsvSource({
    "session, url, lazy",
    "session, form, lazy",
    "session, none, lazy",
    "session, url, tool",
    "session, none, tool",
    "session, url, eager",
    "session, none, eager",
    "stateless, url, lazy",
    "stateless, none, lazy",
    "stateless, url, tool",
    "stateless, url, eager",
    "stateless, none, eager"
  })
  void a_host_logs_its_user_in_and_for_more_where_more_is_needed(
      String era, String elicitation, String mode) throws Exception {
    try (PeerProcess host = host(Map.of("LATCH_LOGIN_MODE", mode), era, elicitation, mode)) {
      forge.approve(host.next("approve"));
      if (mode.equals("lazy")) {
        forge.approve(host.next("approve"));
      }
      host.finish();
    }
  }

  /**
   * Its command line starts the server anew for each call, and can ask its user nothing. The era
   * makes a difference in one mode alone, so that only this one is tried in both.
   */
  @NeedsNode
  @ParameterizedTest(name = "{0} era, mode: {1}")
  @CsvSource({"legacy, tool", "modern, tool", "legacy, eager", "modern, lazy"})
  void the_inspector_logs_its_user_in_from_call_to_call(String era, String mode) throws Exception {
    Inspector inspector = inspector(era, mode);
    boolean hidden = mode.equals("tool") && era.equals("legacy");
    if (mode.equals("tool")) {
      String listed = inspector.does("tools/list");
      assertThat(listed).contains("about", "auth_login");
      assertThat(listed.contains("list_repositories")).isEqualTo(!hidden);
    }
    String told = inspector.calls(hidden ? "auth_login" : "list_repositories");
    assertThat(told).contains("\"isError\": true", "auth_login");
    forge.approve(ProtectedForge.userCode(told));
    assertThat(inspector.untilItSays("Is that you?")).contains("approved_by", "mona");
    assertThat(inspector.calls("auth_login", "confirm=true", "approved_by=mona"))
        .contains("Logged in");
    assertThat(inspector.calls("list_repositories")).contains("hello-world");
    if (mode.equals("lazy")) {
      String more = inspector.calls("create_issue", "repository=hello-world", "title=By hand");
      assertThat(more).contains("\"isError\": true", "repo:write");
      forge.approve(ProtectedForge.userCode(more));
      assertThat(inspector.untilItSays("logged in as")).contains("mona", "repo:write");
      assertThat(inspector.calls("create_issue", "repository=hello-world", "title=By hand"))
          .contains("By hand");
    }
  }

  @NeedsNode
  @ParameterizedTest
  @ValueSource(strings = {"session", "stateless"})
  void a_token_in_the_environment_takes_the_place_of_every_login(String era) throws Exception {
    try (PeerProcess host = host(Map.of("FORGE_TOKEN", token()), era, "url", "token")) {
      host.finish();
      assertThat(host.transcript()).doesNotContain(token());
    }
  }

  @Test
  void the_official_java_client_is_asked_and_goes_on() {
    ServerParameters server =
        ServerParameters.builder(forge.command().getFirst())
            .args(forge.command().subList(1, forge.command().size()))
            .addEnvVar("LATCH_HOME", folder.resolve("java").toString())
            .build();
    try (McpSyncClient client =
        McpClient.sync(new StdioClientTransport(server, McpJsonDefaults.getMapper()))
            .requestTimeout(Duration.ofSeconds(120))
            .capabilities(ClientCapabilities.builder().elicitation(true, true).build())
            .urlElicitation(page -> {
              forge.approve(ProtectedForge.userCode(page.message()));
              return ElicitResult.builder(ElicitResult.Action.ACCEPT).build();
            })
            .elicitation(question -> {
              assertThat(question.message()).contains("Is that you?");
              return ElicitResult.builder(ElicitResult.Action.ACCEPT).build();
            })
            .build()) {
      client.initialize();
      CallToolResult result =
          client.callTool(CallToolRequest.builder("list_repositories").arguments(Map.of()).build());
      assertThat(result.isError()).isNotEqualTo(true);
      assertThat(((TextContent) result.content().getFirst()).text()).contains("hello-world");
    }
  }

  /** MCP 2026-07-28: a server asks within an answer, and lists do not change by a request. */
  @ParameterizedTest
  @ValueSource(strings = {"tool", "eager"})
  void in_the_stateless_era_nobody_is_asked_outside_an_answer(String mode) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(forge.command());
    builder.environment().put("LATCH_HOME", folder.resolve(mode).toString());
    builder.environment().put("LATCH_LOGIN_MODE", mode);
    builder.redirectError(folder.resolve(mode + ".log").toFile());
    try (StdioHost host = new StdioHost(builder.start())) {
      String urls = "{\"elicitation\":{\"url\":{},\"form\":{}}}";
      host.call("server/discover", StdioHost.stateless("", urls));
      List<String> before = tools(host, urls);
      assertThat(before).contains("list_repositories", "auth_login");
      JsonNode first = host.call("tools/call", StdioHost.stateless(REPOSITORIES, urls));
      JsonNode asked = first.path("result").path("inputRequests").iterator().next();
      assertThat(asked.path("method").asString()).as("%s", first).isEqualTo("elicitation/create");
      String message = asked.path("params").path("message").asString();
      forge.approve(ProtectedForge.userCode(message));
      // As a host without elicitation would, so that the answers need not be echoed here.
      JsonNode answer = first;
      while (!StdioHost.textOf(answer).contains("Is that you?")) {
        answer = host.call("tools/call", StdioHost.stateless(LOGIN.formatted(""), "{}"));
      }
      host.call("tools/call", StdioHost.stateless(LOGIN.formatted("\"confirm\":true"), "{}"));
      answer = host.call("tools/call", StdioHost.stateless(REPOSITORIES, "{}"));
      assertThat(StdioHost.textOf(answer)).contains("hello-world");
      assertThat(tools(host, urls)).isEqualTo(before);
      assertThat(host.has(said -> said.has("method") && said.has("id")))
          .as("a request of the server's own")
          .isFalse();
      assertThat(
              host.has(said ->
                  said.path("method").asString("").equals("notifications/tools/list_changed")))
          .as("a change that nobody subscribed to")
          .isFalse();
    }
  }

  private static final String LOGIN = "\"name\":\"auth_login\",\"arguments\":{%s}";

  private static List<String> tools(StdioHost host, String capabilities) throws Exception {
    return StdioHost.toolsOf(host.call("tools/list", StdioHost.stateless("", capabilities)));
  }

  private static PeerProcess host(
      Map<String, String> environment, String era, String elicitation, String mode)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(era, elicitation, mode));
    arguments.addAll(forge.command());
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("LATCH_HOME", Files.createTempDirectory(folder, "home").toString());
    return NodePeers.start(variables, "kit-host.mjs", arguments.toArray(String[]::new));
  }

  private static Inspector inspector(String era, String mode) throws Exception {
    String home = Files.createTempDirectory(folder, "home").toString();
    List<String> command =
        List.of(NodePeers.node().toString(), NodePeers.program(INSPECTOR).toString(), "--cli");
    List<String> server =
        new ArrayList<>(
            List.of(
                "--connect-timeout",
                "120000",
                "--protocol-era",
                era,
                "-e",
                "LATCH_HOME=" + home,
                "-e",
                "LATCH_LOGIN_KEEP=true",
                "-e",
                "LATCH_LOGIN_MODE=" + mode,
                "--"));
    server.addAll(forge.command());
    return new Inspector(command, server);
  }

  /** The MCP Inspector's command line, and the server that it starts each time. */
  private record Inspector(List<String> command, List<String> server) {
    String calls(String tool, String... arguments) throws Exception {
      List<String> call = new ArrayList<>(List.of("tools/call", "--tool-name", tool));
      for (String argument : arguments) {
        call.addAll(List.of("--tool-arg", argument));
      }
      return does(call.toArray(String[]::new));
    }

    /** A model goes on as long as the answer is that somebody has yet to approve. */
    String untilItSays(String words) throws Exception {
      String answer = calls("auth_login");
      for (int i = 0; i < 20 && !answer.contains(words); i++) {
        answer = calls("auth_login");
      }
      assertThat(answer).contains(words);
      return answer;
    }

    String does(String... method) throws Exception {
      List<String> all = new ArrayList<>(command);
      all.add("--method");
      all.addAll(List.of(method));
      all.addAll(server);
      Run run = Run.of(all, Map.of());
      assertThat(run.stdout()).as(run.stderr()).isNotBlank();
      return run.stdout();
    }
  }
}

package dev.latchstring.examples.teamtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchstring.testing.Ports;
import dev.latchstring.testing.TokenDesk;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The server on Spring Boot and Tomcat, with a real repository and a real database. */
@ExtendWith(OutputCaptureExtension.class)
class TeamToolsTest {
  @TempDir private static Path folder;
  private static TokenDesk desk;
  private static URI url;
  private static ConfigurableApplicationContext spring;

  @BeforeAll
  static void start() throws Exception {
    Path clone = Files.createDirectories(folder.resolve("repositories/website"));
    git(folder, "init", "-q", "--bare", "remote.git");
    git(clone, "init", "-q", "-b", "main");
    git(clone, "remote", "add", "origin", folder.resolve("remote.git").toString());
    git(
        clone,
        "-c",
        "user.name=Team",
        "-c",
        "user.email=team@example.com",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "A beginning");
    git(clone, "branch", "feature");
    Path database = folder.resolve("team.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("create table release (name text, day text)");
      statement.execute("insert into release values ('1.0', '2026-11-02')");
    }
    desk = new TokenDesk();
    int port = Ports.free();
    url = URI.create("http://localhost:" + port + "/mcp");
    spring =
        SpringApplication.run(
            TeamToolsServer.class,
            "--server.port=" + port,
            "--logging.level.root=warn",
            "--team-tools.resource=" + url,
            "--team-tools.issuer=" + desk.issuer(),
            "--team-tools.repositories=" + folder.resolve("repositories"),
            "--team-tools.database=" + database);
  }

  @AfterAll
  static void stop() {
    spring.close();
    desk.close();
  }

  private static String git(Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process git =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(git.getInputStream().readAllBytes());
    assertThat(git.waitFor()).as(said).isZero();
    return said;
  }

  private static McpSyncClient client(String scope, String... teams) {
    String token = desk.token(url, "alice", scope, Map.of(), teams);
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
                    .endpoint("/mcp")
                    .addHttpRequestCustomizer((request, method, uri, body, context) ->
                        request.header("Authorization", "Bearer " + token))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  private static String error(CallToolResult result) {
    assertThat(result.isError()).as(result.toString()).isTrue();
    return ((TextContent) result.content().getFirst()).text();
  }

  private static Map<String, Object> website(String branch) {
    return Map.of("repository", "website", "branch", branch);
  }

  @Test
  void whoBelongsToNoTeamSeesAndDoesNothingOfTheirs() {
    try (McpSyncClient client = client("git:push db:query", "kitchen")) {
      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactly("list_branches");

      assertThat(refused(catchThrowable(() -> call(client, "git_push", website("feature")))))
          .isEqualTo(403);
      assertThat(
              refused(
                  catchThrowable(() -> call(client, "query_database", Map.of("sql", "select 1")))))
          .isEqualTo(403);
    }
  }

  @Test
  void aBranchIsPushedByItsTeam() throws Exception {
    try (McpSyncClient developer = client("git:push", "developers");
        McpSyncClient platform = client("git:push", "platform")) {
      assertThat(call(developer, "git_push", website("feature")).structuredContent().toString())
          .contains("pushed=feature", "by=alice");
      assertThat(error(call(developer, "git_push", website("main")))).contains("platform");
      assertThat(git(folder.resolve("remote.git"), "branch")).doesNotContain("main");

      assertThat(call(platform, "git_push", website("main")).isError()).isNotEqualTo(true);
      assertThat(
              call(developer, "list_branches", Map.of("repository", "website"))
                  .structuredContent()
                  .toString())
          .contains("feature", "main");
    }
  }

  @Test
  void anArgumentSaysNothingAboutWhoCalls() {
    try (McpSyncClient developer = client("git:push", "developers")) {
      Map<String, Object> asSomebodyElse =
          Map.of("repository", "website", "branch", "main", "team", "platform", "subject", "root");

      assertThat(error(call(developer, "git_push", asSomebodyElse))).isNotEmpty();
      assertThat(git(folder.resolve("remote.git"), "log", "--all", "--format=%an"))
          .doesNotContain("root");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWouldBeAnOptionOfGitOrLeadsElsewhereIsNoName() {
    try (McpSyncClient platform = client("git:push", "platform")) {
      for (String branch : List.of("--force", "../main", "a..b", "main:other", "", "x y")) {
        assertThat(error(call(platform, "git_push", website(branch)))).isNotEmpty();
      }
      for (String repository : List.of("../remote.git", "nothing", "/tmp", "--upload-pack=id")) {
        assertThat(error(call(platform, "list_branches", Map.of("repository", repository))))
            .isNotEmpty();
      }
    }
  }

  @Test
  void theDatabaseIsReadByItsTeamAndNotWritten() {
    try (McpSyncClient analyst = client("db:query", "data")) {
      assertThat(
              call(analyst, "query_database", Map.of("sql", "select name, day from release"))
                  .structuredContent()
                  .toString())
          .contains("name=1.0", "day=2026-11-02");
      for (String sql :
          List.of(
              "delete from release",
              "drop table release",
              "attach database '/tmp/x.db' as x",
              "nonsense")) {
        assertThat(error(call(analyst, "query_database", Map.of("sql", sql)))).isNotEmpty();
      }
      assertThat(
              call(analyst, "query_database", Map.of("sql", "select count(*) as n from release"))
                  .structuredContent()
                  .toString())
          .contains("n=1");
    }
  }

  @Test
  void withoutATokenNothingIsAnsweredButWhereToGetOne(CapturedOutput log) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> refused =
          http.send(
              HttpRequest.newBuilder(url)
                  .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(100_000)))
                  .header("Content-Type", "application/json")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
          .contains("resource_metadata=");

      HttpResponse<String> metadata =
          http.send(
              HttpRequest.newBuilder(url.resolve("/.well-known/oauth-protected-resource/mcp"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(metadata.statusCode()).isEqualTo(200);
      assertThat(metadata.body()).contains(url.toString(), desk.issuer().toString());
      assertThat(log).as("what Tomcat makes of a body nobody reads").doesNotContain("xception");
    }
  }

  private static int refused(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof McpHttpClientTransportAuthorizationException refused) {
        return refused.getResponseInfo().statusCode();
      }
    }
    throw new AssertionError("no refusal by HTTP status", thrown);
  }
}

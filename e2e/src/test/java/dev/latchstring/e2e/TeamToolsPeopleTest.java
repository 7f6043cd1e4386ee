package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.teamtools.TeamToolsServer;
import dev.latchstring.mcpclient.McpAuthorization;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * {@code examples/team-tools} with {@code latch serve} by the example's own configuration: its
 * people log in, and the official Java SDK's client calls.
 */
class TeamToolsPeopleTest {
  @TempDir private static Path folder;
  private static ServeProcess serve;
  private static URI url;
  private static ConfigurableApplicationContext spring;

  @BeforeAll
  static void start() throws Exception {
    Path clone = Files.createDirectories(folder.resolve("repositories/website"));
    git(folder, "init", "-q", "--bare", "remote.git");
    git(clone, "init", "-q", "-b", "main");
    git(clone, "remote", "add", "origin", folder.resolve("remote.git").toString());
    List<String> commit =
        List.of("-c", "user.name=Team", "-c", "user.email=team@example.com", "commit", "-q");
    List<String> beginning = new ArrayList<>(commit);
    beginning.addAll(List.of("--allow-empty", "-m", "A beginning"));
    git(clone, beginning.toArray(String[]::new));
    git(clone, "branch", "feature");
    Path database = folder.resolve("team.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("create table release (name text, day text)");
      statement.execute("insert into release values ('1.0', '2026-11-02')");
    }
    int port = Ports.free();
    url = URI.create("http://localhost:" + port + "/mcp");
    String people = Files.readString(SourceTree.root().resolve("examples/team-tools/latch.yaml"));
    serve =
        ServeProcess.startWith(
            Files.createDirectory(folder.resolve("serve")),
            people.replace("localhost:9200", "localhost:" + port));
    // The log of this process belongs to its other tests as well.
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    spring =
        SpringApplication.run(
            TeamToolsServer.class,
            "--server.port=" + port,
            "--team-tools.resource=" + url,
            "--team-tools.issuer=" + serve.issuer(),
            "--team-tools.repositories=" + folder.resolve("repositories"),
            "--team-tools.database=" + database);
  }

  @AfterAll
  static void stop() throws Exception {
    spring.close();
    serve.close();
  }

  @Test
  void a_developer_pushes_a_branch_and_neither_sees_nor_reads_the_database() throws Exception {
    try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build();
        McpSyncClient dana = client(latch, "dana")) {
      assertThat(names(dana)).containsExactlyInAnyOrder("list_branches", "git_push");
      assertThat(call(dana, "git_push", "feature").structuredContent().toString())
          .contains("pushed=feature");
      assertThat(call(dana, "git_push", "main").isError()).as("a protected branch").isEqualTo(true);
    }
    assertThat(git(folder.resolve("remote.git"), "branch"))
        .contains("feature")
        .doesNotContain("main");
  }

  @Test
  void an_analyst_reads_the_database_and_sees_no_push() {
    try (LatchClient latch = LatchClient.using(new MemoryTokenStore()).build();
        McpSyncClient ana = client(latch, "ana")) {
      assertThat(names(ana)).containsExactlyInAnyOrder("list_branches", "query_database");
      CallToolResult rows =
          ana.callTool(
              CallToolRequest.builder("query_database")
                  .arguments(Map.of("sql", "select name from release"))
                  .build());
      assertThat(rows.structuredContent().toString()).contains("name=1.0");
    }
  }

  private static McpSyncClient client(LatchClient latch, String username) {
    Account account = latch.account(url);
    InteractiveLogin login =
        InteractiveLogin.showing(
            code -> {
              try (PlayedPerson person = new PlayedPerson(username, username + "'s password")) {
                person.decide(code.verificationUri(), code.userCode(), "allow");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            approval -> true);
    McpSyncClient client = McpAuthorization.of(account).login(login).build().syncClient().build();
    client.initialize();
    return client;
  }

  private static List<String> names(McpSyncClient client) {
    return client.listTools().tools().stream().map(Tool::name).toList();
  }

  private static CallToolResult call(McpSyncClient client, String tool, String branch) {
    return client.callTool(
        CallToolRequest.builder(tool)
            .arguments(Map.of("repository", "website", "branch", branch))
            .build());
  }

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process git =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(git.getInputStream().readAllBytes());
    assertThat(git.waitFor()).as(said).isZero();
    return said;
  }
}

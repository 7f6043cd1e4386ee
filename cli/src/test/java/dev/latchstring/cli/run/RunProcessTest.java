package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code latch run} in a process of its own: statuses, signals, and where the token is not. */
@Execution(ExecutionMode.CONCURRENT)
class RunProcessTest {
  private static final String SECRET = "a-machine-of-its-own-secret";

  @TempDir private static Path data;
  private static AuthorizationServer issuer;
  private static ClinicServer clinic;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    int port = Ports.free();
    clinic = ClinicServer.start(0, URI.create("http://localhost:" + port));
    String yaml =
        """
        issuer: http://localhost:%d
        port: %d
        data: %s
        resources:
          - resource: %s
            scopes: [clinic:read]
            default_scopes: [clinic:read]
        clients:
          - client_id: machine
            client_secret: %s
            grant_types: [client_credentials]
            scope: clinic:read
        """
            .formatted(port, port, data, clinic.url(), SECRET);
    issuer = AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
  }

  @AfterAll
  static void stop() {
    clinic.close();
    issuer.close();
  }

  private Process latch(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.latchstring.cli.Latch",
                "run"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LATCH_HOME", folder.resolve("home").toString());
    builder.environment().put("LATCH_CLIENT_ID", "machine");
    builder.environment().put("LATCH_CLIENT_SECRET", SECRET);
    builder.environment().put("LATCH_CLIENT_ISSUER", issuer.issuer().toString());
    builder.redirectError(folder.resolve("err").toFile());
    return builder.start();
  }

  private Process serving() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server",
                clinic.url().toString(),
                "--env",
                "TEST_TOKEN",
                "--log-level",
                "trace",
                "--"));
    arguments.addAll(TestProgram.command(folder.resolve("diary")));
    return latch(arguments.toArray(String[]::new));
  }

  private static JsonNode ask(Process latch, BufferedReader answers, String message)
      throws IOException {
    OutputStream in = latch.getOutputStream();
    in.write((message + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    String line = answers.readLine();
    assertThat(line).isNotNull();
    JsonNode answer = JsonRpc.parse(line.getBytes(StandardCharsets.UTF_8));
    assertThat(answer).isNotNull();
    return answer;
  }

  private static String token(Process latch, BufferedReader answers) throws IOException {
    ask(
        latch,
        answers,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
            + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"h\",\"version\":\"1\"}}}");
    JsonNode answer =
        ask(
            latch,
            answers,
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"token\"}}");
    return answer.path("result").path("content").path(0).path("text").asString("");
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Test
  void the_token_is_in_the_programs_environment_and_nowhere_else() throws Exception {
    Process latch = serving();
    try (BufferedReader answers = latch.inputReader(StandardCharsets.UTF_8)) {
      String token = token(latch, answers);
      assertThat(token.split("\\.")).hasSize(3);
      ProcessHandle program = latch.children().findFirst().orElseThrow();
      String seen = Files.readString(Path.of("/proc/" + program.pid() + "/environ"));
      assertThat(seen.split("\0"))
          .contains("TEST_TOKEN=" + token)
          .noneMatch(variable -> variable.startsWith("LATCH_"))
          .noneMatch(variable -> variable.contains(SECRET));
      for (long pid : new long[] {program.pid(), latch.pid()}) {
        assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).doesNotContain(token);
      }
      assertThat(Files.readString(Path.of("/proc/" + latch.pid() + "/environ")))
          .doesNotContain(token);
      latch.getOutputStream().close();
      assertThat(latch.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(latch.exitValue()).isZero();
      assertThat(program.isAlive()).isFalse();
      assertThat(err()).isNotEmpty().doesNotContain(token);
      try (var files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.endsWith("diary")) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .as("%s", file)
                .doesNotContain(token);
          }
        }
      }
    } finally {
      latch.destroyForcibly();
    }
  }

  /** SIGINT ends a JVM as SIGTERM does, except where whoever started the build ignores it. */
  @ParameterizedTest(name = "SIG{0}")
  @CsvSource({"TERM", "KILL"})
  void a_program_does_not_outlive_latch(String signal) throws Exception {
    Process latch = serving();
    try (BufferedReader answers = latch.inputReader(StandardCharsets.UTF_8)) {
      token(latch, answers);
      ProcessHandle program = latch.children().findFirst().orElseThrow();
      new ProcessBuilder("kill", "-" + signal, Long.toString(latch.pid())).start().waitFor();
      assertThat(latch.waitFor(120, TimeUnit.SECONDS)).isTrue();
      Await.until("the program's end", () -> !program.isAlive());
      assertThat(TestProgram.diary(folder.resolve("diary"))).contains("end of input");
    } finally {
      latch.destroyForcibly();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no-such-command-anywhere, 127, no command 'no-such-command-anywhere'",
    "/no/such/file, 127, no file /no/such/file",
    "/etc/passwd, 126, /etc/passwd cannot be executed",
    "'', 2, the command is missing"
  })
  void a_command_that_is_not_there_ends_at_once(String command, int status, String message)
      throws Exception {
    Process latch = latch("--server", "https://a.example.com", "--env", "X", "--", command);
    assertThat(latch.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(latch.exitValue()).isEqualTo(status);
    assertThat(err()).startsWith("error: ").contains(message, "hint: ");
    assertThat(latch.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void the_known_programs_are_listed() throws Exception {
    Process text = latch("--list");
    assertThat(new String(text.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("GITHUB_PERSONAL_ACCESS_TOKEN={token}", "@zereight/mcp-gitlab");
    assertThat(text.waitFor()).isZero();
    Process json = latch("--list", "--json");
    String[] lines =
        new String(json.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
    assertThat(lines).hasSameSizeAs(KnownProgram.all());
    for (String line : lines) {
      JsonNode known = JsonRpc.parse(line.getBytes(StandardCharsets.UTF_8));
      assertThat(known).isNotNull();
      assertThat(known.path("variables").isArray()).isTrue();
    }
    assertThat(json.waitFor()).isZero();
  }

  @Test
  void any_other_program_runs_with_the_token_of_the_moment_and_its_own_status() throws Exception {
    Process latch =
        latch(
            "--plain",
            "--server",
            clinic.url().toString(),
            "--env",
            "AUTH=Bearer {token}",
            "--",
            "sh",
            "-c",
            "read line; echo \"$line ${AUTH%%.*} ${LATCH_CLIENT_SECRET-none}\"; exit 7");
    latch.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
    latch.getOutputStream().flush();
    String out = new String(latch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(latch.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(out).as(err()).startsWith("hello Bearer ey").endsWith(" none\n");
    assertThat(latch.exitValue()).isEqualTo(7);
  }
}

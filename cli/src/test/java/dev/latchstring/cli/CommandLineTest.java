package dev.latchstring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line itself: help, versions, and what is said about a line that is wrong. */
class CommandLineTest {
  @TempDir Path home;

  private String transcript(String... args) {
    return new Latched(home).run(args).transcript();
  }

  @Test
  void a_mistyped_command_is_answered_with_the_nearest() {
    assertThat(transcript("logn"))
        .isEqualTo(
            """
            error: 'logn' is not a latch command
            hint: did you mean login? latch help lists everything
            [2]
            """);
  }

  @Test
  void a_mistyped_option_is_answered_with_the_nearest() {
    assertThat(transcript("login", "https://mcp.example/", "--yess"))
        .isEqualTo(
            """
            error: latch login has no option --yess
            hint: did you mean --yes? latch help login lists everything
            [2]
            """);
  }

  @Test
  void a_missing_address_is_named() {
    assertThat(transcript("token"))
        .isEqualTo(
            """
            error: latch token: Missing required parameter: 'URL'
            hint: latch help token shows how it is used
            [2]
            """);
  }

  @Test
  void an_argument_too_many_is_named() {
    assertThat(transcript("token", "https://mcp.example/", "more"))
        .startsWith("error: latch token takes no further argument: 'more'\n");
  }

  @Test
  void an_address_without_its_scheme_gets_one_suggested() {
    assertThat(transcript("token", "localhost:9100/mcp"))
        .isEqualTo(
            """
            error: 'localhost:9100/mcp' is not the URL of an MCP server
            hint: did you mean http://localhost:9100/mcp?
            [2]
            """);
  }

  @Test
  void an_error_is_one_json_object_where_json_was_asked_for() {
    Ran ran = new Latched(home).run("token", "https://mcp.example/mcp", "--json");
    assertThat(ran.status()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo(
            "{\"error\":{\"code\":\"login_required\",\"message\":\"there is no login to"
                + " https://mcp.example/mcp\",\"hint\":\"run latch login"
                + " https://mcp.example/mcp\"}}\n");
  }

  @Test
  void nothing_at_all_shows_every_command() {
    Ran ran = new Latched(home).run();
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("demo", "login", "token", "status", "logout", "connect", "serve", "help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "login",
        "approve",
        "token",
        "status",
        "accounts",
        "logout",
        "doctor",
        "serve",
        "connect",
        "client-metadata",
        "completion",
        "man"
      })
  void every_command_has_help_of_at_most_eighty_columns(String command) {
    Ran ran = new Latched(home).run("help", command);
    assertThat(ran.status()).isZero();
    assertThat(ran.out()).startsWith("Usage: latch " + command);
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
  }

  @Test
  void the_version_comes_in_three_ways() {
    assertThat(transcript("version")).matches("latch \\d+\\.\\d+\\.\\d+\\S*\n\\[0\\]\n");
    assertThat(transcript("--version")).isEqualTo(transcript("version"));
    assertThat(transcript("version", "--json")).startsWith("{\"");
  }

  @Test
  void an_empty_store_says_what_to_do() {
    assertThat(transcript("status"))
        .isEqualTo(
            """
            Nobody is logged in anywhere.
            hint: latch login URL logs in to an MCP server; latch demo shows it with one of its own
            [0]
            """);
  }

  @Test
  void a_command_for_users_loads_no_class_of_a_server() throws Exception {
    Path loaded = home.resolve("loaded.txt");
    try (LatchProcess process =
        LatchProcess.start(
            home,
            List.of(),
            List.of("-Xlog:class+load:file=" + loaded),
            "token",
            "https://mcp.example/mcp")) {
      assertThat(process.end()).isEqualTo(3);
    }
    assertThat(Files.readString(loaded))
        .contains("dev.latchstring.cli.account.TokenCommand ")
        .doesNotContain("dev.latchstring.authorizationserver.")
        .doesNotContain("dev.latchstring.mcpserver.")
        .doesNotContain("org.eclipse.jetty.")
        .doesNotContain("ch.qos.logback.")
        .doesNotContain("dev.latchstring.cli.demo.Demo ");
  }
}

package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.settings.ServerSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, the list of known programs, and which variables pass. */
class RunOptionsTest {
  private static RunOptions parse(String line) throws RunOptions.UsageException {
    return RunOptions.parse(line.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "github-mcp-server stdio, github",
    "/usr/local/bin/github-mcp-server stdio, github",
    "npx -y @modelcontextprotocol/server-github, github",
    "npx -y @modelcontextprotocol/server-github@2025.4.8, github",
    "docker run -i --rm -e GITHUB_PERSONAL_ACCESS_TOKEN ghcr.io/github/github-mcp-server:v1, github",
    "npx @zereight/mcp-gitlab@latest, gitlab",
    "uvx mcp-atlassian, atlassian",
    "npx @sentry/mcp-server@latest, sentry",
    "npx slack-mcp-server@latest --transport stdio, slack"
  })
  void a_known_program_is_found_in_its_command(String command, String name) {
    KnownProgram known = KnownProgram.of(List.of(command.split(" ")));
    assertThat(known).isNotNull();
    assertThat(known.name()).isEqualTo(name);
  }

  @Test
  void every_known_program_has_a_variable_and_an_address() {
    assertThat(KnownProgram.all())
        .hasSizeGreaterThan(6)
        .allSatisfy(known -> {
          assertThat(known.programs()).isNotEmpty();
          assertThat(known.variables()).isNotEmpty();
          assertThat(known.server()).startsWith("https://");
          assertThat(ServerSettings.ofOptions(known.pins(), null).pins())
              .hasSameSizeAs(known.pins());
        });
  }

  @Test
  void what_is_given_stands_above_what_is_known() throws Exception {
    RunOptions known = parse("-- github-mcp-server stdio");
    assertThat(known.variables()).containsExactly(TokenVariable.of("GITHUB_PERSONAL_ACCESS_TOKEN"));
    assertThat(known.server()).hasHost("api.github.com");
    assertThat(known.pinned().values()).containsEntry("preset", "github");
    RunOptions given =
        parse(
            "--env GH={token} --pin scope=read:user --issuer https://ghe.example.com -- github-mcp-server");
    assertThat(given.variables()).containsExactly(TokenVariable.of("GH"));
    assertThat(given.pinned().values())
        .containsEntry("scope", "read:user")
        .containsEntry("issuer", "https://ghe.example.com");
    RunOptions elsewhere = parse("--server https://ghe.example.com/api -- github-mcp-server");
    assertThat(elsewhere.pinned().isEmpty()).isTrue();
  }

  @Test
  void the_command_keeps_its_own_options() throws Exception {
    RunOptions options =
        parse(
            "--server=https://a.example.com --env X --account work -- npx -y thing --help --env Y");
    assertThat(options.program().command())
        .containsExactly("npx", "-y", "thing", "--help", "--env", "Y");
    assertThat(options.account()).isEqualTo("work");
    assertThat(options.toString()).doesNotContain("--env");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--server https://a.example.com --env X",
        "--server https://a.example.com --env X --",
        "--server https://a.example.com -- thing",
        "--env X -- thing",
        "--server http://a.example.com --env X -- thing",
        "--server nonsense --env X -- thing",
        "--server https://a.example.com --env 1X -- thing",
        "--server https://a.example.com --env X=constant -- thing",
        "--server https://a.example.com --env LATCH_STORE_KEY -- thing",
        "--server https://a.example.com --env X --pass LATCH_STORE_KEY -- thing",
        "--server https://a.example.com --env X --pass a-b -- thing",
        "--server https://a.example.com --env X --token abc -- thing",
        "--server https://a.example.com --env X --log-level loud -- thing",
        "--server -- thing",
        "--server https://a.example.com --env X --pin nonsense -- thing",
        "--server https://a.example.com --env X --pin client_secret=abc -- thing",
        "--server https://a.example.com --env X --issuer nonsense -- thing",
        "--server https://a.example.com --env X --preset nobody -- thing",
        "--known nobody -- thing"
      })
  void a_command_line_that_cannot_be_used_is_refused(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(RunOptions.UsageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GITHUB_TOKEN", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "NPM_TOKEN",
        "PGPASSWORD", "DB_PASS", "SSH_KEY_PASSPHRASE", "GOOGLE_APPLICATION_CREDENTIALS", "GH_PAT",
        "STRIPE_SECRET_KEY", "AccessToken", "LATCH_STORE_KEY", "LATCH_CLIENT_SECRET", "latch_home"
      })
  void secrets_do_not_pass(String name) {
    assertThat(names(ChildEnvironment.Policy.CLEANED, name, Set.of())).doesNotContain(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "HOME",
        "PWD",
        "LANG",
        "LC_ALL",
        "HTTPS_PROXY",
        "NODE_EXTRA_CA_CERTS",
        "JIRA_URL",
        "GITHUB_TOOLSETS",
        "GITLAB_API_URL",
        "DISPLAY",
        "KEYBOARD",
        "SSH_AUTH_SOCK",
        "XAUTHORITY"
      })
  void what_a_program_is_configured_with_passes(String name) {
    assertThat(names(ChildEnvironment.Policy.CLEANED, name, Set.of())).contains(name);
  }

  @Test
  void the_person_decides_what_else_passes_but_never_of_latchs_own() {
    assertThat(names(ChildEnvironment.Policy.CLEANED, "GITHUB_TOKEN", Set.of("GITHUB_TOKEN")))
        .contains("GITHUB_TOKEN");
    assertThat(names(ChildEnvironment.Policy.KEPT, "GITHUB_TOKEN", Set.of()))
        .contains("GITHUB_TOKEN");
    assertThat(names(ChildEnvironment.Policy.KEPT, "LATCH_STORE_KEY", Set.of("LATCH_STORE_KEY")))
        .doesNotContain("LATCH_STORE_KEY");
    assertThat(names(ChildEnvironment.Policy.MINIMAL, "JIRA_URL", Set.of()))
        .doesNotContain("JIRA_URL");
    assertThat(names(ChildEnvironment.Policy.MINIMAL, "PATH", Set.of())).contains("PATH");
  }

  private static Set<String> names(
      ChildEnvironment.Policy policy, String name, Set<String> passed) {
    ChildEnvironment environment =
        new ChildEnvironment(
            Map.of(name, "value"),
            policy,
            passed,
            List.of(TokenVariable.parse("T=Bearer {token}")));
    assertThat(environment.with("abc")).containsEntry("T", "Bearer abc");
    assertThat(environment.toString()).doesNotContain("value");
    return environment.with("abc").keySet();
  }

  @Test
  void a_token_is_taken_out_of_a_line_also_where_the_line_is_cut() {
    SecretFilter filter = new SecretFilter("abcdef");
    assertThat(filter.clean("x abcdef y abcdef".getBytes(), false))
        .isEqualTo("x [token] y [token]");
    assertThat(filter.clean("x abcd".getBytes(), true)).isEqualTo("x ");
    assertThat(filter.clean("x abcd".getBytes(), false)).isEqualTo("x abcd");
  }

  @Test
  void a_way_to_log_in_can_be_wished_but_for_one_that_no_host_should_see() throws Exception {
    String command = "--server https://mcp.example.com/mcp --env T -- server";
    assertThat(parse(command).flow()).isNull();
    assertThat(parse("--flow code " + command).flow()).isEqualTo(FlowName.CODE);
    assertThat(parse("--flow=device " + command).flow()).isEqualTo(FlowName.DEVICE);
    assertThatThrownBy(() -> parse("--flow challenge " + command))
        .hasMessageContaining("challenge")
        .extracting(e -> ((RunOptions.UsageException) e).hint())
        .asString()
        .contains("latch login --flow challenge");
    assertThatThrownBy(() -> parse("--flow carrier_pigeon " + command))
        .hasMessageContaining("carrier_pigeon")
        .extracting(e -> ((RunOptions.UsageException) e).hint())
        .asString()
        .contains("device");
  }

  @Test
  void a_pin_that_cannot_be_is_told_with_those_that_can() {
    assertThatThrownBy(
            () -> parse("--server https://a.example/mcp --env T --pin isuer=x -- server"))
        .hasMessageContaining("isuer")
        .extracting(e -> ((RunOptions.UsageException) e).hint())
        .asString()
        .contains("there are: preset, issuer");
  }
}

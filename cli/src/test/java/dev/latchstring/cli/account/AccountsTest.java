package dev.latchstring.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.Latched.Running;
import dev.latchstring.cli.demo.TwoServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several accounts of a server, and logins that wait, against a real issuer and MCP server. */
@Execution(ExecutionMode.CONCURRENT)
class AccountsTest {
  private static TwoServers servers;

  @TempDir Path home;

  @BeforeAll
  static void start() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static String code(Running login) throws Exception {
    return login.awaitErr("enter {2}([A-Z]{4}-[A-Z]{4})");
  }

  private static void logIn(Latched user, String person, String... more) throws Exception {
    Running login =
        user.start(
            Stream.concat(
                    Stream.of("login", servers.mcp(), "--yes", "--no-qr", "--flow", "device"),
                    Stream.of(more))
                .toArray(String[]::new));
    servers.decide(person, code(login), "allow");
    Ran ran = login.end();
    assertThat(ran.status()).as(ran.transcript()).isZero();
  }

  @Test
  void accounts_are_listed_chosen_and_logged_out_together() throws Exception {
    Latched user = new Latched(home);
    String url = servers.mcp();
    logIn(user, "alice");
    logIn(user, "frank", "--account", "work");

    assertThat(user.run("accounts", url).out())
        .startsWith("* default  alice")
        .contains("  work     frank")
        .hasLineCount(2);
    String alices = user.run("token", url).out();
    String franks = user.run("token", url, "--account", "work").out();
    assertThat(franks).isNotEqualTo(alices);

    assertThat(user.run("accounts", url, "--default", "work").out()).contains("* work     frank");
    assertThat(user.run("token", url).out()).isEqualTo(franks);
    assertThat(user.run("token", url, "--account", "default").out()).isEqualTo(alices);
    assertThat(user.run("status", url).out()).contains("(as work, the default)");
    assertThat(user.run("status", url, "--json").out())
        .contains("\"account\":\"work\",\"is_default\":true")
        .contains("\"account\":\"default\",\"is_default\":false");
    assertThat(user.run("accounts", url, "--json").out())
        .contains("\"account\":\"work\",\"is_default\":true")
        .doesNotContain(alices.strip());

    Ran nobody = user.run("accounts", url, "--default", "stranger");
    assertThat(nobody.status()).isEqualTo(3);
    assertThat(nobody.err()).contains("nobody is logged in").contains("--account stranger");
    assertThat(user.run("token", url, "--account", "stranger").err())
        .contains("hint: run latch login " + url + " --account stranger");

    Ran out = user.run("logout", "--all", "--json");
    assertThat(out.status()).isZero();
    assertThat(out.out().lines()).hasSize(2).allMatch(line -> line.contains("\"revoked\""));
    assertThat(user.run("status", url).status()).isEqualTo(3);
    assertThat(user.run("logout", "--all").transcript())
        .isEqualTo("Nobody was logged in anywhere.\n[0]\n");
  }

  @Test
  void what_cannot_be_asked_for_is_the_command_lines_fault() {
    Latched user = new Latched(home);
    String url = servers.mcp();

    Ran nonce = user.run("token", url, "--nonce", "n");
    assertThat(nonce.status()).isEqualTo(2);
    assertThat(nonce.err()).contains("hint: add --headers METHOD");
    Ran scope = user.run("login", url, "--yes", "--scope", "a \"b");
    assertThat(scope.status()).isEqualTo(2);
    assertThat(scope.err()).contains("error: --scope: ");
  }

  @Test
  void a_logout_has_to_say_of_what() {
    Latched user = new Latched(home);
    Ran ran = user.run("logout");
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("hint: give its URL; or --all");
    assertThat(user.run("logout", servers.mcp(), "--all", "--account", "x").status()).isEqualTo(2);
    assertThat(user.run("accounts", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void a_second_login_joins_the_one_that_waits_and_both_are_signed_in() throws Exception {
    Latched user = new Latched(home);
    Running first = user.start("login", servers.mcp(), "--yes", "--no-qr", "--flow", "device");
    String code = code(first);
    Running second = user.start("login", servers.mcp(), "--yes", "--no-qr", "--flow", "device");
    assertThat(code(second)).isEqualTo(code);

    Ran status = user.run("status", servers.mcp(), "--json");
    assertThat(status.out()).contains("\"login\":\"pending\"").doesNotContain(code);

    servers.decide("alice", code, "allow");
    assertThat(first.end().status()).as(first.err()).isZero();
    assertThat(second.end().status()).as(second.err()).isZero();
    assertThat(user.run("token", servers.mcp()).status()).isZero();
    assertThat(user.run("status", servers.mcp()).out()).doesNotContain("under way");
  }

  @Test
  void a_damaged_entry_does_not_keep_the_others_from_being_logged_out() throws Exception {
    Latched user = new Latched(home);
    logIn(user, "alice");
    logIn(user, "frank", "--account", "work");
    Path file;
    try (Stream<Path> files = Files.walk(home)) {
      file =
          files
              .filter(each -> each.getFileName().toString().matches("login-.*\\.latch"))
              .findFirst()
              .orElseThrow();
    }
    Files.write(file, new byte[20]);

    Ran out = user.run("logout", "--all");

    assertThat(out.status()).isEqualTo(7);
    assertThat(out.err()).contains("Logged out of ").contains(file.getFileName().toString());
  }

  @Test
  void the_store_that_the_variable_names_is_used_or_refused() {
    assertThat(new Latched(home).with("LATCH_STORE", "cloud").run("status").transcript())
        .contains("error: there is no token store LATCH_STORE=cloud")
        .contains("hint: set it to auto, file, keychain or memory")
        .endsWith("[7]\n");
    assertThat(new Latched(home).with("LATCH_STORE", "memory").run("status").status()).isZero();
    assertThat(home.resolve("data")).doesNotExist();
  }
}

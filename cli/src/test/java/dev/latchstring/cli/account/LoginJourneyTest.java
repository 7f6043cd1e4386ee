package dev.latchstring.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.LatchProcess;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.Latched.Running;
import dev.latchstring.cli.demo.TwoServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A person with a terminal and a browser elsewhere, against a real issuer and a real MCP server.
 */
@Execution(ExecutionMode.CONCURRENT)
class LoginJourneyTest {
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

  @Test
  void a_store_in_memory_promises_nothing_beyond_the_command() throws Exception {
    Latched user = new Latched(home).with("LATCH_STORE", "memory").atTerminal("y\n");

    Running login = user.start("login", servers.mcp());
    servers.decide("alice", code(login), "allow");
    Ran loggedIn = login.end();

    assertThat(loggedIn.status()).as(loggedIn.transcript()).isZero();
    assertThat(loggedIn.err())
        .contains("Signed in as ")
        .contains("warning: nothing is kept of it: with LATCH_STORE=memory")
        .contains("hint: set LATCH_STORE to auto or file")
        .doesNotContain("kept encrypted", "latch token");
    assertThat(user.run("token", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void from_login_to_logout() throws Exception {
    Latched user = new Latched(home).atTerminal("y\n");
    String url = servers.mcp();

    Running login = user.start("login", url, "--bearer");
    servers.decide("alice", code(login), "allow");
    Ran loggedIn = login.end();
    assertThat(loggedIn.status()).as(loggedIn.transcript()).isZero();
    assertThat(loggedIn.out()).isEmpty();
    assertThat(loggedIn.err())
        .contains("To sign in to " + url)
        .contains("open   " + servers.issuer() + "/device")
        .contains("\"latch on kitchen\" asks for clinic:read")
        .contains("Go on only if you started this yourself")
        .contains("##")
        .contains("Is that you? [y/N]")
        .contains("Signed in as ")
        .contains("hint: latch token " + url);

    Ran token = user.run("token", url);
    assertThat(token.status()).isZero();
    assertThat(token.err()).isEmpty();
    assertThat(token.out()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");

    Ran status = user.run("status");
    assertThat(status.err()).isEmpty();
    assertThat(status.out())
        .startsWith(url)
        .contains("account  ")
        .contains("scopes   clinic:read")
        .contains("refreshed when needed")
        .contains("issuer   " + servers.issuer())
        .contains("stored   encrypted, in " + home);
    assertThat(status.out()).doesNotContain(token.out().strip());

    assertThat(user.run("status", url, "--json").out())
        .startsWith("{\"server\":\"" + url + "\"")
        .contains("\"scope\":\"clinic:read\"")
        .doesNotContain(token.out().strip());

    assertThat(noFileHolds(token.out().strip())).isTrue();

    assertThat(user.run("logout", url).transcript())
        .isEqualTo("Logged out of " + url + ": the tokens are revoked and forgotten.\n[0]\n");
    assertThat(user.run("token", url).transcript())
        .isEqualTo(
            """
            error: there is no login to %s
            hint: run latch login %s
            [3]
            """
                .formatted(url, url));
  }

  private boolean noFileHolds(String token) throws Exception {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains(token)) {
          return false;
        }
      }
      return true;
    }
  }

  @Test
  void a_login_that_was_denied_ends_with_4_and_stores_nothing() throws Exception {
    Latched user = new Latched(home);
    Running login = user.start("login", servers.mcp(), "--yes", "--no-qr");
    servers.decide("alice", code(login), "deny");
    Ran denied = login.end();
    assertThat(denied.status()).isEqualTo(4);
    assertThat(denied.err())
        .contains("error: the login was denied on the verification page")
        .contains("hint: if that was a mistake");
    assertThat(user.run("status", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void another_person_than_the_one_expected_is_not_taken() throws Exception {
    Latched user = new Latched(home);
    Running login = user.start("login", servers.mcp(), "--as", "alice", "--no-qr");
    servers.decide("frank", code(login), "allow");
    Ran refused = login.end();
    assertThat(refused.status()).isEqualTo(4);
    assertThat(refused.err()).contains("not by alice; its token was revoked");
    assertThat(user.run("token", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void whoever_does_not_recognise_the_account_says_no() throws Exception {
    Latched user = new Latched(home).atTerminal("\n");
    Running login = user.start("login", servers.mcp(), "--no-qr");
    servers.decide("frank", code(login), "allow");
    Ran refused = login.end();
    assertThat(refused.status()).isEqualTo(4);
    assertThat(refused.err())
        .contains("error: not confirmed; the token that ")
        .contains("hint: somebody else may have entered your code");
    assertThat(user.run("token", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void json_tells_the_code_and_then_who_signed_in() throws Exception {
    Latched user = new Latched(home);
    Running login = user.start("login", servers.mcp(), "--yes", "--json");
    dev.latchstring.testing.Await.until("the code", () -> login.out().contains("user_code"));
    String userCode = login.out().replaceAll("(?s).*\"user_code\":\"([^\"]+)\".*", "$1");
    servers.decide("alice", userCode, "allow");
    Ran ran = login.end();
    assertThat(ran.status()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("{\"event\":\"code\",\"user_code\":\"" + userCode);
    assertThat(ran.out()).contains("{\"event\":\"signed_in\",\"server\":\"" + servers.mcp());
  }

  @Test
  void without_a_terminal_it_says_at_once_that_nobody_could_confirm() {
    Ran ran = new Latched(home).run("login", servers.mcp());
    assertThat(ran.transcript())
        .isEqualTo(
            """
            Asking %s how to log in
            error: without a terminal nobody can be asked whether the right person approved
            hint: add --as NAME to accept that person's approval alone, or --yes to accept anybody's
            [2]
            """
                .formatted(servers.mcp()));
  }

  @Test
  void ctrl_c_in_the_middle_of_a_login_ends_with_130_and_loses_nothing() throws Exception {
    Latched user = new Latched(home);
    Running first = user.start("login", servers.mcp(), "--yes", "--no-qr");
    servers.decide("alice", code(first), "allow");
    assertThat(first.end().status()).isZero();

    try (LatchProcess again =
        LatchProcess.start(home, "login", servers.mcp(), "--yes", "--no-qr")) {
      again.awaitErr("Waiting for the approval");
      again.signal("INT");
      assertThat(again.end()).isEqualTo(130);
      assertThat(again.out()).isEmpty();
      assertThat(again.err())
          .endsWith("Interrupted. The login was given up; what was stored before is unchanged.\n")
          .doesNotContain("Exception")
          .doesNotContain("\tat ");
    }
    assertThat(user.run("token", servers.mcp()).status()).isZero();
  }

  @Test
  void a_disk_without_room_is_told_and_the_login_before_is_still_there() throws Exception {
    Latched user = new Latched(home);
    Running first = user.start("login", servers.mcp(), "--yes", "--no-qr");
    servers.decide("alice", code(first), "allow");
    assertThat(first.end().status()).isZero();

    // No file may grow beyond 1 KiB, which an entry with its tokens does and a registration not.
    List<String> full = List.of("sh", "-c", "ulimit -f 2; exec \"$@\"", "sh");
    try (LatchProcess login =
        LatchProcess.start(
            home, full, List.of("-XX:-UsePerfData"), "login", servers.mcp(), "--yes", "--no-qr")) {
      login.awaitErr("Waiting for the approval");
      String userCode = login.err().replaceAll("(?s).*enter {2}([A-Z]{4}-[A-Z]{4}).*", "$1");
      servers.decide("alice", userCode, "allow");
      assertThat(login.end()).as(login.err()).isEqualTo(7);
      assertThat(login.err()).contains("error: ").doesNotContain("\tat ");
    }
    assertThat(user.run("token", servers.mcp()).status()).isZero();
  }

  @Test
  void a_damaged_token_file_is_named_and_can_be_logged_out_of() throws Exception {
    Latched user = new Latched(home);
    Running first = user.start("login", servers.mcp(), "--yes", "--no-qr");
    servers.decide("alice", code(first), "allow");
    assertThat(first.end().status()).isZero();
    Path file;
    try (Stream<Path> files = Files.walk(home)) {
      file =
          files
              .filter(each -> each.getFileName().toString().matches("login-.*(?<!\\.lock)"))
              .findAny()
              .get();
    }
    byte[] whole = Files.readAllBytes(file);

    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertDamaged(user, file);

    byte[] tampered = whole.clone();
    tampered[tampered.length - 20] ^= 1;
    Files.write(file, tampered);
    assertDamaged(user, file);

    Files.write(file, whole);
    assertThat(user.run("token", servers.mcp()).status()).isZero();

    Files.write(file, tampered);
    assertThat(user.run("logout", servers.mcp()).err()).doesNotContain("Exception");
    assertThat(user.run("token", servers.mcp()).status()).isEqualTo(3);
  }

  private void assertDamaged(Latched user, Path file) {
    for (String command : List.of("token", "status")) {
      Ran ran = user.run(command, servers.mcp());
      assertThat(ran.status()).as(ran.transcript()).isEqualTo(7);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err())
          .contains("error: ")
          .contains(file.getFileName().toString())
          .contains("hint: ")
          .doesNotContain("\tat ");
    }
  }
}

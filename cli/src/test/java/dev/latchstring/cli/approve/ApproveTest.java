package dev.latchstring.cli.approve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.approval.ApprovalState;
import dev.latchstring.authorizationserver.approval.Asked;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.Latched.Running;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A person approves on a terminal, against a real authorization server. */
@Execution(ExecutionMode.CONCURRENT)
class ApproveTest {
  private AskingServer server;

  @TempDir Path home;

  @BeforeEach
  void start() throws Exception {
    server = new AskingServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Logged in at the authorization server itself, as the hint of the command says. */
  private Latched alice() throws Exception {
    Latched user = new Latched(home).with("LATCH_CLIENT_ID", "latch");
    Running login = user.start("login", server.issuer(), "--as", "alice", "--no-qr");
    server.decide("alice", login.awaitErr("enter {2}([A-Z]{4}-[A-Z]{4})"));
    Ran ran = login.end();
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err()).contains("Granted: approvals");
    return new Latched(home);
  }

  private static String code(JsonNode device) {
    return device.path("user_code").asString();
  }

  @Test
  void the_number_that_was_told_approves() throws Exception {
    Latched alice = alice();
    Asked asked = server.ask("alice");

    Ran ran = alice.atTerminal(asked.number() + "\n").run("approve");

    assertThat(ran.transcript())
        .matches(
            """
            Clinic phone line asks to use Riverside Clinic as you\\.

              client   voice, set up by the server's operator
              from     203\\.0\\.113\\.7, just now
              server   https://clinic\\.example/mcp
              may      See appointments \\(clinic:read\\)
              waits    \\d:\\d\\d more

            Approve only what you started yourself, just now\\. Nobody honest calls you to have this approved\\.
            The number you were told \\(d to deny, Enter to leave it\\): Approved\\. The call or program goes on by itself\\.
            \\[0]
            """);
    assertThat(server.state(asked)).isInstanceOf(ApprovalState.Approved.class);
    assertThat(alice.run("approve").transcript())
        .isEqualTo(
            """
            Nothing waits for alice at %s.
            hint: latch approve --wait waits for the next request
            [0]
            """
                .formatted(server.issuer()));
  }

  @Test
  void a_wrong_number_can_be_corrected_once() throws Exception {
    Latched alice = alice();
    Asked first = server.ask("alice");
    String wrong = AskingServer.wrong(first);

    Ran corrected = alice.atTerminal("7\n" + wrong + "\n" + first.number() + "\n").run("approve");
    assertThat(corrected.status()).isZero();
    assertThat(corrected.err())
        .contains("The number has two digits.")
        .contains("That is not the number. Another wrong one denies the request.")
        .contains("Approved.");

    Asked second = server.ask("alice");
    wrong = AskingServer.wrong(second);
    Ran denied = alice.atTerminal(wrong + "\n" + wrong + "\n").run("approve");
    assertThat(denied.status()).isEqualTo(4);
    assertThat(denied.err()).contains("error: that was wrong again: the request is denied");
    assertThat(server.state(second)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void a_no_and_no_answer_differ() throws Exception {
    Latched alice = alice();
    Asked asked = server.ask("alice");

    assertThat(alice.atTerminal("\n").run("approve").err()).endsWith("Left as it is.\n");
    assertThat(server.state(asked)).isEqualTo(new ApprovalState.Pending());
    assertThat(alice.atTerminal("d\n").run("approve").err())
        .endsWith("Denied. Whoever asked got nothing.\n");
    assertThat(server.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void it_waits_for_what_comes_later_and_says_so() throws Exception {
    Latched alice = alice();
    Running waiting = alice.atTerminal("d\n").start("approve", "--wait");
    waiting.awaitErr("Waiting for a request at " + server.issuer());
    Asked asked = server.ask("alice");

    assertThat(waiting.end().status()).isZero();
    assertThat(server.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void without_a_terminal_it_lists_or_takes_the_answer_as_an_option() throws Exception {
    Latched alice = alice();
    Asked asked = server.ask("alice");

    Ran listed = alice.run("approve");
    assertThat(listed.status()).isZero();
    assertThat(listed.err()).isEmpty();
    assertThat(listed.out()).contains("Clinic phone line").contains("request  ");

    Ran json = alice.run("approve", "--json");
    assertThat(json.out())
        .startsWith("{\"event\":\"request\",\"approval\":\"")
        .contains("\"client_id\":\"voice\"")
        .contains("\"scope\":\"clinic:read\"");
    assertThat(json.out().lines()).hasSize(1);

    Ran wrong = alice.run("approve", "--number", AskingServer.wrong(asked));
    assertThat(wrong.status()).isEqualTo(4);
    assertThat(wrong.err()).contains("error: that is not the number");
    Ran right = alice.run("approve", "--number", asked.number(), "--json");
    assertThat(right.status()).as(right.transcript()).isZero();
    assertThat(right.out()).startsWith("{\"event\":\"approved\"");
    assertThat(server.state(asked)).isInstanceOf(ApprovalState.Approved.class);
    assertThat(alice.run("approve", "--number", asked.number()).status()).isEqualTo(4);
  }

  @Test
  void where_several_wait_it_must_be_clear_which_is_meant() throws Exception {
    Latched alice = alice();
    Asked first = server.ask("alice");
    Asked second = server.ask("alice");

    Ran unclear = alice.run("approve", "--deny");
    assertThat(unclear.status()).isEqualTo(2);
    assertThat(unclear.err())
        .contains("error: 2 requests wait for you")
        .contains("hint: add --request ID");
    assertThat(server.state(first)).isEqualTo(new ApprovalState.Pending());

    String one =
        alice.run("approve", "--json").out().replaceAll("(?s).*?\"approval\":\"([^\"]+)\".*", "$1");
    assertThat(alice.run("approve", "--deny", "--request", one).status()).isZero();
    assertThat(java.util.stream.Stream.of(first, second).map(server::state))
        .containsExactlyInAnyOrder(new ApprovalState.Denied(), new ApprovalState.Pending());
  }

  @Test
  void a_device_is_let_in_by_its_code_after_it_was_shown() throws Exception {
    Latched alice = alice();
    JsonNode device = server.device();

    Ran no = alice.atTerminal("\n").run("approve", code(server.device()));
    assertThat(no.err()).endsWith("Allow it? [y/N] Denied. The device got nothing.\n");

    Ran yes = alice.atTerminal("y\n").run("approve", code(device).toLowerCase());
    assertThat(yes.status()).as(yes.transcript()).isZero();
    assertThat(yes.err())
        .startsWith("Kitchen display asks to use Riverside Clinic as you.\n")
        .contains("Allow it only if you started this yourself, just now.")
        .endsWith("Allow it? [y/N] Allowed. The device goes on by itself.\n");
    assertThat(server.poll(device)).isEqualTo("access_token");
    Ran again = alice.run("approve", code(device), "--yes");
    assertThat(again.status()).isEqualTo(4);
    assertThat(again.err()).contains("error: this code does not work").contains("hint: ");
  }

  @Test
  void without_a_terminal_a_device_needs_a_word_beforehand() throws Exception {
    Latched alice = alice();
    JsonNode device = server.device();

    Ran unsaid = alice.run("approve", code(device));
    assertThat(unsaid.status()).isEqualTo(2);
    assertThat(unsaid.err()).contains("hint: add --yes to allow it, or --deny");
    assertThat(server.poll(device)).isEqualTo("authorization_pending");
    Ran denied = alice.run("approve", code(device), "--deny", "--json");
    assertThat(denied.transcript())
        .isEqualTo(
            "{\"event\":\"denied\",\"user_code\":\"%s\",\"client_id\":\"kitchen\",\"resource\":\"https://clinic.example/mcp\",\"scope\":\"clinic:read\"}\n[0]\n"
                .formatted(code(device)));
    assertThat(server.poll(device)).isEqualTo("access_denied");
  }

  @Test
  void many_wrong_codes_have_to_wait() throws Exception {
    Latched alice = alice();
    for (int i = 0; i < 5; i++) {
      assertThat(alice.run("approve", "BBBB-BBBB", "--yes").status()).isEqualTo(4);
    }
    Ran delayed = alice.run("approve", "BBBB-BBBB", "--yes");
    assertThat(delayed.status()).isIn(4, 5);
  }

  @Test
  void who_has_no_login_is_told_the_very_command() {
    assertThat(new Latched(home).run("approve").transcript())
        .isEqualTo(
            """
            error: there is no login at an authorization server with which to approve
            hint: run LATCH_CLIENT_ID=ID latch login ISSUER, with the ID that the server's operator gave you for this
            [3]
            """);
    assertThat(new Latched(home).run("approve", "--issuer", server.issuer()).transcript())
        .isEqualTo(
            """
            error: there is no login to %1$s
            hint: run LATCH_CLIENT_ID=ID latch login %1$s, with the ID that the server's operator gave you for this
            [3]
            """
                .formatted(server.issuer()));
    Ran json =
        new Latched(home)
            .with("LATCH_CLIENT_ID", "latch")
            .run("approve", "--issuer", server.issuer(), "--json");
    assertThat(json.err())
        .contains("\"code\":\"login_required\"")
        .contains("\"hint\":\"run latch login " + server.issuer() + "\"");
  }

  @Test
  void a_client_that_may_not_approve_is_told_so_at_the_login() {
    Ran ran =
        new Latched(home)
            .with("LATCH_CLIENT_ID", "plain")
            .run("login", server.issuer(), "--yes", "--no-qr");

    assertThat(ran.status()).isEqualTo(6);
    assertThat(ran.err()).contains("first-party clients that are registered for it by name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--yes",
        "--number 7",
        "--number 123",
        "--deny --number 47",
        "WDJB-MJHT --number 47",
        "WDJB-MJHT --wait",
        "WDJB-MJHT --yes --deny",
        "--issuer nonsense",
        "one two"
      })
  void what_makes_no_sense_is_told_before_anything_is_asked(String line) {
    String[] words = ("approve " + line).split(" ", -1);
    Ran ran = new Latched(home).run(words);
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(2);
    assertThat(ran.err()).contains("error: ").contains("hint: ").doesNotContain("\tat ");
  }
}

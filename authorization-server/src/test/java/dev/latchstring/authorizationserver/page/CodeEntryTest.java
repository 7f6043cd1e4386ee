package dev.latchstring.authorizationserver.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.device.IssuedCodes;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.authorizationserver.page.Visitor.Answer;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8628 §3.3 and §5.1: typing the code. */
class CodeEntryTest {
  private static final String VOICE = "clinic-voice";
  private static final String LATCH = "6f1c0e9a";

  @TempDir static Path folder;
  private static final TestClock clock = new TestClock();
  private static PagesServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new PagesServer(folder, clock, null);
    server.client(
        VOICE,
        Origin.CONFIGURED,
        Map.of(
            "client_name", "Front desk voice agent", "client_uri", "https://voice.example/about"));
    server.client(LATCH, Origin.DYNAMIC, Map.of("client_name", "latch on build-7"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private final Visitor alice = new Visitor(server);

  @BeforeEach
  void alice_is_signed_in_and_nothing_is_left_of_earlier_failures() {
    clock.advance(Duration.ofHours(12));
    alice.asAlice();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lower", "no-dash", "spaces", "dashes", "around"})
  void a_code_may_be_typed_in_any_way(String way) {
    String code = server.ask(VOICE, "clinic:read").userCode().display();
    String typed =
        switch (way) {
          case "lower" -> code.toLowerCase(java.util.Locale.ROOT);
          case "no-dash" -> code.replace("-", "");
          case "spaces" -> code.replace("-", " ");
          case "dashes" -> String.join("-", code.replace("-", "").split(""));
          default -> "  " + code + " ";
        };

    assertThat(alice.type(typed).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void a_code_brought_by_the_address_is_filled_in_and_must_still_be_confirmed() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");

    Answer page = alice.open("/device?user_code=" + codes.userCode().display());

    assertThat(page.title()).isEqualTo("Is this your code?");
    assertThat(page.body()).contains("value=\"" + codes.userCode().display() + "\"");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Pending.class);
    Answer asked = alice.submit("/device", page.with("user_code", codes.userCode().display()));
    assertThat(asked.title()).isEqualTo("Allow or deny?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AEIO-UAEI", "BCDF", "%3Cscript%3E", "BCDF-GHJK-LMNP"})
  void an_address_with_an_unusable_code_says_so_and_shows_none_of_it(String code) {
    Answer page = alice.open("/device?user_code=" + code);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body())
        .contains("no usable code")
        .contains("value=\"\"")
        .doesNotContain("<script");
  }

  @Test
  void a_missing_code_is_asked_for() {
    Answer page = alice.type("");

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.title()).isEqualTo("The code wasn’t accepted");
    assertThat(page.body()).contains("role=\"alert\"").contains("aria-invalid=\"true\"");
  }

  @Test
  void what_cannot_be_a_code_is_explained_and_not_counted() {
    for (int i = 0; i < 30; i++) {
      Answer page = alice.type("A1 " + "x".repeat(i) + "\"<b>");
      assertThat(page.status()).isEqualTo(400);
      assertThat(page.body()).contains("eight letters and no vowels").doesNotContain("<b>");
    }
  }

  @Test
  void few_wrong_codes_make_the_next_one_wait_even_a_right_one() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    for (int i = 0; i < 5; i++) {
      assertThat(alice.type("BBBB-BBB" + "BCDFG".charAt(i)).status()).isEqualTo(400);
    }

    Answer page = alice.type(codes.userCode().display());

    assertThat(page.status()).isEqualTo(429);
    assertThat(page.title()).isEqualTo("Wait to enter a code");
    assertThat(page.header("Retry-After")).isEqualTo("1");
    clock.advance(Duration.ofSeconds(1));
    assertThat(alice.type(codes.userCode().display()).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void a_new_session_of_the_same_person_does_not_start_the_count_again() {
    for (int i = 0; i < 5; i++) {
      alice.type("BBBB-BBB" + "BCDFG".charAt(i));
    }

    assertThat(new Visitor(server).asAlice().type("BBBB-BBBH").status()).isEqualTo(429);
  }

  @Test
  void unknown_expired_and_decided_codes_get_the_same_answer() {
    IssuedCodes expired = server.ask(VOICE, "clinic:read");
    clock.advance(PagesServer.CODE_LIFETIME);
    IssuedCodes decided = server.ask(VOICE, "clinic:read");
    alice.decide(alice.type(decided.userCode().display()), "allow");

    for (String code :
        List.of("BBBB-BBBB", expired.userCode().display(), decided.userCode().display())) {
      Answer page = alice.type(code);
      assertThat(page.status()).isEqualTo(400);
      assertThat(page.body()).contains("This code doesn’t work.");
    }
  }

  @Test
  void the_request_is_not_shown_to_a_session_that_did_not_type_the_code() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer answer =
        alice.post("/device", alice.get("/device").with("user_code", codes.userCode().display()));
    String proven = answer.header("Location");
    Visitor bob = new Visitor(server).asBob();

    assertThat(bob.open(proven).title()).isEqualTo("Is this your code?");
    assertThat(alice.open("/device/request?user_code=" + codes.userCode().display()).title())
        .isEqualTo("Is this your code?");
    assertThat(alice.open(proven).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void a_proof_of_one_code_is_none_of_another() {
    IssuedCodes mine = server.ask(VOICE, "clinic:read");
    IssuedCodes other = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(mine.userCode().display());

    Answer answer =
        alice.post(
            "/device/request",
            asked.with("user_code", other.userCode().display(), "decision", "allow"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(server.poll(other, VOICE)).isInstanceOf(Poll.Pending.class);
  }

  @Test
  void nobody_who_is_not_signed_in_sees_or_decides_anything() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Visitor nobody = new Visitor(server);

    assertThat(nobody.open("/device?user_code=" + codes.userCode().display()).title())
        .isEqualTo("Sign in");
    assertThat(nobody.open("/device/request?user_code=" + codes.userCode().display()).title())
        .isEqualTo("Sign in");
    assertThat(nobody.open("/device/outcome").title()).isEqualTo("Sign in");
    Answer form = nobody.get("/sign-in");
    assertThat(nobody.submit("/device", form.with("user_code", codes.userCode().display())).title())
        .isEqualTo("Sign in");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Pending.class);
  }
}

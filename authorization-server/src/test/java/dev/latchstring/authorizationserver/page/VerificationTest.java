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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8628 §3.3 and §5.4: the request, the decision, the outcome. */
class VerificationTest {
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

  @Test
  void the_page_says_who_asks_from_where_for_what_and_warns() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read", "clinic:write", "other");
    clock.advance(Duration.ofMinutes(3));

    Answer page = alice.type(codes.userCode().display());

    assertThat(page.title()).isEqualTo("Allow or deny?");
    assertThat(page.body())
        .contains("Go on only if you started this yourself")
        .contains(codes.userCode().display())
        .contains("Front desk voice agent")
        .contains("clinic-voice")
        .contains("voice.example")
        .doesNotContain("/about")
        .contains("Set up by this server’s operator")
        .doesNotContain("Not verified")
        .contains("203.0.113.7")
        .contains("3 minutes ago")
        .contains("Riverside Clinic")
        .contains(PagesServer.CLINIC)
        .contains("Look up patients and their appointments")
        .contains("Book and cancel appointments")
        .contains("<span class=\"id\">other</span>")
        .contains("Alice Moreau (alice)");
  }

  @Test
  void a_client_that_registered_itself_is_said_to_be_unverified() {
    IssuedCodes codes = server.ask(LATCH, "clinic:read");

    assertThat(alice.type(codes.userCode().display()).body())
        .contains("Not verified")
        .contains("It registered itself")
        .doesNotContain("Set up by this server");
  }

  @Test
  void a_client_that_publishes_itself_is_shown_with_its_host_and_nothing_more_is_verified() {
    String client = "https://app.example.com/oauth/client.json";
    server.client(client, Origin.METADATA_DOCUMENT, Map.of("client_name", "Riverside Clinic App"));

    assertThat(alice.type(server.ask(client, "clinic:read").userCode().display()).body())
        .contains("Not verified beyond its domain")
        .contains("<strong><bdi>app.example.com</bdi></strong>")
        .contains("Riverside Clinic App")
        .doesNotContain("It registered itself")
        .doesNotContain("Set up by this server");
  }

  @Test
  void the_host_is_shown_even_where_the_document_is_not_at_hand() {
    IssuedCodes codes = server.ask("https://gone.example.com/client.json", "clinic:read");

    assertThat(alice.type(codes.userCode().display()).body())
        .contains("Not verified beyond its domain")
        .contains("<strong><bdi>gone.example.com</bdi></strong>");
  }

  @Test
  void what_a_client_says_of_the_ai_behind_it_is_shown_as_its_own_words() {
    server.client(
        "assistant",
        Origin.DYNAMIC,
        Map.of(
            "client_type",
            "ai_service",
            "ai_metadata",
            Map.of(
                "model_family",
                "<b>gpt</b>",
                "capabilities",
                List.of("speech", "x".repeat(100), "\u202Etools"))));
    server.client("tool", Origin.DYNAMIC, Map.of("client_type", "ai_service"));

    String page = alice.type(server.ask("assistant", "clinic:read").userCode().display()).body();
    assertThat(page)
        .contains("Stated by the client: an AI service, model family")
        .contains("&lt;b&gt;gpt&lt;/b&gt;")
        .contains("<bdi>speech</bdi>")
        .contains("<bdi>tools</bdi>")
        .doesNotContain("<b>gpt")
        .doesNotContain("x".repeat(41));
    assertThat(alice.type(server.ask("tool", "clinic:read").userCode().display()).body())
        .contains("Stated by the client: an AI service")
        .doesNotContain("model family");
    assertThat(alice.type(server.ask(LATCH, "clinic:read").userCode().display()).body())
        .doesNotContain("Stated by the client");
  }

  @Test
  void allowing_reaches_the_device_with_the_scope_and_the_person() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read", "clinic:write");

    Answer outcome = alice.decide(alice.type(codes.userCode().display()), "allow");

    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.title()).isEqualTo("Allowed");
    assertThat(outcome.body()).contains("Front desk voice agent").contains("Riverside Clinic");
    assertThat(server.poll(codes, VOICE))
        .isInstanceOfSatisfying(
            Poll.Approved.class,
            approved -> {
              assertThat(approved.scope().toString()).isEqualTo("clinic:read clinic:write");
              assertThat(approved.authenticationTime()).isEqualTo(clock.instant());
              assertThat(approved.amr()).containsExactly("pwd");
            });
  }

  @Test
  void denying_reaches_the_device() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");

    Answer outcome = alice.decide(alice.type(codes.userCode().display()), "deny");

    assertThat(outcome.title()).isEqualTo("Denied");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Denied.class);
  }

  @Test
  void a_decision_sent_without_having_typed_the_code_is_refused() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer page = alice.get("/device");

    Answer answer =
        alice.post(
            "/device/request",
            page.with("user_code", codes.userCode().display(), "decision", "allow"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Pending.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "maybe", "ALLOW"})
  void a_decision_that_is_neither_yes_nor_no_is_a_bad_request(String decision) {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(codes.userCode().display());

    assertThat(alice.decide(asked, decision).status()).isEqualTo(400);
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Pending.class);
  }

  @Test
  void a_code_that_expires_between_the_pages_is_said_to_have_expired() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(codes.userCode().display());
    clock.advance(PagesServer.CODE_LIFETIME);

    Answer answer = alice.decide(asked, "allow");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.title()).isEqualTo("This code has expired");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Expired.class);
  }

  @Test
  void a_replayed_decision_changes_nothing_and_says_what_was_decided() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(codes.userCode().display());
    alice.decide(asked, "allow");

    Answer replay = alice.decide(asked, "deny");

    assertThat(replay.status()).isEqualTo(409);
    assertThat(replay.title()).isEqualTo("Already allowed");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Approved.class);
  }

  @Test
  void of_two_tabs_that_decide_at_once_one_wins_and_the_other_is_told() throws Exception {
    for (int round = 0; round < 10; round++) {
      IssuedCodes codes = server.ask(VOICE, "clinic:read");
      Answer asked = alice.type(codes.userCode().display());
      CyclicBarrier together = new CyclicBarrier(2);
      try (var tabs = Executors.newFixedThreadPool(2)) {
        Future<Answer> allow = tabs.submit(() -> tab(together, asked, "allow"));
        Future<Answer> deny = tabs.submit(() -> tab(together, asked, "deny"));

        List<String> titles = List.of(allow.get().title(), deny.get().title());
        boolean allowed = server.poll(codes, VOICE) instanceof Poll.Approved;
        assertThat(titles)
            .isEqualTo(
                allowed
                    ? List.of("Allowed", "Already allowed")
                    : List.of("Already denied", "Denied"));
      }
    }
  }

  private Answer tab(CyclicBarrier together, Answer asked, String decision) throws Exception {
    Visitor tab = new Visitor(server);
    tab.cookies().putAll(alice.cookies());
    together.await();
    return tab.decide(asked, decision);
  }

  @Test
  void a_form_of_the_person_who_was_signed_in_before_is_refused() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(codes.userCode().display());
    alice.submit("/sign-out", asked.hidden());
    alice.asBob();

    Answer answer = alice.decide(asked, "allow");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.title()).isEqualTo("This page is out of date");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Pending.class);
  }

  @Test
  void an_outcome_cannot_be_made_up() {
    assertThat(alice.open("/device/outcome?user_code=BCDF-GHJK&proof=abc").title())
        .isEqualTo("Enter the code");
    assertThat(alice.open("/device/outcome").title()).isEqualTo("Enter the code");
  }

  @Test
  void going_back_to_a_decided_request_shows_that_it_is_decided() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    String request =
        alice
            .post("/device", alice.get("/device").with("user_code", codes.userCode().display()))
            .header("Location");
    alice.decide(alice.open(request), "deny");

    Answer page = alice.open(request);

    assertThat(page.title()).isEqualTo("Already denied");
  }

  @Test
  void an_outcome_is_still_shown_when_its_code_is_long_gone() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Answer asked = alice.type(codes.userCode().display());
    String outcome =
        alice.post("/device/request", asked.with("decision", "allow")).header("Location");
    clock.advance(PagesServer.CODE_LIFETIME);

    assertThat(alice.open(outcome).title()).isEqualTo("Allowed");
  }

  @Test
  void a_hostile_name_is_text_without_tricks_and_has_an_end() {
    server.client(
        "hostile",
        Origin.DYNAMIC,
        Map.of(
            "client_name",
            "<script>alert(1)</script>\u202Egnp.exe\u200B\u0000" + "Very ".repeat(200),
            "client_uri",
            "https://user@evil.example/Riverside%20Clinic"));
    IssuedCodes codes = server.ask("hostile", "clinic:read");

    Answer page = alice.type(codes.userCode().display());

    assertThat(page.body())
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;gnp.exe")
        .doesNotContain("<script")
        .doesNotContain("\u202E")
        .doesNotContain("\u200B")
        .contains("…")
        .contains("evil.example")
        .doesNotContain("user@")
        .doesNotContain("Riverside%20");
  }
}

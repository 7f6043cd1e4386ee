package dev.latchstring.authorizationserver.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.page.Visitor.Answer;
import dev.latchstring.authorizationserver.store.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInTest {
  @TempDir static Path folder;
  private static final TestClock clock = new TestClock();
  private static PagesServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new PagesServer(folder, clock, null);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private final Visitor visitor = new Visitor(server);
  private final String cookie = "latchstring-" + server.port();

  @BeforeEach
  void nothing_is_left_of_earlier_failures() {
    clock.advance(Duration.ofHours(12));
  }

  @Test
  void the_right_password_leads_on_to_where_the_person_was_going() {
    Answer answer = visitor.signIn("/device?user_code=BCDF-GHJK", "alice", "correct horse");

    assertThat(answer.title()).isEqualTo("Is this your code?");
    assertThat(answer.body()).contains("Alice Moreau (alice)").contains("value=\"BCDF-GHJK\"");
  }

  @Test
  void the_session_has_a_new_name_after_signing_in() {
    visitor.get("/sign-in");
    String before = visitor.cookies().get(cookie);

    visitor.signIn("/device", "alice", "correct horse");

    assertThat(visitor.cookies().get(cookie)).isNotEqualTo(before);
  }

  @Test
  void an_unknown_name_and_a_wrong_password_get_the_same_answer() {
    Answer unknown = visitor.signIn("/device", "nobody", "correct horse");
    Answer wrong = visitor.signIn("/device", "alice", "wrong");

    assertThat(unknown.status()).isEqualTo(wrong.status()).isEqualTo(400);
    assertThat(unknown.body().replace("nobody", "alice")).isEqualTo(wrong.body());
  }

  @ParameterizedTest
  @CsvSource({"'',''", "alice,''", "'',secret"})
  void a_missing_field_is_named(String username, String password) {
    Answer answer = visitor.signIn("/device", username, password);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("Enter both your username and your password.");
  }

  @Test
  void what_was_typed_as_a_name_comes_back_escaped_and_the_password_never() {
    Answer answer = visitor.signIn("/device", "\"><script>alert(1)</script>", "my-secret");

    assertThat(answer.body()).doesNotContain("<script>").doesNotContain("my-secret");
    assertThat(answer.title()).isEqualTo("Not signed in");
  }

  @Test
  void a_name_longer_than_any_is_merely_wrong() {
    assertThat(visitor.signIn("/device", "a".repeat(5000), "b".repeat(5000)).status())
        .isEqualTo(400);
  }

  @Test
  void wrong_passwords_make_the_next_attempt_wait_ever_longer() {
    for (int i = 0; i < 5; i++) {
      assertThat(visitor.signIn("/device", "alice", "wrong " + i).status()).isEqualTo(400);
    }

    Answer first = visitor.signIn("/device", "alice", "correct horse");
    assertThat(first.status()).isEqualTo(429);
    assertThat(first.title()).isEqualTo("Wait to sign in");
    assertThat(first.header("Retry-After")).isEqualTo("1");

    clock.advance(Duration.ofSeconds(1));
    assertThat(visitor.signIn("/device", "Alice ", "wrong again").status()).isEqualTo(400);
    Answer second = visitor.signIn("/device", "alice", "correct horse");
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.header("Retry-After")).isEqualTo("2");
    assertThat(second.body()).contains("Wait 2 seconds");

    clock.advance(Duration.ofSeconds(2));
    assertThat(visitor.signIn("/device", "alice", "correct horse").status()).isEqualTo(200);
  }

  @Test
  void many_names_tried_from_one_network_make_the_network_wait() {
    int refused = 0;
    for (int i = 0; i < 25 && refused == 0; i++) {
      visitor.header("Test-Address", "[2001:db8:1:2::" + i + "]");
      refused = visitor.signIn("/device", "name" + i, "x").status() == 429 ? i : 0;
    }

    assertThat(refused).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://elsewhere.example/",
        "//elsewhere.example/device",
        "/\\elsewhere.example",
        "/device@elsewhere.example",
        "/device/../sign-out",
        "/device?x=\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/sign-out"
      })
  void no_address_but_our_own_pages_is_gone_on_to(String then) {
    Answer form = visitor.get("/sign-in");
    Map<String, String> fields =
        form.with("username", "alice", "password", "correct horse", "then", then);

    assertThat(visitor.post("/sign-in", fields).header("Location")).isEqualTo("/device");
  }

  @Test
  void who_is_signed_in_is_not_asked_again() {
    visitor.asAlice();

    assertThat(visitor.get("/sign-in").header("Location")).isEqualTo("/device");
  }

  @Test
  void a_session_that_is_not_used_ends() {
    visitor.asAlice();
    clock.advance(PagesServer.IDLE.minusSeconds(1));
    assertThat(visitor.get("/device").status()).isEqualTo(200);

    clock.advance(PagesServer.IDLE.plusSeconds(1));
    assertThat(visitor.get("/device").status()).isEqualTo(303);
  }

  @Test
  void a_session_ends_after_eight_hours_however_much_it_is_used() {
    visitor.asAlice();
    for (int i = 0; i < 47; i++) {
      clock.advance(Duration.ofMinutes(10));
      assertThat(visitor.get("/device").status()).isEqualTo(200);
    }

    clock.advance(Duration.ofMinutes(10));

    assertThat(visitor.get("/device").status()).isEqualTo(303);
  }

  @Test
  void a_form_sent_after_the_session_ended_asks_to_sign_in_and_keeps_the_code() {
    Answer form = visitor.signIn("/device", "alice", "correct horse");
    clock.advance(PagesServer.IDLE.plusSeconds(1));

    Answer answer = visitor.submit("/device", form.with("user_code", "bcdfghjk"));

    assertThat(answer.title()).isEqualTo("Sign in");
    assertThat(answer.body()).contains("wasn’t used for a while");
    assertThat(answer.hidden().get("then")).isEqualTo("/device?user_code=BCDF-GHJK");
  }

  @Test
  void signing_out_ends_the_session_on_the_server_too() {
    Answer page = visitor.signIn("/device", "alice", "correct horse");
    String mine = visitor.cookies().get(cookie);

    Answer answer = visitor.submit("/sign-out", page.hidden());

    assertThat(answer.title()).isEqualTo("You’re signed out");
    assertThat(visitor.cookies()).isEmpty();
    visitor.cookies().put(cookie, mine);
    assertThat(visitor.get("/device").status()).isEqualTo(303);
  }

  @Test
  void the_sign_out_page_asks_first() {
    visitor.asAlice();

    Answer answer = visitor.get("/sign-out");

    assertThat(answer.title()).isEqualTo("Sign out?");
    assertThat(visitor.get("/device").status()).isEqualTo(200);
  }

  @Test
  void a_cookie_that_a_stranger_planted_is_not_the_session_after_signing_in() {
    String planted = "A".repeat(43);
    visitor.cookies().put(cookie, planted);

    visitor.asAlice();

    Visitor stranger = new Visitor(server);
    stranger.cookies().put(cookie, planted);
    assertThat(stranger.get("/device").status()).isEqualTo(303);
  }
}

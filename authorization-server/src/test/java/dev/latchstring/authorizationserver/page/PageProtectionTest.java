package dev.latchstring.authorizationserver.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.page.Visitor.Answer;
import dev.latchstring.authorizationserver.store.TestClock;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every page, whatever it shows. */
class PageProtectionTest {
  @TempDir static Path folder;
  private static PagesServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new PagesServer(folder, new TestClock(), null);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private final Visitor visitor = new Visitor(server);
  private final String cookie = "latchstring-" + server.port();

  @ParameterizedTest
  @ValueSource(
      strings = {"/sign-in", "/sign-out", "/device", "/device/request", "/nowhere", "/fault"})
  void every_page_forbids_scripts_frames_caches_and_referrers(String path) {
    Answer answer = visitor.get(path);

    assertThat(answer.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .contains("form-action 'self'")
        .contains("base-uri 'none'")
        .doesNotContain("script-src")
        .doesNotContain("unsafe");
    assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.body())
        .doesNotContain("<script")
        .doesNotContain(" style=")
        .doesNotContain("onclick");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"})
  void a_page_answers_no_method_but_get_head_and_post(String method) {
    Answer answer = visitor.send(method, "/device", null, "", false);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, POST");
  }

  @Test
  void head_is_answered_like_get_without_a_body() {
    Answer answer = visitor.send("HEAD", "/sign-in", null, "", false);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isNotEqualTo("0");
  }

  @Test
  void a_form_without_the_token_of_its_session_is_refused() {
    Map<String, String> fields =
        visitor.get("/sign-in").with("username", "alice", "password", "correct horse");
    fields.remove("form_token");

    assertThat(visitor.post("/sign-in", fields).status()).isEqualTo(403);
  }

  @Test
  void a_form_with_the_token_of_another_session_is_refused() {
    Visitor other = new Visitor(server);
    Map<String, String> theirs =
        other.get("/sign-in").with("username", "alice", "password", "correct horse");
    visitor.get("/sign-in");

    Answer answer = visitor.post("/sign-in", theirs);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.title()).isEqualTo("This page is out of date");
  }

  @Test
  void a_form_without_a_cookie_says_that_cookies_are_needed() {
    Answer form = visitor.get("/sign-in");

    Answer answer =
        new Visitor(server).post("/sign-in", form.with("username", "a", "password", "b"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.title()).isEqualTo("Your browser sent no cookie");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none"})
  void a_form_that_the_browser_says_came_from_elsewhere_is_refused(String site) {
    Answer form = visitor.get("/sign-in");

    Answer answer =
        visitor
            .header("Sec-Fetch-Site", site)
            .post("/sign-in", form.with("username", "alice", "password", "correct horse"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.title()).isEqualTo("This form came from another site");
  }

  @Test
  void a_form_of_another_origin_is_refused() {
    Answer form = visitor.get("/sign-in");

    Answer answer =
        visitor
            .header("Origin", "https://elsewhere.example")
            .post("/sign-in", form.with("username", "alice", "password", "correct horse"));

    assertThat(answer.status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "own"})
  void a_form_of_our_own_is_accepted_with_the_origin_that_browsers_send(String origin) {
    Answer form = visitor.get("/sign-in");
    visitor.header("Origin", origin.equals("own") ? server.issuer().toString() : origin);
    visitor.header("Sec-Fetch-Site", "same-origin");

    Answer answer =
        visitor.post("/sign-in", form.with("username", "alice", "password", "correct horse"));

    assertThat(answer.status()).isEqualTo(303);
  }

  @Test
  void a_body_that_is_no_form_is_refused() {
    visitor.get("/sign-in");

    assertThat(visitor.postRaw("/sign-in", "application/json", "{}").status()).isEqualTo(415);
    assertThat(visitor.postRaw("/sign-in", null, "x=y").status()).isEqualTo(415);
  }

  @Test
  void a_form_that_is_too_large_is_refused() {
    Answer form = visitor.get("/sign-in");

    Answer answer =
        visitor.post("/sign-in", form.with("username", "a".repeat(20_000), "password", "b"));

    assertThat(answer.status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"user_code=A&user_code=B", "user_code=%ff", "user_code=%00"})
  void an_address_with_repeated_or_broken_parameters_is_a_bad_request(String query) {
    assertThat(visitor.get("/device?" + query).status()).isEqualTo(400);
  }

  @Test
  void an_address_that_no_browser_would_send_is_a_bad_request() throws Exception {
    try (Socket socket = new Socket("localhost", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /device?user_code=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400 ")
          .contains("<h1>This address or form isn’t right</h1>");
    }
  }

  @Test
  void a_form_with_a_repeated_field_is_a_bad_request() {
    Answer form = visitor.get("/sign-in");

    String fields =
        dev.latchstring.oauth.FormParameters.encode(form.hidden())
            + "&username=a&username=b&password=c";

    assertThat(visitor.postRaw("/sign-in", "application/x-www-form-urlencoded", fields).status())
        .isEqualTo(400);
  }

  @Test
  void an_unknown_address_gets_a_page_that_says_so() {
    Answer answer = visitor.get("/device/elsewhere");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.title()).isEqualTo("There is nothing here");
    assertThat(answer.headers("Set-Cookie")).isEmpty();
  }

  @Test
  void a_fault_shows_a_reference_and_never_its_cause() {
    Answer answer = visitor.get("/fault");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .contains("Reference:")
        .doesNotContain("secret cause")
        .doesNotContain("Exception");
  }

  @Test
  void on_http_the_cookie_has_a_plain_name_and_no_transport_security() {
    Answer answer = visitor.get("/sign-in");

    assertThat(answer.header("Set-Cookie"))
        .matches(cookie + "=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax");
    assertThat(answer.header("Strict-Transport-Security")).isEmpty();
  }

  @Test
  void on_https_the_cookie_is_bound_to_the_host_and_https_stays(@TempDir Path other)
      throws Exception {
    try (PagesServer secure =
        new PagesServer(other, new TestClock(), URI.create("https://auth.example/clinic"))) {
      Answer answer = new Visitor(secure).get("/clinic/sign-in");

      assertThat(answer.header("Set-Cookie"))
          .matches("__Host-latchstring=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure");
      assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
      assertThat(answer.body())
          .contains("action=\"/clinic/sign-in\"")
          .contains("href=\"/clinic/assets/style.");
      assertThat(new Visitor(secure).get("/clinic/device").header("Location"))
          .startsWith("/clinic/sign-in?then=%2Fdevice");
    }
  }

  @Test
  void two_cookies_of_our_name_count_as_none() {
    visitor.asAlice();
    String mine = visitor.cookies().get(cookie);
    Visitor tossed =
        new Visitor(server)
            .header("Cookie", cookie + "=" + mine + "; " + cookie + "=" + "A".repeat(43));

    assertThat(tossed.get("/device").status()).isEqualTo(303);
  }

  @Test
  void the_stylesheet_may_be_kept_for_good_under_the_hash_of_its_content() {
    String body = visitor.get("/sign-in").body();
    String path =
        body.replaceAll("(?s).*href=\"(/assets/style\\.[A-Za-z0-9_-]{12}\\.css)\".*", "$1");

    Answer style = visitor.get(path);

    assertThat(style.status()).isEqualTo(200);
    assertThat(style.header("Content-Type")).startsWith("text/css");
    assertThat(style.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(visitor.get("/assets/style.css").status()).isEqualTo(404);
    assertThat(visitor.get("/assets/../page/style.css").status()).isIn(400, 404);
  }
}

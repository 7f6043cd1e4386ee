package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.authorizationserver.document.DocumentHost;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked for what, when, and that nobody else can answer for them. */
class ConsentTest {
  private RunningServer server;
  private CodeFlow browser;

  @BeforeEach
  void start() {
    server = RunningServer.start(CodeFlow.YAML);
    browser = new CodeFlow(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void the_page_says_who_asks_where_the_answer_goes_for_what_and_as_whom() {
    Seen page = browser.signIn(browser.authorize(webRequest("scope", "clinic:read clinic:write")));

    assertThat(page.title()).isEqualTo("Allow or deny?");
    assertThat(page.body())
        .contains("Example Web App")
        .contains("Set up by this server’s operator")
        .contains("Website: <bdi>app.example</bdi>")
        .contains("<bdi>app.example</bdi></strong>")
        .contains("Riverside Clinic")
        .contains("http://localhost:9100/mcp")
        .contains("Look up patients and their appointments")
        .contains("Book and cancel appointments")
        .contains("Alice Moreau (alice)")
        .doesNotContain("role=\"note\"");
  }

  @Test
  void a_program_on_this_machine_comes_with_a_warning_and_its_port() {
    Seen loopback = browser.signIn(browser.authorize(request()));
    Seen app =
        browser.authorize(request("client_id", "app", "redirect_uri", "com.example.app:/cb"));

    assertThat(loopback.body())
        .contains("any program on it could be asking under this name")
        .contains("<bdi>127.0.0.1:7777</bdi>");
    assertThat(app.body()).contains("aria-label=\"Warning\"").contains("com.example.app:");
  }

  @Test
  void a_host_of_mcp_gets_its_answer_at_its_own_scheme_with_a_warning() {
    String callback = "cursor://anysphere.cursor-mcp/oauth/callback";
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "client_name",
                        "Cursor",
                        "redirect_uris",
                        List.of(
                            callback,
                            "https://www.cursor.com/agents/mcp/oauth/callback",
                            "http://localhost:8787/callback"),
                        "token_endpoint_auth_method",
                        "none")))
            .text("client_id");

    Seen page =
        browser.signIn(browser.authorize(request("client_id", id, "redirect_uri", callback)));

    assertThat(page.body())
        .contains("aria-label=\"Warning\"")
        .contains("<bdi>cursor:</bdi>")
        .contains("You’ll be asked each time");
    assertThat(browser.submit(page, "decision", "allow").leadsTo()).startsWith(callback + "?code=");
    assertThat(
            browser
                .authorize(request("client_id", id, "redirect_uri", "cursor://other/callback"))
                .outcome())
        .isEqualTo("page 400");
  }

  @Test
  void a_stranger_is_called_not_verified_and_its_words_stay_words() {
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "client_name", "<b>Riverside Clinic</b> (verified)",
                        "redirect_uris", List.of("http://localhost/cb"),
                        "token_endpoint_auth_method", "none")))
            .text("client_id");

    Seen page =
        browser.signIn(
            browser.authorize(request("client_id", id, "redirect_uri", "http://localhost:9/cb")));

    assertThat(page.body())
        .contains("Not verified")
        .contains("&lt;b&gt;Riverside Clinic&lt;/b&gt; (verified)")
        .doesNotContain("<b>Riverside");
  }

  @Test
  void a_client_that_publishes_its_metadata_is_known_by_its_domain_and_warned_about_on_loopback() {
    try (DocumentHost host = DocumentHost.start()) {
      String id =
          host.client(
              "/client.json",
              "\"client_type\": \"ai_service\", \"ai_metadata\": {\"model_family\": \"fable\"}");

      Seen page =
          browser.signIn(
              browser.authorize(request("client_id", id, "redirect_uri", "http://127.0.0.1:7/cb")));

      assertThat(page.body())
          .contains("Not verified beyond its domain")
          .contains("model family <bdi>fable</bdi>")
          .contains("any program on it could be asking under this name");
      assertThat(browser.submit(page, "decision", "allow").leadsTo())
          .startsWith("http://127.0.0.1:7/cb?code=");
      assertThat(
              browser
                  .authorize(request("client_id", id, "redirect_uri", "https://evil.example/cb"))
                  .outcome())
          .isEqualTo("page 400");
      assertThat(browser.authorize(request("client_id", host.at("/missing.json"))).outcome())
          .isEqualTo("page 400");
    }
  }

  @Test
  void the_host_that_gets_the_answer_is_shown_to_its_end() {
    String host = "riverside-clinic.example." + ("a".repeat(60) + ".").repeat(3) + "evil.example";
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "redirect_uris",
                        List.of("https://" + host + "/cb"),
                        "client_uri",
                        "https://" + host + "/",
                        "token_endpoint_auth_method",
                        "none")))
            .text("client_id");

    Seen page =
        browser.signIn(
            browser.authorize(request("client_id", id, "redirect_uri", "https://" + host + "/cb")));

    assertThat(page.body())
        .contains("<bdi>" + host + "</bdi></strong>")
        .contains("Website: <bdi>" + host + "</bdi>");
    assertThat(
            server
                .postJson(
                    "/register",
                    Json.write(
                        Map.of("redirect_uris", List.of("https://" + "a.".repeat(130) + "b/cb"))))
                .outcome())
        .isEqualTo("400 invalid_redirect_uri");
  }

  @Test
  void what_was_allowed_is_not_asked_again_unless_there_is_more_or_it_is_wanted() {
    assertThat(browser.decide(webRequest(), "allow").outcome()).isEqualTo("redirect code");

    assertThat(browser.get("/authorize?" + query(webRequest())).status()).isEqualTo(303);
    assertThat(browser.authorize(webRequest()).outcome()).isEqualTo("redirect code");
    assertThat(browser.authorize(webRequest("prompt", "none")).outcome())
        .isEqualTo("redirect code");
    assertThat(browser.authorize(webRequest("scope", "clinic:read clinic:write")).title())
        .isEqualTo("Allow or deny?");
    assertThat(
            browser
                .authorize(webRequest("scope", "clinic:read clinic:write", "prompt", "none"))
                .outcome())
        .isEqualTo("redirect consent_required");
    assertThat(browser.authorize(webRequest("prompt", "consent")).title())
        .isEqualTo("Allow or deny?");
    assertThat(
            browser
                .authorize(webRequest("resource", RunningServer.VAULT, "scope", "vault:open"))
                .title())
        .isEqualTo("Allow or deny?");
  }

  @Test
  void scopes_that_were_allowed_one_after_the_other_add_up() {
    browser.decide(webRequest("scope", "clinic:write"), "allow");
    browser.decide(webRequest("scope", "clinic:read"), "allow");

    assertThat(browser.authorize(webRequest("scope", "clinic:read clinic:write")).outcome())
        .isEqualTo("redirect code");
  }

  @Test
  void whoever_could_be_anybody_is_asked_about_each_time() {
    browser.decide(request(), "allow");

    assertThat(browser.authorize(request()).title()).isEqualTo("Allow or deny?");
    assertThat(browser.authorize(request("prompt", "none")).outcome())
        .isEqualTo("redirect consent_required");
  }

  @Test
  void what_one_person_allowed_another_did_not() {
    browser.decide(webRequest(), "allow");
    CodeFlow bob = new CodeFlow(server);

    Seen page =
        bob.submit(bob.authorize(webRequest()), "username", "bob", "password", "battery staple");

    assertThat(page.title()).isEqualTo("Allow or deny?");
  }

  @Test
  void a_no_is_told_and_remembered_by_nobody() {
    Seen denied = browser.decide(webRequest(), "deny");

    assertThat(denied.outcome()).isEqualTo("redirect access_denied");
    assertThat(denied.title()).isEqualTo("Denied");
    assertThat(denied.answer().optional("state")).isEqualTo("s t&a=te");
    assertThat(denied.answer().optional("iss")).isEqualTo(server.issuer());
    assertThat(browser.authorize(webRequest()).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void an_answer_says_who_gave_it_and_repeats_nothing() {
    Seen allowed = browser.decide(request(), "allow");

    assertThat(allowed.title()).isEqualTo("Allowed");
    assertThat(allowed.answer().optional("iss")).isEqualTo(server.issuer());
    assertThat(allowed.answer().optional("state")).isEqualTo("s t&a=te");
    assertThat(allowed.answer().names()).containsExactlyInAnyOrder("code", "state", "iss");
    assertThat(browser.decide(request("state", null), "allow").answer().names())
        .containsExactlyInAnyOrder("code", "iss");
  }

  @Test
  void a_request_is_answered_once() throws Exception {
    Seen page = browser.signIn(browser.authorize(webRequest()));
    Map<String, String> form = new LinkedHashMap<>(page.form("decision"));
    form.put("decision", "allow");

    List<Seen> answers = Together.run(8, () -> browser.post("/authorize/request", form));

    assertThat(answers.stream().filter(seen -> seen.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(seen -> seen.status() == 409)).hasSize(7);
    assertThat(browser.open(page.at().getPath() + "?" + page.at().getRawQuery()).outcome())
        .isEqualTo("page 400");
  }

  @Test
  void a_request_waits_a_quarter_of_an_hour() {
    Seen page = browser.signIn(browser.authorize(webRequest()));
    server.clock().advance(Duration.ofMinutes(15));

    assertThat(browser.submit(page, "decision", "allow").status()).isEqualTo(409);
    assertThat(browser.open(page.at().getPath() + "?" + page.at().getRawQuery()).outcome())
        .isEqualTo("page 400");
  }

  @Test
  void nobody_else_can_say_yes() {
    Seen page = browser.signIn(browser.authorize(webRequest()));
    Map<String, String> form = new LinkedHashMap<>(page.form("decision"));
    form.put("decision", "allow");
    CodeFlow attacker = new CodeFlow(server);
    attacker.signIn(attacker.authorize(webRequest()));

    assertThat(attacker.post("/authorize/request", form).status()).isEqualTo(403);
    assertThat(browser.post("/authorize/request", form, "Origin", "https://evil.example").status())
        .isEqualTo(403);
    assertThat(browser.post("/authorize/request", form, "Sec-Fetch-Site", "cross-site").status())
        .isEqualTo(403);
    form.put("form_token", "x".repeat(43));
    assertThat(browser.post("/authorize/request", form).status()).isEqualTo(403);
    form.remove("form_token");
    assertThat(browser.post("/authorize/request", form).status()).isEqualTo(403);
    assertThat(new CodeFlow(server).post("/authorize/request", form).status()).isEqualTo(403);
    assertThat(browser.submit(page, "decision", "perhaps").status()).isEqualTo(400);
    assertThat(browser.submit(page, "decision", "allow").outcome()).isEqualTo("redirect code");
  }

  @Test
  void signing_in_changes_the_session_so_none_can_be_planted() {
    Seen signIn = browser.authorize(webRequest());
    String planted = browser.cookies().values().iterator().next();

    Seen consent = browser.signIn(signIn);

    assertThat(browser.cookies().values()).doesNotContain(planted);
    CodeFlow attacker = new CodeFlow(server);
    attacker.cookies().put(browser.cookies().keySet().iterator().next(), planted);
    assertThat(attacker.open(consent.at().getPath() + "?" + consent.at().getRawQuery()).title())
        .isEqualTo("Sign in");
  }

  @Test
  void nothing_of_a_request_travels_through_the_browser_but_its_name() {
    Seen first = browser.get("/authorize?" + query(webRequest()));

    assertThat(first.header("Location"))
        .matches("/sign-in\\?then=%2Fauthorize%2Frequest%3Frequest%3D[A-Za-z0-9_-]{50}");
    assertThat(browser.open("/authorize/request?request=" + "x".repeat(50)).outcome())
        .isEqualTo("page 400");
    assertThat(browser.open("/authorize/request").outcome()).isEqualTo("page 400");
  }

  @Test
  void a_login_that_has_to_be_fresh_is_asked_for_again_once() {
    browser.decide(webRequest(), "allow");
    server.clock().advance(Duration.ofMinutes(5));

    for (String prompt : List.of("login", "select_account")) {
      Seen signIn = browser.authorize(webRequest("prompt", prompt));
      assertThat(signIn.title()).isEqualTo("Sign in");
      assertThat(signIn.body()).contains("even if you are signed in already");
      assertThat(browser.signIn(signIn).outcome()).isEqualTo("redirect code");
      server.clock().advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void going_around_a_fresh_login_leads_back_to_it() {
    browser.decide(webRequest(), "allow");
    server.clock().advance(Duration.ofMinutes(5));
    Seen first = browser.get("/authorize?" + query(webRequest("prompt", "login consent")));
    String then =
        dev.latchstring.oauth.FormParameters.parse(
                first.header("Location").substring("/sign-in?".length()))
            .required("then");

    assertThat(browser.open(then).title()).isEqualTo("Sign in");
  }

  @Test
  void max_age_is_counted_from_the_sign_in() {
    browser.decide(webRequest(), "allow");
    server.clock().advance(Duration.ofSeconds(100));

    assertThat(browser.authorize(webRequest("max_age", "100")).outcome())
        .isEqualTo("redirect code");
    assertThat(browser.authorize(webRequest("max_age", "99", "prompt", "none")).outcome())
        .isEqualTo("redirect login_required");
    Seen signIn = browser.authorize(webRequest("max_age", "0"));
    assertThat(signIn.title()).isEqualTo("Sign in");
    assertThat(browser.signIn(signIn).outcome()).isEqualTo("redirect code");
  }

  @Test
  void a_login_hint_fills_in_the_name_as_the_text_it_is() {
    assertThat(browser.authorize(request("login_hint", "alice@example.com")).body())
        .contains("value=\"alice@example.com\"");
    assertThat(browser.authorize(request("login_hint", "\"><script>x</script>")).body())
        .doesNotContain("<script>");
    assertThat(browser.authorize(request("login_hint", "x".repeat(201))).body())
        .contains("name=\"username\" type=\"text\" value=\"\"");
  }

  @Test
  void a_person_who_signed_out_meanwhile_signs_in_again_for_the_same_request() {
    Seen page = browser.signIn(browser.authorize(webRequest()));
    server.clock().advance(Duration.ofMinutes(14));
    browser.cookies().clear();

    Seen signIn = browser.open(page.at().getPath() + "?" + page.at().getRawQuery());

    assertThat(signIn.title()).isEqualTo("Sign in");
    assertThat(browser.signIn(signIn).title()).isEqualTo("Allow or deny?");
  }

  private static String query(Map<String, String> request) {
    return dev.latchstring.oauth.FormParameters.encode(request);
  }
}

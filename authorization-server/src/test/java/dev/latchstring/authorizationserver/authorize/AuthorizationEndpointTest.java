package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.CHALLENGE;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.LOOPBACK;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.VERIFIER;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6749 §4.1.1 and §4.1.2.1, RFC 7636, 8707, 9101, 9207, 9700: what is refused, and where. */
class AuthorizationEndpointTest {
  private static RunningServer server;
  private final CodeFlow browser = new CodeFlow(server);

  @BeforeAll
  static void start() {
    server = RunningServer.start(CodeFlow.YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          response_type         | -                     | invalid_request
          response_type         | token                 | unsupported_response_type
          response_type         | code token            | unsupported_response_type
          response_type         | id_token              | unsupported_response_type
          response_type         | CODE                  | unsupported_response_type
          response_mode         | fragment              | invalid_request
          response_mode         | form_post             | invalid_request
          code_challenge        | -                     | invalid_request
          code_challenge        | short                 | invalid_request
          code_challenge        | dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk | invalid_request
          code_challenge        | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk= | invalid_request
          code_challenge_method | -                     | invalid_request
          code_challenge_method | plain                 | invalid_request
          code_challenge_method | s256                  | invalid_request
          code_challenge_method | S512                  | invalid_request
          scope                 | clinic:delete         | invalid_scope
          scope                 | vault:open            | invalid_scope
          scope                 | a"b                   | invalid_scope
          resource              | http://localhost:9999/mcp | invalid_target
          resource              | https://evil.example/ | invalid_target
          resource              | not a uri             | invalid_target
          resource              | http://localhost:9100/mcp#f | invalid_target
          prompt                | create                | invalid_request
          prompt                | none login            | invalid_request
          prompt                | NONE                  | invalid_request
          prompt                | none                  | login_required
          max_age               | -1                    | invalid_request
          max_age               | 1.5                   | invalid_request
          max_age               | 99999999999           | invalid_request
          acr_values            | phr phrh              | unmet_authentication_requirements
          request               | eyJhbGciOiJub25lIn0.e30. | request_not_supported
          request_uri           | https://client.example/request.jwt | request_uri_not_supported
          request_uri           | urn:example:other     | request_uri_not_supported
          """)
  void what_is_wrong_after_the_redirect_uri_is_known_goes_to_the_client(
      String name, String value, String error) {
    Seen seen = browser.authorize(request(name, value));

    assertThat(seen.outcome()).isEqualTo("redirect " + error);
    assertThat(seen.leadsTo()).startsWith(LOOPBACK + "?");
    assertThat(seen.answer().optional("state")).isEqualTo("s t&a=te");
    assertThat(seen.answer().optional("iss")).isEqualTo(server.issuer());
    assertThat(seen.answer().optional("error_description")).isNotBlank();
    assertThat(seen.answer().optional("code")).isNull();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          client_id    | -
          client_id    | nobody
          client_id    | DESKTOP
          client_id    | clinic-server
          redirect_uri | -
          redirect_uri | https://evil.example/callback
          redirect_uri | http://127.0.0.1:7777/Callback
          redirect_uri | http://127.0.0.1:7777/callback/
          redirect_uri | http://127.0.0.1:7777/callback?x=1
          redirect_uri | http://127.0.0.1:7777/callback?
          redirect_uri | http://127.0.0.1:7777/callback#
          redirect_uri | http://127.0.0.1:7777/callback#f
          redirect_uri | http://127.0.0.1:7777/other/../callback
          redirect_uri | http://127.0.0.1:7777/%63allback
          redirect_uri | http://127.0.0.1:7777//callback
          redirect_uri | http://user@127.0.0.1:7777/callback
          redirect_uri | http://127.0.0.1:7777@evil.example/callback
          redirect_uri | http://127.0.0.1.evil.example/callback
          redirect_uri | http://127.0.0.2:7777/callback
          redirect_uri | http://127.1:7777/callback
          redirect_uri | http://2130706433/callback
          redirect_uri | http://LOCALHOST:7777/callback
          redirect_uri | http://localhost.:7777/callback
          redirect_uri | http://localhost:/callback
          redirect_uri | HTTP://localhost:7777/callback
          redirect_uri | https://127.0.0.1:7777/callback
          redirect_uri | http:127.0.0.1:7777/callback
          redirect_uri | //127.0.0.1:7777/callback
          redirect_uri | /callback
          redirect_uri | javascript:alert(1)
          redirect_uri | http://127.0.0.1:7777/call back
          """)
  void without_a_client_and_a_redirect_uri_of_its_own_nothing_is_sent_anywhere(
      String name, String value) {
    Seen seen = browser.authorize(request(name, value));

    assertThat(seen.status()).isEqualTo(400);
    assertThat(seen.leadsTo()).isEmpty();
    assertThat(seen.title()).isEqualTo("This request can’t be used");
    assertThat(seen.body()).doesNotContain("evil.example").doesNotContain("href=\"http");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
        "http://localhost:50123/callback",
        "http://[::1]:50123/callback",
        "http://[::1]/callback"
      })
  void a_program_on_this_machine_takes_whatever_port_is_free(String redirectUri) {
    Seen seen = browser.decide(request("redirect_uri", redirectUri), "allow");

    assertThat(seen.leadsTo()).startsWith(redirectUri + "?code=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://site.example/cb",
        "https://site.example/cb?tenant=1&x=2",
        "https://site.example/cb?tenant=2",
        "https://site.example:443/cb?tenant=1",
        "https://site.example:8443/cb?tenant=1",
        "https://SITE.example/cb?tenant=1",
        "https://a.site.example/cb?tenant=1",
        "https://site.example.evil.example/cb?tenant=1",
        "https://site.example@evil.example/cb?tenant=1",
        "http://site.example/cb?tenant=1"
      })
  void elsewhere_not_even_the_port_may_differ(String redirectUri) {
    Seen seen = browser.authorize(request("client_id", "site", "redirect_uri", redirectUri));

    assertThat(seen.outcome()).isEqualTo("page 400");
  }

  @Test
  void an_answer_is_added_to_the_query_that_was_registered() {
    Seen seen = browser.decide(request("client_id", "site", "redirect_uri", null), "allow");

    assertThat(seen.leadsTo()).startsWith("https://site.example/cb?tenant=1&code=");
  }

  @Test
  void a_scheme_of_an_app_gets_its_answer_too() {
    Seen seen =
        browser.decide(request("client_id", "app", "redirect_uri", "com.example.app:/cb"), "allow");

    assertThat(seen.leadsTo()).startsWith("com.example.app:/cb?code=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state=1&state=2",
        "client_id=desktop&client_id=web",
        "scope=clinic:read&scope=clinic:write",
        "redirect_uri=http://127.0.0.1/callback&redirect_uri=https://evil.example/",
        "code_challenge_method=S256&code_challenge_method=plain"
      })
  void a_parameter_that_comes_twice_is_refused(String twice) {
    Map<String, String> rest = request();
    rest.remove(twice.substring(0, twice.indexOf('=')));

    Seen seen = browser.authorizeRaw(FormParameters.encode(rest) + "&" + twice);

    assertThat(seen.outcome()).isEqualTo("page 400");
    assertThat(seen.body()).contains("repeated");
  }

  @Test
  void two_resources_are_one_too_many() {
    String query = FormParameters.encode(request()) + "&resource=" + FormParameters.encode(VAULT);

    assertThat(browser.authorizeRaw(query).outcome()).isEqualTo("redirect invalid_target");
  }

  @Test
  void a_client_without_the_grant_is_told_so() {
    assertThat(browser.authorize(request("client_id", "phone")).outcome())
        .isEqualTo("redirect unauthorized_client");
  }

  @Test
  void a_client_gets_no_scope_beyond_its_registration() {
    assertThat(
            browser
                .authorize(
                    request(
                        "client_id", "narrow",
                        "redirect_uri", "http://localhost:5/callback",
                        "scope", "clinic:read clinic:write"))
                .outcome())
        .isEqualTo("redirect invalid_scope");
  }

  @Test
  void what_is_too_long_is_refused() {
    assertThat(browser.authorize(request("state", "x".repeat(4097))).outcome())
        .isEqualTo("page 400");
    assertThat(browser.authorize(request("nonce", "x".repeat(513))).outcome())
        .isEqualTo("redirect invalid_request");
    assertThat(browser.authorize(request("scope", "x".repeat(4097))).outcome())
        .isEqualTo("redirect invalid_scope");
    assertThat(browser.post("/authorize", request("state", "x".repeat(17_000))).status())
        .isEqualTo(413);
  }

  @Test
  void the_longest_answer_gets_through_whichever_way_it_leads() {
    String callback = "https://a.example/" + "c".repeat(2030);
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "redirect_uris", List.of(callback), "token_endpoint_auth_method", "none")))
            .text("client_id");
    Map<String, String> longest =
        request("client_id", id, "redirect_uri", callback, "state", "é".repeat(682));

    Seen asked = browser.signIn(browser.follow(browser.post("/authorize", longest)));
    Seen allowed = browser.submit(asked, "decision", "allow");
    Seen again = browser.follow(browser.post("/authorize", longest));

    assertThat(allowed.outcome()).isEqualTo("redirect code");
    assertThat(again.outcome()).isEqualTo("redirect code");
    assertThat(again.answer().optional("state")).isEqualTo("é".repeat(682));
    longest.put("state", "é".repeat(683));
    assertThat(browser.post("/authorize", longest).outcome()).isEqualTo("page 400");
  }

  @Test
  void parameters_nobody_knows_are_ignored() {
    Seen seen =
        browser.decide(request("invented", "x", "ui_locales", "fr", "display", "popup"), "allow");

    assertThat(seen.outcome()).isEqualTo("redirect code");
  }

  @Test
  void a_request_may_come_as_a_form_from_another_site() {
    Seen first =
        browser.post(
            "/authorize",
            request(),
            "Origin",
            "https://client.example",
            "Sec-Fetch-Site",
            "cross-site");
    assertThat(first.status()).isEqualTo(303);
    assertThat(first.header("Set-Cookie")).isEmpty();

    Seen signIn = browser.follow(first);
    assertThat(signIn.title()).isEqualTo("Sign in");
    Seen consent = browser.signIn(signIn);
    assertThat(browser.submit(consent, "decision", "allow").outcome()).isEqualTo("redirect code");
  }

  @Test
  void a_form_from_another_site_neither_uses_nor_ends_the_session() {
    browser.signIn(browser.authorize(request()));
    Map<String, String> before = Map.copyOf(browser.cookies());

    Seen refused = browser.post("/authorize", request("client_id", "nobody"));
    Seen silent = browser.post("/authorize", request("prompt", "none"));

    assertThat(refused.outcome()).isEqualTo("page 400");
    assertThat(silent.header("Location")).startsWith("/authorize?client_id=desktop&request_uri=");
    assertThat(browser.cookies()).isEqualTo(before);
  }

  @Test
  void other_methods_are_not_answered() {
    assertThat(
            server
                .send(
                    server
                        .request("/authorize")
                        .method("PUT", java.net.http.HttpRequest.BodyPublishers.noBody()))
                .status())
        .isEqualTo(405);
    assertThat(server.postJson("/authorize", Json.write(Map.of("client_id", "desktop"))).status())
        .isEqualTo(415);
  }

  @Test
  void a_stranger_cannot_make_an_address_of_this_server_that_leads_to_theirs() {
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "redirect_uris", List.of("https://stranger.example/cb"),
                        "token_endpoint_auth_method", "none",
                        "grant_types", List.of("authorization_code"))))
            .text("client_id");

    for (String[] wrong : new String[][] {{"scope", "no:such"}, {"prompt", "none"}}) {
      Seen seen =
          browser.authorize(
              request(
                  "client_id",
                  id,
                  "redirect_uri",
                  "https://stranger.example/cb",
                  wrong[0],
                  wrong[1]));

      assertThat(seen.outcome()).isEqualTo("page 400");
      assertThat(seen.body())
          .contains("https://stranger.example/cb?error=")
          .contains("stranger.example</bdi>");
    }
  }

  @Test
  void no_page_can_be_framed_cached_or_made_to_send_forms_elsewhere() {
    Seen consent = browser.signIn(browser.authorize(request()));
    Seen refused = browser.authorize(request("client_id", "nobody"));
    Seen onward = browser.submit(consent, "decision", "deny");

    for (Seen seen : List.of(consent, refused, onward)) {
      assertThat(seen.header("Content-Security-Policy"))
          .contains("frame-ancestors 'none'")
          .contains("form-action 'self'")
          .contains("default-src 'none'");
      assertThat(seen.header("X-Frame-Options")).isEqualTo("DENY");
      assertThat(seen.header("Cache-Control")).isEqualTo("no-store");
      assertThat(seen.header("Referrer-Policy")).isEqualTo("no-referrer");
    }
  }

  @Test
  void below_an_issuer_with_a_path_everything_stays_below_it() {
    try (RunningServer tenant =
        RunningServer.start("issuer: http://localhost:9999/tenant/a\n" + CodeFlow.YAML)) {
      CodeFlow there = new CodeFlow(tenant);
      Seen first = there.get("/tenant/a/authorize?" + FormParameters.encode(request()));
      assertThat(first.header("Location")).startsWith("/tenant/a/sign-in?then=%2Fauthorize");

      Seen consent = there.signIn(there.follow(first));
      Seen allowed = there.submit(consent, "decision", "allow");

      assertThat(consent.action("decision")).isEqualTo("/tenant/a/authorize/request");
      assertThat(allowed.outcome()).isEqualTo("redirect code");
      assertThat(allowed.answer().optional("iss")).isEqualTo("http://localhost:9999/tenant/a");
    }
  }

  @Test
  void the_challenge_is_what_the_verifier_hashes_to() {
    assertThat(CHALLENGE).isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assertThat(VERIFIER).hasSize(43);
    assertThat(CLINIC).isNotEqualTo(VAULT);
  }
}

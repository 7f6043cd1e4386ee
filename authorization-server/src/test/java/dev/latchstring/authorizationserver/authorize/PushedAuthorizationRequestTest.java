package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.basic;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9126: requests that are sent ahead. */
class PushedAuthorizationRequestTest {
  private static final String WEB = basic("web", "web-secret-0123456789-0123");
  private static final String CAREFUL = basic("careful", "careful-secret-0123456789");

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

  private Answer push(Map<String, String> request, String authorization) {
    return server.postRaw("/par", FormParameters.encode(request), "Authorization", authorization);
  }

  private Answer push(Map<String, String> request) {
    return server.postRaw("/par", FormParameters.encode(request));
  }

  private static Map<String, String> byName(String clientId, Answer pushed) {
    return form("client_id", clientId, "request_uri", pushed.text("request_uri"));
  }

  @Test
  void a_pushed_request_is_used_by_its_name() {
    Answer pushed = push(webRequest(), WEB);

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.header("Cache-Control")).isEqualTo("no-store");
    assertThat(pushed.text("request_uri"))
        .matches("urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{50}");
    assertThat(pushed.json().path("expires_in").asInt()).isEqualTo(90);
    Seen allowed = browser.decide(byName("web", pushed), "allow");
    assertThat(allowed.outcome()).isEqualTo("redirect code");
    assertThat(CodeFlow.redeemAsWeb(server, allowed.answer().required("code")).outcome())
        .isEqualTo("200");
  }

  @Test
  void what_stands_beside_the_name_does_not_count() {
    Answer pushed = push(webRequest(), WEB);
    Map<String, String> byName = byName("web", pushed);
    byName.putAll(
        form(
            "redirect_uri", "https://evil.example/",
            "scope", "vault:open",
            "state", "other",
            "code_challenge", "x".repeat(43),
            "prompt", "none"));

    Seen allowed = browser.decide(byName, "allow");

    assertThat(allowed.leadsTo()).startsWith(CodeFlow.WEB_CALLBACK);
    assertThat(allowed.answer().optional("state")).isEqualTo("s t&a=te");
    assertThat(CodeFlow.redeemAsWeb(server, allowed.answer().required("code")).outcome())
        .isEqualTo("200");
  }

  @Test
  void a_name_is_used_once_even_by_many_at_once() throws Exception {
    Answer pushed = push(request());

    List<Seen> seen =
        Together.run(8, () -> new CodeFlow(server).authorize(byName("desktop", pushed)));

    assertThat(seen.stream().filter(page -> page.title().equals("Sign in"))).hasSize(1);
    assertThat(seen.stream().filter(page -> page.outcome().equals("page 400"))).hasSize(7);
  }

  @Test
  void looking_with_head_uses_nothing_up() {
    Map<String, String> byName = byName("desktop", push(request()));

    Seen looked = browser.head("/authorize?" + FormParameters.encode(byName));

    assertThat(looked.status()).isEqualTo(405);
    assertThat(looked.header("Allow")).isEqualTo("GET, POST");
    assertThat(browser.authorize(byName).title()).isEqualTo("Sign in");
  }

  @Test
  void a_name_is_over_after_its_time() {
    Answer pushed = push(request());
    server.clock().advance(Duration.ofSeconds(90));

    assertThat(browser.authorize(byName("desktop", pushed)).outcome()).isEqualTo("page 400");
  }

  @Test
  void a_name_is_of_no_use_to_another_client_and_is_not_used_up_by_it() {
    Answer pushed = push(webRequest(), WEB);

    assertThat(browser.authorize(byName("other-web", pushed)).outcome()).isEqualTo("page 400");
    assertThat(browser.authorize(form("request_uri", pushed.text("request_uri"))).outcome())
        .isEqualTo("page 400");
    assertThat(browser.authorize(byName("web", pushed)).title()).isEqualTo("Sign in");
  }

  @Test
  void the_name_of_a_waiting_request_is_no_pushed_one() {
    Seen consent = browser.signIn(browser.authorize(request()));
    String name = consent.form("decision").get("request");

    assertThat(
            browser
                .authorize(form("client_id", "desktop", "request_uri", PushedRequests.URN + name))
                .outcome())
        .isEqualTo("page 400");
    Answer pushed = push(request());
    String pushedName = pushed.text("request_uri").substring(PushedRequests.URN.length());
    assertThat(browser.open("/authorize/request?request=" + pushedName).outcome())
        .isEqualTo("page 400");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          client_id             | -                             | 401 invalid_client
          client_id             | nobody                        | 401 invalid_client
          client_id             | web                           | 401 invalid_client
          redirect_uri          | -                             | 400 invalid_request
          redirect_uri          | https://evil.example/         | 400 invalid_request
          response_type         | token                         | 400 unsupported_response_type
          code_challenge        | -                             | 400 invalid_request
          code_challenge_method | plain                         | 400 invalid_request
          scope                 | no:such                       | 400 invalid_scope
          resource              | https://evil.example/         | 400 invalid_target
          request               | eyJhbGciOiJub25lIn0.e30.      | 400 request_not_supported
          request_uri           | urn:ietf:params:oauth:request_uri:x | 400 invalid_request
          prompt                | none login                    | 400 invalid_request
          """)
  void what_would_be_wrong_later_is_said_at_once(String name, String value, String outcome) {
    assertThat(push(request(name, value)).outcome()).isEqualTo(outcome);
  }

  @Test
  void a_confidential_client_proves_who_it_is_and_names_nobody_else() {
    assertThat(push(webRequest(), basic("web", "wrong")).outcome()).isEqualTo("401 invalid_client");
    assertThat(push(webRequest("client_id", "desktop"), WEB).outcome())
        .isIn("400 invalid_request", "401 invalid_client");
    assertThat(push(webRequest("scope", "clinic:read&scope=x"), WEB).outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(server.get("/par").status()).isEqualTo(405);
  }

  @Test
  void a_client_that_requires_it_makes_no_other_requests() {
    Map<String, String> request =
        request("client_id", "careful", "redirect_uri", "https://careful.example/cb");

    assertThat(browser.authorize(request).outcome()).isEqualTo("redirect invalid_request");
    assertThat(browser.follow(browser.post("/authorize", request)).outcome())
        .isEqualTo("redirect invalid_request");
    Answer pushed = push(request, CAREFUL);
    assertThat(browser.decide(byName("careful", pushed), "allow").outcome())
        .isEqualTo("redirect code");
  }

  @Test
  void a_server_that_requires_it_takes_no_other_requests() {
    try (RunningServer strict =
        RunningServer.start("require_pushed_authorization_requests: true\n" + CodeFlow.YAML)) {
      CodeFlow there = new CodeFlow(strict);
      assertThat(
              strict
                  .get("/.well-known/oauth-authorization-server")
                  .json()
                  .path("require_pushed_authorization_requests")
                  .asBoolean())
          .isTrue();
      assertThat(there.authorize(request()).outcome()).isEqualTo("redirect invalid_request");
      Answer pushed = strict.postRaw("/par", FormParameters.encode(request()));
      assertThat(there.decide(byName("desktop", pushed), "allow").outcome())
          .isEqualTo("redirect code");
    }
  }

  @Test
  void one_address_pushes_so_often_and_then_waits() {
    try (RunningServer open =
        RunningServer.start("issuer: https://auth.example.com\n" + CodeFlow.YAML)) {
      int status = 201;
      int count = 0;
      while (status == 201 && count < 600) {
        status = open.postRaw("/par", FormParameters.encode(request())).status();
        count++;
      }
      assertThat(status).isEqualTo(503);
      assertThat(count).isGreaterThan(100);
    }
  }

  @Test
  void a_proof_that_comes_with_the_request_binds_its_code() {
    Prover prover = new Prover(server);
    String address = server.issuer() + "/par";
    String form = FormParameters.encode(request());
    Answer pushed =
        server.postRaw("/par", form, "DPoP", prover.proof("POST", address, Duration.ZERO, null));
    String other = FormParameters.encode(request("dpop_jkt", new Prover(server).jkt()));

    assertThat(
            server
                .postRaw("/par", other, "DPoP", prover.proof("POST", address, Duration.ZERO, null))
                .outcome())
        .isEqualTo("400 invalid_dpop_proof");
    String code = browser.decide(byName("desktop", pushed), "allow").answer().required("code");
    String redemption = FormParameters.encode(CodeFlow.redemption(code));
    assertThat(server.postRaw("/token", redemption).outcome()).isEqualTo("400 invalid_grant");
    assertThat(server.postRaw("/token", redemption, "DPoP", prover.proof()).outcome())
        .isEqualTo("200");
  }
}

package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.oauth.FormParameters;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What carries a secret is kept by no cache, told to no next page, and read with no cookie. */
class SecretAnswersTest {
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CodeFlow.YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void every_answer_that_carries_a_secret_may_be_kept_by_nobody() {
    Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
    CodeFlow browser = new CodeFlow(server);
    Seen page = browser.authorize(request());
    answers.put("sign-in page", page.response());
    Seen signedIn = browser.submitOnly(page, "username", "alice", "password", "correct horse");
    answers.put("session cookie", signedIn.response());
    Seen consent = browser.follow(signedIn);
    answers.put("consent page", consent.response());
    Seen coded = browser.submit(consent, "decision", "allow");
    answers.put("code by a page", coded.response());
    Seen again = browser.authorize(request("prompt", "none"));
    answers.put("refusal by a redirect", again.response());
    answers.put("account page", browser.open("/account").response());
    Answer tokens = CodeFlow.redeem(server, coded.answer().required("code"));
    answers.put("tokens", tokens.response());
    answers.put("refused tokens", CodeFlow.redeem(server, "nothing").response());
    answers.put(
        "refreshed tokens", server.refresh("desktop", tokens.text("refresh_token")).response());
    answers.put(
        "introspection",
        server.asClinicServer("/introspect", "token", tokens.text("access_token")).response());
    answers.put(
        "pushed request", server.postRaw("/par", FormParameters.encode(request())).response());
    answers.put(
        "device codes",
        server.post("/device_authorization", "client_id", "phone", "resource", CLINIC).response());
    Answer registered =
        server.postJson("/register", "{\"redirect_uris\":[\"https://app.example/cb\"]}");
    assertThat(registered.text("client_secret")).isNotEmpty();
    answers.put("registration", registered.response());
    answers.put(
        "registration read",
        server
            .get(
                "/register/" + registered.text("client_id"),
                "Authorization",
                "Bearer " + registered.text("registration_access_token"))
            .response());

    assertThat(coded.leadsTo()).contains("code=");
    assertThat(tokens.outcome()).isEqualTo("200");
    answers.forEach((what, answer) -> {
      assertThat(answer.statusCode()).as(what).isNotIn(404, 405, 415, 500);
      assertThat(answer.headers().firstValue("Cache-Control")).as(what).hasValue("no-store");
      assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
          .as(what)
          .isEmpty();
      if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html")
          || answer.statusCode() == 303) {
        assertThat(answer.headers().firstValue("Referrer-Policy")).as(what).hasValue("no-referrer");
      } else {
        assertThat(answer.headers().firstValue("X-Content-Type-Options"))
            .as(what)
            .hasValue("nosniff");
      }
    });
  }

  @Test
  void no_secret_stands_in_an_address_of_this_server() {
    CodeFlow browser = new CodeFlow(server);
    Seen page = browser.authorize(request("login_hint", "alice"));
    Seen signedIn = browser.submitOnly(page, "username", "alice", "password", "correct horse");
    String cookie = browser.cookies().values().iterator().next();

    assertThat(page.at().toString()).doesNotContain(cookie).doesNotContain("code_challenge");
    assertThat(signedIn.header("Location")).doesNotContain(cookie).doesNotContain("correct");
    assertThat(browser.follow(signedIn).body()).doesNotContain(cookie);
  }
}

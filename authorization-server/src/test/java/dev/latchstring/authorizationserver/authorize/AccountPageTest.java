package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees of the programs they let in, and how they put them out. */
class AccountPageTest {
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
  void it_asks_who_is_there_and_shows_nothing_to_who_has_nothing() {
    Seen signIn = browser.open("/account");
    assertThat(signIn.title()).isEqualTo("Sign in");

    Seen account = browser.signIn(signIn);

    assertThat(account.title()).isEqualTo("Your account");
    assertThat(account.body()).contains("Alice Moreau (alice)").contains("No program has access");
  }

  @Test
  void every_program_is_there_with_what_it_may_do_and_since_when() {
    CodeFlow.redeemAsWeb(server, browser.code(webRequest("scope", "clinic:read clinic:write")));
    CodeFlow.redeem(server, browser.code(request()));

    Seen account = browser.open("/account");

    assertThat(account.body())
        .contains("Example Web App")
        .contains("Website: <bdi>app.example</bdi>")
        .contains("Its answers go to <bdi>app.example</bdi>")
        .contains("Its answers go to <bdi>a program on this machine</bdi>")
        .contains("Example Desktop")
        .contains("Riverside Clinic")
        .contains("Book and cancel appointments")
        .contains("<time datetime=\"")
        .contains("It can connect again without asking you.");
    CodeFlow bob = new CodeFlow(server);
    Seen his = bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");
    assertThat(his.body()).contains("No program has access");
  }

  @Test
  void withdrawing_ends_every_login_of_the_program_its_codes_and_the_consent() {
    Answer one = CodeFlow.redeemAsWeb(server, browser.code(webRequest()));
    Answer two = CodeFlow.redeemAsWeb(server, browser.code(webRequest()));
    String pending = browser.code(webRequest());
    Seen account = browser.open("/account");
    assertThat(account.body()).contains("2 logins are active");

    Seen after = browser.submit(account, "action", "withdraw");

    assertThat(after.body()).contains("Access withdrawn").contains("No program has access");
    for (Answer tokens : new Answer[] {one, two}) {
      assertThat(server.introspect(tokens.text("access_token")).path("active").asBoolean())
          .isFalse();
      assertThat(
              server
                  .postAs(
                      "web",
                      "web-secret-0123456789-0123",
                      "/token",
                      "grant_type",
                      "refresh_token",
                      "refresh_token",
                      tokens.text("refresh_token"))
                  .outcome())
          .isEqualTo("400 invalid_grant");
    }
    assertThat(CodeFlow.redeemAsWeb(server, pending).outcome()).isEqualTo("400 invalid_grant");
    assertThat(browser.authorize(webRequest()).title()).isEqualTo("Allow or deny?");
  }

  @Test
  void nobody_withdraws_for_somebody_else() {
    Answer tokens = CodeFlow.redeemAsWeb(server, browser.code(webRequest()));
    Map<String, String> form = new LinkedHashMap<>(browser.open("/account").form("client_id"));
    CodeFlow bob = new CodeFlow(server);
    Seen his = bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");

    assertThat(bob.post("/account", form).status()).isEqualTo(403);
    form.put("form_token", his.form("action").get("form_token"));
    assertThat(bob.post("/account", form).status()).isEqualTo(303);
    assertThat(new CodeFlow(server).post("/account", form).status()).isEqualTo(403);

    assertThat(server.introspect(tokens.text("access_token")).path("active").asBoolean()).isTrue();
  }

  @Test
  void signing_out_everywhere_ends_the_sessions_of_all_browsers_and_no_grant() {
    Answer tokens = CodeFlow.redeemAsWeb(server, browser.code(webRequest()));
    CodeFlow elsewhere = new CodeFlow(server);
    elsewhere.signIn(elsewhere.open("/account"));
    Seen account = browser.open("/account");
    Map<String, String> form =
        Map.of(
            "form_token",
            account.form("action").get("form_token"),
            "action",
            "sign_out_everywhere");

    Seen out = browser.follow(browser.post("/account", form));

    assertThat(out.title()).isEqualTo("You’re signed out");
    assertThat(elsewhere.open("/account").title()).isEqualTo("Sign in");
    assertThat(browser.open("/account").title()).isEqualTo("Sign in");
    assertThat(server.introspect(tokens.text("access_token")).path("active").asBoolean()).isTrue();
  }

  @Test
  void what_nobody_offers_is_refused() {
    browser.signIn(browser.open("/account"));
    Seen account = browser.open("/account");
    Map<String, String> form = new LinkedHashMap<>(account.form("action"));
    form.put("action", "become_admin");

    assertThat(browser.post("/account", form).status()).isEqualTo(400);
  }
}

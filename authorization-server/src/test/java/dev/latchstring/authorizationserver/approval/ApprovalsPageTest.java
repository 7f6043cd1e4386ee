package dev.latchstring.authorizationserver.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person at a browser answers what is asked of them. */
@OnEveryDatabase
class ApprovalsPageTest {
  private static final String PATH = ApprovalsPage.PATH;
  private static ApprovalScene scene;
  private CodeFlow browser;

  ApprovalsPageTest(DatabaseKind kind) {}

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) {
    scene = new ApprovalScene(kind);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    scene.close();
  }

  /** So late that nothing is left of the test before. */
  @BeforeEach
  void signIn() {
    scene.server.clock().advance(Duration.ofHours(2));
    browser = new CodeFlow(scene.server);
    Seen signIn = browser.open(PATH);
    assertThat(signIn.title()).isEqualTo("Sign in");
    assertThat(browser.signIn(signIn).at().getPath()).isEqualTo(PATH);
  }

  private Map<String, String> form(String action, String number) {
    Map<String, String> form = new LinkedHashMap<>(browser.open(PATH).form("approval"));
    form.put("action", action);
    form.put("number", number);
    return form;
  }

  @Test
  void nothing_waits_and_the_account_page_leads_here() {
    assertThat(browser.open(PATH).body()).contains("Nothing waits for you");
    assertThat(browser.open("/account").body()).contains("href=\"/approvals\"");
  }

  @Test
  void who_asks_from_where_and_for_what_is_there_in_words_and_the_number_is_not() {
    Asked asked = scene.ask("alice");
    Seen page = browser.open(PATH);

    assertThat(page.title()).isEqualTo("Approve or deny?");
    assertThat(page.body())
        .contains("Clinic phone line")
        .contains("Set up by this server’s operator")
        .contains("203.0.113.7")
        .contains("Riverside Clinic")
        .contains("See appointments")
        .contains("just now")
        .contains("Nobody honest calls you")
        .doesNotContain(asked.id());
    // The head of the page has sizes, which may be the number by chance.
    assertThat(page.body().substring(page.body().indexOf("<main")))
        .doesNotContain(">" + asked.number() + "<")
        .doesNotContain("\"" + asked.number() + "\"");
  }

  @Test
  void the_number_approves() {
    Asked asked = scene.ask("alice");

    Seen done = browser.follow(browser.post(PATH, form("approve", asked.number())));

    assertThat(done.body()).contains("Approved. Go back to your call");
    assertThat(scene.state(asked))
        .isEqualTo(
            new ApprovalState.Approved(scene.server.clock().instant(), new Channel.Browser()));
  }

  @Test
  void a_no_denies() {
    Asked asked = scene.ask("alice");
    assertThat(browser.follow(browser.post(PATH, form("deny", ""))).body()).contains("Denied.");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @Test
  void a_wrong_number_is_told_once_and_denies_the_second_time() {
    Asked asked = scene.ask("alice");
    Map<String, String> form = form("approve", ApprovalScene.wrong(asked));

    Seen once = browser.post(PATH, form);
    assertThat(once.status()).isEqualTo(400);
    assertThat(once.body()).contains("That isn’t the number.").contains("aria-invalid=\"true\"");
    Seen twice = browser.post(PATH, form);
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.body()).contains("the request is denied");
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Denied());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "123", "4a", "12345678901234567890"})
  void what_cannot_be_a_number_costs_nothing(String number) {
    Asked asked = scene.ask("alice");
    for (int i = 0; i < 3; i++) {
      assertThat(browser.post(PATH, form("approve", number)).status()).isEqualTo(400);
    }
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void what_was_answered_before_or_too_late_or_is_anothers_is_over() {
    Asked answered = scene.ask("alice");
    Map<String, String> form = form("approve", answered.number());
    browser.post(PATH, form);
    assertThat(browser.post(PATH, form).status()).as("again").isEqualTo(409);

    Asked late = scene.ask("alice");
    Map<String, String> lateForm = form("approve", late.number());
    scene.server.clock().advance(Duration.ofMinutes(3));
    assertThat(browser.post(PATH, lateForm).status()).as("late").isEqualTo(409);

    Asked bobs = scene.ask("bob");
    lateForm.put("approval", scene.approvals.waiting(scene.subject("bob")).getFirst().handle());
    lateForm.put("number", bobs.number());
    assertThat(browser.post(PATH, lateForm).status()).as("another's").isEqualTo(409);
    assertThat(browser.open(PATH).body()).contains("Nothing waits for you");
    assertThat(scene.state(bobs)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void of_two_tabs_at_once_one_counts() throws Exception {
    Asked asked = scene.ask("alice");
    Map<String, String> yes = form("approve", asked.number());
    Map<String, String> no = form("deny", "");
    java.util.concurrent.atomic.AtomicInteger turn =
        new java.util.concurrent.atomic.AtomicInteger();

    List<Integer> statuses =
        Together.run(
            6, () -> browser.post(PATH, turn.getAndIncrement() % 2 == 0 ? yes : no).status());

    assertThat(statuses).filteredOn(status -> status == 303).hasSize(1);
  }

  @Test
  void a_form_without_its_token_or_with_another_action_is_refused() {
    Asked asked = scene.ask("alice");
    Map<String, String> form = form("approve", asked.number());
    form.remove("form_token");
    assertThat(browser.post(PATH, form).status()).isGreaterThanOrEqualTo(400);
    assertThat(browser.post(PATH, form("burn", asked.number())).status()).isEqualTo(400);
    assertThat(scene.state(asked)).isEqualTo(new ApprovalState.Pending());
  }

  @Test
  void who_is_signed_out_is_asked_to_sign_in_and_nothing_is_decided() {
    Asked asked = scene.ask("alice");
    Map<String, String> form = form("approve", asked.number());
    scene.server.clock().advance(Duration.ofHours(1));

    Seen answer = browser.post(PATH, form);
    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.header("Location")).startsWith("/sign-in?then=%2Fapprovals");
    assertThat(scene.state(asked)).isNotInstanceOf(ApprovalState.Approved.class);
  }
}

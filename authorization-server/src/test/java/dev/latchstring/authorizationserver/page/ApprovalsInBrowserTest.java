package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.page.BrowsedPages.named;
import static dev.latchstring.authorizationserver.page.BrowsedPages.phone;
import static dev.latchstring.authorizationserver.page.BrowsedPages.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.latchstring.authorizationserver.approval.ApprovalScene;
import dev.latchstring.authorizationserver.approval.ApprovalState;
import dev.latchstring.authorizationserver.approval.Asked;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A person answers on a phone, without JavaScript. */
@NeedsChromium
@NeedsNode
@ResourceLock("chromium")
class ApprovalsInBrowserTest {
  private final List<String> complaints = new ArrayList<>();
  private ApprovalScene scene;
  private RealBrowser browser;
  private BrowserContext context;

  @BeforeEach
  void start() throws Exception {
    scene = new ApprovalScene(DatabaseKind.SQLITE);
    browser = RealBrowser.start();
  }

  @AfterEach
  void stop() {
    context.close();
    browser.close();
    scene.close();
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  private Page page(com.microsoft.playwright.Browser.NewContextOptions options) {
    context = browser.context(options.setBaseURL(scene.server().issuer()));
    context.onConsoleMessage(message -> {
      if (message.type().equals("error") && !message.text().contains("a status of 4")) {
        complaints.add(message.text());
      }
    });
    return context.newPage();
  }

  private void titled(Page page, String title) {
    assertThat(page).hasTitle(title + " · " + scene.server().server().issuer().getAuthority());
  }

  private static void shot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of("target", name + ".png")));
  }

  @Test
  void from_the_account_page_to_an_approval_by_its_number() {
    Asked asked = scene.ask("alice");
    Page page = page(phone().setJavaScriptEnabled(false));
    page.navigate("/account");
    signIn(page);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("See what waits for you"))
        .click();
    titled(page, "Approve or deny?");
    shot(page, "approvals");

    page.getByLabel("Your number").fill(ApprovalScene.wrong(asked));
    page.getByLabel("Your number").press("Enter");
    titled(page, "Not approved");
    assertThat(page.getByLabel("Your number")).hasAttribute("aria-invalid", "true");
    shot(page, "approvals-wrong");
    page.getByLabel("Your number").fill(asked.number());
    page.getByRole(AriaRole.BUTTON, named("Approve Clinic phone line")).click();

    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Approved.");
    shot(page, "approvals-done");
    assertThat(scene.state(asked)).isInstanceOf(ApprovalState.Approved.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void three_at_once_from_whomever_fit_a_phone_and_the_accessibility_checker_finds_nothing(
      ColorScheme scheme) {
    String stranger =
        scene
            .server()
            .postJson(
                "/register",
                "{\"token_endpoint_auth_method\":\"none\",\"grant_types\":"
                    + "[\"urn:ietf:params:oauth:grant-type:device_code\"],\"client_name\":"
                    + "\"<b>Your bank</b> "
                    + "W".repeat(50)
                    + "\"}")
            .text("client_id");
    assertThat(stranger).isNotEmpty();
    scene.ask("alice");
    scene.askByStranger("alice", stranger);
    Asked last = scene.ask("alice");
    Page page = page(phone().setColorScheme(scheme).setBypassCSP(true));
    page.navigate("/approvals");
    signIn(page);
    titled(page, "Approve or deny?");
    shot(page, "approvals-three-" + scheme);

    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    assertThat(browser.violations(page)).isEmpty();
    page.getByLabel("Your number").last().fill("1");
    page.getByRole(AriaRole.BUTTON, named("Approve Clinic phone line")).last().click();
    titled(page, "Not approved");
    assertThat(browser.violations(page)).isEmpty();
    page.getByRole(AriaRole.BUTTON, named("Deny Clinic phone line")).last().click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Denied.");
    assertThat(browser.violations(page)).isEmpty();
    assertThat(scene.state(last)).isIn(new ApprovalState.Denied(), new ApprovalState.Pending());
  }
}

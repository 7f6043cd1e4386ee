package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.page.BrowsedPages.HOSTILE;
import static dev.latchstring.authorizationserver.page.BrowsedPages.VOICE;
import static dev.latchstring.authorizationserver.page.BrowsedPages.desktop;
import static dev.latchstring.authorizationserver.page.BrowsedPages.named;
import static dev.latchstring.authorizationserver.page.BrowsedPages.phone;
import static dev.latchstring.authorizationserver.page.BrowsedPages.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import dev.latchstring.authorizationserver.device.IssuedCodes;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a real browser makes of the pages: without scripts, in frames, with foreign forms. */
@NeedsChromium
@NeedsNode
@ResourceLock("chromium")
class PagesInBrowserTest {
  @RegisterExtension static final BrowsedPages pages = new BrowsedPages();

  @Test
  void the_whole_way_can_be_gone_without_javascript_on_a_phone() {
    IssuedCodes codes = pages.server().ask(VOICE, "clinic:read");
    Page page = pages.page(phone().setJavaScriptEnabled(false));
    page.navigate("/device?user_code=" + codes.userCode().display());

    signIn(page);
    pages.titled(page, "Is this your code?");
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).tap();
    pages.titled(page, "Allow or deny?");
    page.getByRole(AriaRole.BUTTON, named("Deny")).tap();

    pages.titled(page, "Denied");
    assertThat(pages.server().poll(codes, VOICE)).isInstanceOf(Poll.Denied.class);
  }

  @Test
  void a_hostile_name_is_shown_as_the_text_it_is() {
    Page page = pages.page(desktop());
    page.navigate(
        "/device?user_code=" + pages.server().ask(HOSTILE, "clinic:read").userCode().display());
    signIn(page);
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).click();

    pages.titled(page, "Allow or deny?");
    assertThat(page.getByText("<script>document.title='owned'</script>")).isVisible();
    assertThat(page.getByRole(AriaRole.HEADING, named("Allow access to Riverside Clinic?")))
        .isVisible();
    assertThat(page.getByText("Not verified", new Page.GetByTextOptions().setExact(true)))
        .isVisible();
  }

  @Test
  void no_other_site_can_put_a_page_in_a_frame() {
    Page page = pages.page(desktop());
    page.setContent("<iframe id=f src='" + pages.server().issuer() + "/sign-in'></iframe>");

    assertThat(page.frameLocator("#f").getByLabel("Username")).hasCount(0);
    page.waitForCondition(
        () -> pages.complaints().stream().anyMatch(c -> c.contains("frame-ancestors")));
    pages.complaints().clear();
  }

  @Test
  void reloading_an_answer_to_a_form_is_not_taken_for_an_attack() {
    Page page = pages.page(desktop());
    page.navigate("/device");
    page.getByLabel("Username").fill("bob");
    page.getByLabel("Password").fill("wrong");
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    pages.titled(page, "Not signed in");

    page.reload();

    pages.titled(page, "Not signed in");
  }

  @Test
  void a_form_that_another_site_sends_does_nothing() {
    Page page = pages.page(desktop());
    page.navigate("/device");
    signIn(page);
    pages.titled(page, "Enter the code");
    String token = page.locator("main input[name=form_token]").inputValue();

    page.navigate(
        "data:text/html,<form method=post action='"
            + pages.server().issuer()
            + "/sign-out'>"
            + "<input name=form_token value="
            + token
            + "><button>Win a prize</button></form>");
    Response response =
        page.waitForResponse("**/sign-out", () -> page.getByRole(AriaRole.BUTTON).click());

    assertThat(response.status()).isEqualTo(403);
    pages.titled(page, "This form came from another site");
    page.navigate("/device");
    pages.titled(page, "Enter the code");
  }
}

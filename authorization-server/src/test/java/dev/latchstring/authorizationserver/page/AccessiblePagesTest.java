package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.page.BrowsedPages.HOSTILE;
import static dev.latchstring.authorizationserver.page.BrowsedPages.VOICE;
import static dev.latchstring.authorizationserver.page.BrowsedPages.desktop;
import static dev.latchstring.authorizationserver.page.BrowsedPages.enter;
import static dev.latchstring.authorizationserver.page.BrowsedPages.named;
import static dev.latchstring.authorizationserver.page.BrowsedPages.phone;
import static dev.latchstring.authorizationserver.page.BrowsedPages.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.latchstring.authorizationserver.device.IssuedCodes;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages for everybody: keyboard, small screen, screen reader, light and dark. */
@NeedsChromium
@NeedsNode
@ResourceLock("chromium")
class AccessiblePagesTest {
  @RegisterExtension static final BrowsedPages pages = new BrowsedPages();

  @Test
  void no_page_scrolls_sideways_or_has_a_target_too_small_for_a_thumb_on_a_phone() {
    Page page = pages.page(phone());
    everyPage(
        page,
        name -> {
          assertThat(page.evaluate("document.documentElement.scrollWidth")).as(name).isEqualTo(360);
          assertThat(
                  page.evaluate(
                      """
                      [...document.querySelectorAll('button, a.button, input:not([type=hidden])')]
                        .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)
                      """))
              .as(name)
              .isEqualTo(List.of());
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void the_accessibility_checker_finds_nothing_in_either_colour_scheme(ColorScheme scheme) {
    Page page = pages.page(phone().setColorScheme(scheme).setBypassCSP(true));
    List<String> grounds = new ArrayList<>();
    everyPage(
        page,
        name -> {
          assertThat(pages.browser().violations(page)).as(name).isEmpty();
          grounds.add((String) page.evaluate("getComputedStyle(document.body).backgroundColor"));
        });
    assertThat(grounds)
        .containsOnly(scheme == ColorScheme.DARK ? "rgb(27, 33, 30)" : "rgb(255, 253, 249)");
  }

  /** Every page there is, in the order a person meets them, with a hostile client. */
  private static void everyPage(Page page, Consumer<String> look) {
    page.navigate("/device");
    look.accept("sign-in");
    page.getByLabel("Username").fill("nobody" + "x".repeat(150));
    page.getByLabel("Password").fill("wrong");
    page.keyboard().press("Enter");
    pages.titled(page, "Not signed in");
    look.accept("sign-in refused");
    signIn(page);
    pages.titled(page, "Enter the code");
    look.accept("code");
    enter(page, "no code at all, far too long for one");
    pages.titled(page, "The code wasn’t accepted");
    look.accept("code refused");
    page.navigate(
        "/device?user_code="
            + pages.server().ask(HOSTILE, "clinic:read", "x".repeat(200)).userCode().display());
    pages.titled(page, "Is this your code?");
    look.accept("code brought");
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).click();
    pages.titled(page, "Allow or deny?");
    look.accept("request");
    page.getByRole(AriaRole.BUTTON, named("Allow")).click();
    pages.titled(page, "Allowed");
    look.accept("allowed");
    page.goBack();
    pages.titled(page, "Already allowed");
    look.accept("already allowed");
    page.navigate("/device");
    enter(page, pages.server().ask(VOICE, "clinic:read").userCode().display());
    pages.titled(page, "Allow or deny?");
    page.getByRole(AriaRole.BUTTON, named("Deny")).click();
    pages.titled(page, "Denied");
    look.accept("denied");
    page.navigate("/nowhere");
    look.accept("nowhere");
    page.navigate("/sign-out");
    look.accept("sign-out");
    page.getByRole(AriaRole.MAIN).getByRole(AriaRole.BUTTON).click();
    pages.titled(page, "You’re signed out");
    look.accept("signed out");
  }

  @Test
  void a_screen_reader_is_told_what_every_part_is() {
    Page page = pages.page(desktop());
    page.navigate("/device");
    assertThat(page.locator("body"))
        .matchesAriaSnapshot(
            """
            - banner
            - main:
              - heading "Sign in" [level=1]
              - paragraph
              - text: Username
              - textbox "Username"
              - text: Password
              - textbox "Password"
              - button "Sign in"
            - contentinfo
            """);
    assertThat(page.locator("html")).hasAttribute("lang", "en");
    assertThat(page.getByLabel("Username")).hasAttribute("autocomplete", "username");
    assertThat(page.getByLabel("Password")).hasAttribute("autocomplete", "current-password");
    signIn(page);
    Locator code = page.getByRole(AriaRole.TEXTBOX, named("Code"));
    assertThat(code).hasAccessibleDescription(Pattern.compile("^Eight letters, like WDJB-MJHT"));
    assertThat(code).hasAttribute("autocomplete", "off");
    assertThat(code).hasAttribute("autocapitalize", "characters");
    assertThat(code).hasAttribute("inputmode", "text");
    enter(page, "wrong");
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("A code has eight letters and no vowels.");
    assertThat(code)
        .hasAccessibleDescription(Pattern.compile("^A code has eight letters and no vowels."));
    assertThat(code).hasAttribute("aria-invalid", "true");
    enter(page, pages.server().ask(VOICE, "clinic:read").userCode().display());
    assertThat(page.getByRole(AriaRole.NOTE, named("Warning")))
        .containsText("Go on only if you started this");
    assertThat(page.getByRole(AriaRole.MAIN))
        .matchesAriaSnapshot(
            """
            - main:
              - heading "Allow access to Riverside Clinic?" [level=1]
              - note "Warning"
              - term: Code
              - definition
              - term: Who is asking
              - definition:
                - strong: Front desk voice agent
                - text: "Set up by this server’s operator Website: voice.example Client ID: clinic-voice"
              - term: From where
              - definition:
                - text: 203.0.113.7 This browser is at 127.0.0.1. That differs when the device is on another network.
                - time: 1 November 2026, 12:00 UTC
                - text: (just now)
              - term: Which server
              - definition:
                - strong: Riverside Clinic
                - text: https://clinic.example/mcp
              - term: What it may do
              - definition:
                - list:
                  - listitem: Look up patients and their appointments clinic:read
              - term: As whom
              - definition: Alice Moreau (alice)
              - button "Deny"
              - button "Allow"
            """);
  }

  @Test
  void the_whole_way_can_be_gone_with_the_keyboard_alone() {
    IssuedCodes codes = pages.server().ask(VOICE, "clinic:read");
    Page page = pages.page(desktop());
    page.navigate("/device");

    tabTo(page, "username");
    page.keyboard().type("alice");
    tabTo(page, "password");
    page.keyboard().type("correct horse");
    page.keyboard().press("Enter");
    pages.titled(page, "Enter the code");
    Locator code = page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true));
    assertThat(code).isFocused();
    page.keyboard().type(codes.userCode().display().replace("-", "").toLowerCase(Locale.ROOT));
    page.keyboard().press("Enter");

    pages.titled(page, "Allow or deny?");
    assertThat(focusOrder(page)).containsExactly("Sign out", "Deny", "Allow");
    page.keyboard().press("Enter");
    pages.titled(page, "Allowed");
    assertThat(pages.server().poll(codes, VOICE)).isInstanceOf(Poll.Approved.class);
  }

  private static void tabTo(Page page, String id) {
    for (int i = 0; i < 10 && !id.equals(page.evaluate("document.activeElement.id")); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(page.evaluate("document.activeElement.id")).isEqualTo(id);
    seen(page);
  }

  /** Everything that tab reaches, up to Allow; each with a focus ring that can be seen. */
  private static List<String> focusOrder(Page page) {
    List<String> order = new ArrayList<>();
    while (order.size() < 10 && !order.contains("Allow")) {
      page.keyboard().press("Tab");
      order.add((String) page.evaluate("document.activeElement.textContent.trim()"));
      seen(page);
    }
    return order;
  }

  private static void seen(Page page) {
    assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
    assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineWidth"))
        .isEqualTo("3px");
  }
}

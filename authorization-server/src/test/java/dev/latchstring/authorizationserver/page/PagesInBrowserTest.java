package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.latchstring.authorizationserver.device.IssuedCodes;
import dev.latchstring.authorizationserver.device.Poll;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages as people meet them: in Chromium. */
@NeedsChromium
@NeedsNode
class PagesInBrowserTest {
  private static final String VOICE = "clinic-voice";
  private static final String HOSTILE = "hostile";

  @TempDir static Path folder;
  private static PagesServer server;
  private static RealBrowser browser;

  @BeforeAll
  static void start() throws Exception {
    server = new PagesServer(folder, new TestClock(), null);
    server.client(
        VOICE,
        Origin.CONFIGURED,
        Map.of("client_name", "Front desk voice agent", "client_uri", "https://voice.example/"));
    server.client(
        HOSTILE,
        Origin.DYNAMIC,
        Map.of(
            "client_name",
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
                + "\u202Etxet desrever "
                + "W".repeat(500),
            "client_uri",
            "https://" + "w".repeat(63) + "." + "w".repeat(63) + ".example/"));
    browser = RealBrowser.start();
    PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
  }

  @AfterAll
  static void stop() throws Exception {
    browser.close();
    server.close();
  }

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;

  @AfterEach
  void the_browser_had_nothing_to_complain_of() {
    context.close();
    assertThat(complaints).isEmpty();
  }

  private static NewContextOptions desktop() {
    return new NewContextOptions().setViewportSize(1100, 800);
  }

  private static NewContextOptions phone() {
    return new NewContextOptions().setViewportSize(360, 740).setIsMobile(true).setHasTouch(true);
  }

  private Page page(NewContextOptions options) {
    context = browser.context(options.setBaseURL(server.issuer().toString()));
    context.onConsoleMessage(message -> {
      boolean refusal = message.text().contains("the server responded with a status of 4");
      if (message.type().equals("error") && !refusal) {
        complaints.add(message.text());
      }
    });
    return context.newPage();
  }

  private static void signIn(Page page) {
    page.getByLabel("Username").fill("alice");
    page.getByLabel("Password").fill("correct horse");
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
  }

  private static void enter(Page page, String code) {
    page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true)).fill(code);
    page.getByRole(AriaRole.BUTTON, named("Continue")).click();
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private static void titled(Page page, String title) {
    assertThat(page).hasTitle(title + " · " + server.issuer().getAuthority());
  }

  @Test
  void the_whole_way_can_be_gone_with_the_keyboard_alone() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Page page = page(desktop());
    page.navigate("/device");

    tabTo(page, "username");
    page.keyboard().type("alice");
    tabTo(page, "password");
    page.keyboard().type("correct horse");
    page.keyboard().press("Enter");
    titled(page, "Enter the code");
    Locator code = page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true));
    assertThat(code).isFocused();
    page.keyboard()
        .type(codes.userCode().display().replace("-", "").toLowerCase(java.util.Locale.ROOT));
    page.keyboard().press("Enter");

    titled(page, "Allow or deny?");
    assertThat(focusOrder(page)).containsExactly("Sign out", "Deny", "Allow");
    page.keyboard().press("Enter");
    titled(page, "Allowed");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Approved.class);
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

  @Test
  void the_whole_way_can_be_gone_without_javascript_on_a_phone() {
    IssuedCodes codes = server.ask(VOICE, "clinic:read");
    Page page = page(phone().setJavaScriptEnabled(false));
    page.navigate("/device?user_code=" + codes.userCode().display());

    signIn(page);
    titled(page, "Is this your code?");
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).tap();
    titled(page, "Allow or deny?");
    page.getByRole(AriaRole.BUTTON, named("Deny")).tap();

    titled(page, "Denied");
    assertThat(server.poll(codes, VOICE)).isInstanceOf(Poll.Denied.class);
  }

  @Test
  void no_page_scrolls_sideways_or_has_a_target_too_small_for_a_thumb_on_a_phone() {
    Page page = page(phone());
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
    Page page = page(phone().setColorScheme(scheme).setBypassCSP(true));
    List<String> grounds = new ArrayList<>();
    everyPage(
        page,
        name -> {
          assertThat(browser.violations(page)).as(name).isEmpty();
          grounds.add((String) page.evaluate("getComputedStyle(document.body).backgroundColor"));
        });
    assertThat(grounds)
        .containsOnly(scheme == ColorScheme.DARK ? "rgb(27, 33, 30)" : "rgb(255, 253, 249)");
  }

  /** Every page there is, in the order a person meets them, with a hostile client. */
  private static void everyPage(Page page, java.util.function.Consumer<String> look) {
    page.navigate("/device");
    look.accept("sign-in");
    page.getByLabel("Username").fill("nobody" + "x".repeat(150));
    page.getByLabel("Password").fill("wrong");
    page.keyboard().press("Enter");
    titled(page, "Not signed in");
    look.accept("sign-in refused");
    signIn(page);
    titled(page, "Enter the code");
    look.accept("code");
    enter(page, "no code at all, far too long for one");
    titled(page, "The code wasn’t accepted");
    look.accept("code refused");
    page.navigate(
        "/device?user_code="
            + server.ask(HOSTILE, "clinic:read", "x".repeat(200)).userCode().display());
    titled(page, "Is this your code?");
    look.accept("code brought");
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).click();
    titled(page, "Allow or deny?");
    look.accept("request");
    page.getByRole(AriaRole.BUTTON, named("Allow")).click();
    titled(page, "Allowed");
    look.accept("allowed");
    page.goBack();
    titled(page, "Already allowed");
    look.accept("already allowed");
    page.navigate("/device");
    enter(page, server.ask(VOICE, "clinic:read").userCode().display());
    titled(page, "Allow or deny?");
    page.getByRole(AriaRole.BUTTON, named("Deny")).click();
    titled(page, "Denied");
    look.accept("denied");
    page.navigate("/nowhere");
    look.accept("nowhere");
    page.navigate("/sign-out");
    look.accept("sign-out");
    page.getByRole(AriaRole.MAIN).getByRole(AriaRole.BUTTON).click();
    titled(page, "You’re signed out");
    look.accept("signed out");
  }

  @Test
  void a_hostile_name_is_shown_as_the_text_it_is() {
    Page page = page(desktop());
    page.navigate("/device?user_code=" + server.ask(HOSTILE, "clinic:read").userCode().display());
    signIn(page);
    page.getByRole(AriaRole.BUTTON, named("It’s the same code")).click();

    titled(page, "Allow or deny?");
    assertThat(page.getByText("<script>document.title='owned'</script>")).isVisible();
    assertThat(page.getByRole(AriaRole.HEADING, named("Allow access to Riverside Clinic?")))
        .isVisible();
    assertThat(page.getByText("Not verified", new Page.GetByTextOptions().setExact(true)))
        .isVisible();
  }

  @Test
  void a_screen_reader_is_told_what_every_part_is() {
    Page page = page(desktop());
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
    enter(page, server.ask(VOICE, "clinic:read").userCode().display());
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
  void no_other_site_can_put_a_page_in_a_frame() {
    Page page = page(desktop());
    page.setContent("<iframe id=f src='" + server.issuer() + "/sign-in'></iframe>");

    assertThat(page.frameLocator("#f").getByLabel("Username")).hasCount(0);
    page.waitForCondition(() -> complaints.stream().anyMatch(c -> c.contains("frame-ancestors")));
    complaints.clear();
  }

  @Test
  void reloading_an_answer_to_a_form_is_not_taken_for_an_attack() {
    Page page = page(desktop());
    page.navigate("/device");
    page.getByLabel("Username").fill("bob");
    page.getByLabel("Password").fill("wrong");
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    titled(page, "Not signed in");

    page.reload();

    titled(page, "Not signed in");
  }

  @Test
  void a_form_that_another_site_sends_does_nothing() {
    Page page = page(desktop());
    page.navigate("/device");
    signIn(page);
    titled(page, "Enter the code");
    String token = page.locator("main input[name=form_token]").inputValue();

    page.navigate(
        "data:text/html,<form method=post action='"
            + server.issuer()
            + "/sign-out'>"
            + "<input name=form_token value="
            + token
            + "><button>Win a prize</button></form>");
    Response response =
        page.waitForResponse("**/sign-out", () -> page.getByRole(AriaRole.BUTTON).click());

    assertThat(response.status()).isEqualTo(403);
    titled(page, "This form came from another site");
    page.navigate("/device");
    titled(page, "Enter the code");
  }
}

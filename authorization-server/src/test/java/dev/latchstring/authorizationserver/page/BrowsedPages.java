package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The pages, a Chromium in front of them, and what people do there. After each test the browser
 * must have had nothing to complain of, such as something that the content security policy forbids.
 */
final class BrowsedPages implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** A client that the operator set up. */
  static final String VOICE = "clinic-voice";

  /** A client that registered itself with the worst name and address it could think of. */
  static final String HOSTILE = "hostile";

  private final List<String> complaints = new ArrayList<>();
  private PagesServer server;
  private RealBrowser browser;
  private BrowserContext context;

  @Override
  public void beforeAll(ExtensionContext test) throws Exception {
    server = new PagesServer(RunningServer.directory(), new TestClock(), null);
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

  @Override
  public void afterEach(ExtensionContext test) {
    context.close();
    assertThat(complaints).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext test) {
    if (browser != null) {
      browser.close();
    }
    server.close();
  }

  PagesServer server() {
    return server;
  }

  RealBrowser browser() {
    return browser;
  }

  /** What the browser complained of; a test that provokes a complaint clears it. */
  List<String> complaints() {
    return complaints;
  }

  static NewContextOptions desktop() {
    return new NewContextOptions().setViewportSize(1100, 800);
  }

  static NewContextOptions phone() {
    return new NewContextOptions().setViewportSize(360, 740).setIsMobile(true).setHasTouch(true);
  }

  /** A page in a browser that has never been here. */
  Page page(NewContextOptions options) {
    context = browser.context(options.setBaseURL(server.issuer().toString()));
    context.onConsoleMessage(message -> {
      boolean refusal = message.text().contains("the server responded with a status of 4");
      if (message.type().equals("error") && !refusal) {
        complaints.add(message.text());
      }
    });
    return context.newPage();
  }

  static void signIn(Page page) {
    page.getByLabel("Username").fill("alice");
    page.getByLabel("Password").fill("correct horse");
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
  }

  static void enter(Page page, String code) {
    page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true)).fill(code);
    page.getByRole(AriaRole.BUTTON, named("Continue")).click();
  }

  static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  /** Waits for the page of this title. */
  void titled(Page page, String title) {
    assertThat(page).hasTitle(title + " · " + server.issuer().getAuthority());
  }
}

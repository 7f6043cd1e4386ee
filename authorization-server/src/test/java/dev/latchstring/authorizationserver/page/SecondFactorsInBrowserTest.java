package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.page.BrowsedPages.named;
import static dev.latchstring.authorizationserver.page.BrowsedPages.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.authorizationserver.credential.Passkey;
import dev.latchstring.authorizationserver.credential.PasskeyStore;
import dev.latchstring.authorizationserver.credential.Passkeys;
import dev.latchstring.authorizationserver.credential.RelyingParty;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Passkeys and authenticator apps in a real browser, with an authenticator that it plays. */
@NeedsChromium
@NeedsNode
@ResourceLock("chromium")
class SecondFactorsInBrowserTest {
  private static RealBrowser browser;

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<BrowserContext> contexts = new ArrayList<>();
  private RunningServer server;
  private Database database;

  @BeforeAll
  static void launch() throws Exception {
    browser = RealBrowser.start();
  }

  @AfterAll
  static void quit() {
    browser.close();
  }

  @BeforeEach
  void start() {
    DatabaseConfiguration configuration = DatabaseKind.SQLITE.fresh();
    server = RunningServer.start(configuration, CodeFlow.YAML, clock, directory);
    database = Database.open(configuration);
  }

  @AfterEach
  void stop() {
    contexts.forEach(BrowserContext::close);
    database.close();
    server.close();
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  private Page page(NewContextOptions options) {
    BrowserContext context = browser.context(options.setBaseURL(server.issuer()));
    contexts.add(context);
    context.onConsoleMessage(message -> {
      if (message.type().equals("error") && !message.text().contains("a status of 4")) {
        complaints.add(message.text());
      }
    });
    return context.newPage();
  }

  private static NewContextOptions phone() {
    return new NewContextOptions().setViewportSize(360, 740).setIsMobile(true).setHasTouch(true);
  }

  /** A phone's own authenticator, whose owner always lets it see a face. */
  private static void withAuthenticator(Page page, boolean verifies) {
    CDPSession session = page.context().newCDPSession(page);
    JsonObject ui = new JsonObject();
    ui.addProperty("enableUI", false);
    session.send("WebAuthn.enable", ui);
    JsonObject options = new JsonObject();
    options.addProperty("protocol", "ctap2");
    options.addProperty("transport", "internal");
    options.addProperty("hasResidentKey", true);
    options.addProperty("hasUserVerification", true);
    options.addProperty("isUserVerified", verifies);
    options.addProperty("automaticPresenceSimulation", true);
    JsonObject add = new JsonObject();
    add.add("options", options);
    session.send("WebAuthn.addVirtualAuthenticator", add);
  }

  private Page makePasskey(Page page, String name) {
    page.navigate("/account/passkeys");
    if (page.getByLabel("Username").count() > 0) {
      signIn(page);
    }
    page.getByRole(AriaRole.BUTTON, named("Add a passkey")).click();
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(name);
    page.getByRole(AriaRole.BUTTON, named("Make the passkey")).click();
    return page;
  }

  private byte[] fresh() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void a_browser_makes_a_passkey_whose_assertions_prove_the_person() {
    Page page = page(phone());
    withAuthenticator(page, true);
    makePasskey(page, "My phone");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("Your passkey is ready.");
    assertThat(page.getByRole(AriaRole.HEADING, named("My phone"))).isVisible();

    PasskeyStore store = new PasskeyStore(database, clock);
    Passkeys passkeys =
        new Passkeys(store, RelyingParty.of(URI.create(server.issuer()), List.of()));
    String subject =
        database.read(h -> h.createQuery("select subject from passkey").mapTo(String.class).one());
    Passkey kept = store.of(subject).getFirst();
    assertThat(kept.transports()).containsExactly("internal");
    for (int i = 0; i < 2; i++) {
      byte[] challenge = fresh();
      String answer =
          (String)
              page.evaluate(
                  """
                  async (options) => {
                    const publicKey =
                      PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
                    const made = await navigator.credentials.get({ publicKey });
                    return JSON.stringify(made.toJSON());
                  }
                  """,
                  passkeys.options(subject, challenge, fresh()).toString());

      assertThat(passkeys.verify(subject, fresh(), Json.readTree(answer))).isFalse();
      assertThat(passkeys.verify("somebody", challenge, Json.readTree(answer))).isFalse();
      assertThat(passkeys.verify(subject, challenge, Json.readTree(answer))).isTrue();
      assertThat(passkeys.verify(subject, challenge, Json.readTree(answer)))
          .as("its counter came before")
          .isFalse();
    }
  }

  @Test
  void one_device_has_one_passkey_of_an_account() {
    Page page = page(phone());
    withAuthenticator(page, true);
    makePasskey(page, "My phone");
    assertThat(page.getByRole(AriaRole.STATUS)).isVisible();

    makePasskey(page, "Again");

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("has a passkey for your account");
    page.getByRole(AriaRole.BUTTON, named("Leave it")).click();
    assertThat(page.getByRole(AriaRole.HEADING, named("My phone"))).isVisible();
    assertThat(page.getByText("Again")).hasCount(0);
  }

  @Test
  void who_is_not_recognised_makes_no_passkey_and_is_told() {
    Page page = page(phone());
    withAuthenticator(page, false);
    makePasskey(page, "My phone");

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("No passkey was made");
    assertThat(page.getByRole(AriaRole.BUTTON, named("Make the passkey"))).isEnabled();
    assertThat(
            database.<Integer>read(
                h -> h.createQuery("select count(*) from passkey").mapTo(Integer.class).one()))
        .isZero();
  }

  @Test
  void a_browser_without_passkeys_or_scripts_says_so() {
    for (boolean scripts : new boolean[] {true, false}) {
      Page page = page(phone().setJavaScriptEnabled(scripts));
      page.addInitScript("delete window.PublicKeyCredential");
      page.navigate("/account/passkeys");
      signIn(page);
      page.getByRole(AriaRole.BUTTON, named("Add a passkey")).click();

      assertThat(page.getByRole(AriaRole.NOTE, named("No passkeys")))
          .containsText("This browser can’t make passkeys, or its scripts are off.");
      assertThat(page.locator("#passkey")).isHidden();
    }
  }

  @Test
  void an_app_is_set_up_without_javascript() throws Exception {
    Page page = page(phone().setJavaScriptEnabled(false));
    page.navigate("/account/authenticator");
    signIn(page);
    page.getByRole(AriaRole.BUTTON, named("Set up an app")).tap();
    String secret = page.locator(".secret code").textContent();
    page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true))
        .fill(code(secret, clock.instant()));
    page.getByRole(AriaRole.BUTTON, named("Turn on")).tap();

    assertThat(page.getByRole(AriaRole.STATUS)).hasText("Your authenticator app is set up.");
  }

  /** RFC 6238, written out once more. */
  private static String code(String secret, Instant now) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(Base32.decode(secret.replace(" ", "")), "HmacSHA1"));
    byte[] hash =
        mac.doFinal(java.nio.ByteBuffer.allocate(8).putLong(now.getEpochSecond() / 30).array());
    int offset = hash[19] & 0xF;
    int binary = java.nio.ByteBuffer.wrap(hash).getInt(offset) & 0x7FFF_FFFF;
    return "%06d".formatted(binary % 1_000_000);
  }

  @Test
  void every_page_is_for_everybody_on_a_phone_in_light_and_dark() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = page(phone().setColorScheme(scheme).setBypassCSP(true));
      withAuthenticator(page, true);
      everyPage(
          page,
          name -> {
            page.screenshot(
                new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of("target", "second-factors", scheme + "-" + name + ".png")));
            assertThat(browser.violations(page)).as(name).isEmpty();
            assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as(name)
                .isEqualTo(360);
            assertThat(
                    page.evaluate(
                        """
                        [...document.querySelectorAll(
                            'button, a.button, summary, input:not([type=hidden])')]
                          .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
                          .map(e => e.outerHTML)
                        """))
                .as(name)
                .isEqualTo(List.of());
          });
    }
  }

  private void everyPage(Page page, Consumer<String> look) {
    page.navigate("/account");
    signIn(page);
    look.accept("account");
    page.getByRole(AriaRole.LINK, named("Set up an authenticator app")).click();
    look.accept("app");
    page.getByRole(AriaRole.BUTTON, named("Set up an app")).click();
    look.accept("app-setup");
    page.getByLabel("Code", new Page.GetByLabelOptions().setExact(true)).fill("000000");
    page.getByRole(AriaRole.BUTTON, named("Turn on")).click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("isn’t the code");
    look.accept("app-wrong");
    page.getByRole(AriaRole.BUTTON, named("Leave it as it was")).click();
    page.navigate("/account/passkeys");
    look.accept("passkeys-none");
    page.getByRole(AriaRole.BUTTON, named("Add a passkey")).click();
    look.accept("passkey-making");
    page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("W".repeat(60));
    page.getByRole(AriaRole.BUTTON, named("Make the passkey")).click();
    assertThat(page.getByRole(AriaRole.STATUS)).isVisible();
    page.getByText("Rename").click();
    look.accept("passkeys");
    page.navigate("/account");
    look.accept("account-with");
    page.navigate("/account/passkeys");
    page.getByRole(AriaRole.BUTTON, named("Remove " + "W".repeat(60))).click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("is removed here");
  }
}

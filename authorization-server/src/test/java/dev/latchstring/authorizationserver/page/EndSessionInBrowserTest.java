package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.RunningServer.form;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeem;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeemAsWeb;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static dev.latchstring.authorizationserver.page.BrowsedPages.named;
import static dev.latchstring.authorizationserver.page.BrowsedPages.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing out for a client, in a real browser. */
@NeedsChromium
@NeedsNode
class EndSessionInBrowserTest {
  private static final String LONG = "v".repeat(63) + "." + "v".repeat(63) + ".example";

  private static RealBrowser browser;
  private HttpServer app;
  private RunningServer server;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<BrowserContext> contexts = new ArrayList<>();

  @BeforeAll
  static void launch() throws Exception {
    browser = RealBrowser.start();
  }

  @AfterAll
  static void quit() {
    browser.close();
  }

  @BeforeEach
  void start() throws Exception {
    app = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    app.createContext(
        "/bye",
        exchange -> {
          byte[] page =
              "<!doctype html><link rel=icon href=data:,><title>Bye</title>".getBytes("UTF-8");
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    app.start();
    server =
        RunningServer.start(
            CodeFlow.YAML.replace(
                "    client_uri: https://app.example/about\n",
                "    client_uri: https://app.example/about\n    post_logout_redirect_uris: [\""
                    + bye()
                    + "\"]\n"));
  }

  @AfterEach
  void stop() {
    contexts.forEach(BrowserContext::close);
    app.stop(0);
    server.close();
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  private String bye() {
    return "http://127.0.0.1:" + app.getAddress().getPort() + "/bye";
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
    return new NewContextOptions().setViewportSize(375, 740).setIsMobile(true).setHasTouch(true);
  }

  private void titled(Page page, String title) {
    assertThat(page).hasTitle(title + " · " + server.server().issuer().getAuthority());
  }

  private String alicesIdToken() {
    CodeFlow elsewhere = new CodeFlow(server);
    return redeemAsWeb(server, elsewhere.code(webRequest("scope", "openid"))).text("id_token");
  }

  private static String endSession(String... parameters) {
    return "/end_session?" + FormParameters.encode(form(parameters));
  }

  private void signedIn(Page page) {
    page.navigate("/account");
    signIn(page);
    titled(page, "Your account");
  }

  @Test
  void a_form_of_the_clients_own_page_signs_the_person_out_and_brings_them_back() {
    Page page = page(phone().setJavaScriptEnabled(false));
    signedIn(page);
    page.navigate(
        "data:text/html,<form method=post action='"
            + server.issuer()
            + "/end_session'><input name=id_token_hint value="
            + alicesIdToken()
            + "><input name=post_logout_redirect_uri value="
            + bye()
            + "><input name=state value=x><button>Log out</button></form>");
    page.getByRole(AriaRole.BUTTON, named("Log out")).click();

    assertThat(page).hasURL(bye() + "?state=x");
    page.navigate("/account");
    titled(page, "Sign in");
  }

  @Test
  void a_person_who_is_asked_says_yes_and_goes_on_with_the_keyboard() {
    Page page = page(BrowsedPages.desktop());
    signedIn(page);
    page.navigate(endSession("client_id", "web", "post_logout_redirect_uri", bye()));
    titled(page, "Sign out?");
    page.keyboard().press("Tab");
    while (!"Sign out".equals(page.evaluate("document.activeElement.textContent.trim()"))) {
      page.keyboard().press("Tab");
    }
    page.keyboard().press("Enter");
    titled(page, "You’re signed out");
    page.getByRole(AriaRole.LINK, named("Go back there")).click();

    assertThat(page).hasTitle("Bye");
  }

  @Test
  void somebody_else_who_says_yes_is_brought_back_by_the_page_itself() {
    Page page = page(phone());
    page.navigate("/account");
    page.getByLabel("Username").fill("bob");
    page.getByLabel("Password").fill("battery staple");
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    titled(page, "Your account");
    page.navigate(endSession("id_token_hint", alicesIdToken(), "post_logout_redirect_uri", bye()));
    titled(page, "Sign out?");
    page.getByRole(AriaRole.BUTTON, named("Sign out")).click();

    assertThat(page).hasTitle("Bye");
  }

  @Test
  void no_page_scrolls_sideways_or_has_anything_for_the_accessibility_checker_to_find() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page small = page(phone().setColorScheme(scheme).setBypassCSP(true));
      everyPage(
          small,
          name -> {
            assertThat(small.evaluate("document.documentElement.scrollWidth"))
                .as(name)
                .isEqualTo(375);
            assertThat(browser.violations(small)).as(name).isEmpty();
            picture(small, name + "-375-" + scheme);
          });
    }
    Page large = page(BrowsedPages.desktop().setBypassCSP(true));
    everyPage(large, name -> picture(large, name + "-desktop"));
  }

  /** For people to look at. */
  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target", "pictures", name + ".png"))
            .setFullPage(true));
  }

  private void everyPage(Page page, Consumer<String> look) {
    String hostile =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "client_name",
                        "<script>document.title='owned'</script>" + "W".repeat(80),
                        "redirect_uris",
                        List.of("https://" + LONG + "/cb"),
                        "post_logout_redirect_uris",
                        List.of("https://" + LONG + "/bye"),
                        "token_endpoint_auth_method",
                        "none")))
            .text("client_id");
    CodeFlow bob = new CodeFlow(server);
    bob.submit(bob.open("/account"), "username", "bob", "password", "battery staple");
    String bobs =
        redeem(
                server,
                bob.code(
                    request(
                        "client_id",
                        hostile,
                        "redirect_uri",
                        "https://" + LONG + "/cb",
                        "scope",
                        "openid")),
                "client_id",
                hostile,
                "redirect_uri",
                "https://" + LONG + "/cb")
            .text("id_token");
    signedIn(page);
    page.navigate(endSession("client_id", "web", "post_logout_redirect_uri", bye()));
    look.accept("end-session");
    page.navigate(endSession());
    look.accept("end-session-bare");
    page.navigate(
        endSession("client_id", "web", "post_logout_redirect_uri", "https://evil.example/"));
    look.accept("end-session-problem");
    page.navigate(
        endSession("id_token_hint", bobs, "post_logout_redirect_uri", "https://" + LONG + "/bye"));
    look.accept("end-session-another");
    page.navigate(
        "/authorize?"
            + FormParameters.encode(
                webRequest(
                    "scope",
                    "openid clinic:read",
                    "prompt",
                    "consent",
                    "claims",
                    "{\"userinfo\":{\"email\":null,\"locale\":null}}")));
    look.accept("consent-claims");
    page.navigate(
        endSession("id_token_hint", bobs, "post_logout_redirect_uri", "https://" + LONG + "/bye"));
    page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
    titled(page, "You’re signed out");
    look.accept("signed-out-way-back");
    page.navigate(endSession());
    look.accept("signed-out");
    page.navigate(endSession("post_logout_redirect_uri", "https://evil.example/"));
    look.accept("signed-out-problem");
  }
}

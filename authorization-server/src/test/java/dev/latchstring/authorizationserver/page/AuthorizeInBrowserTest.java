package dev.latchstring.authorizationserver.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.form;
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
import dev.latchstring.oauth.Pkce;
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
import org.junit.jupiter.api.parallel.ResourceLock;

/** The code flow in a real browser, to a program that really listens. */
@NeedsChromium
@NeedsNode
@ResourceLock("chromium")
class AuthorizeInBrowserTest {
  private static RealBrowser browser;
  private RunningServer server;
  private Listener listener;
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
    server = RunningServer.start(CodeFlow.YAML);
    listener = new Listener();
  }

  @AfterEach
  void stop() {
    contexts.forEach(BrowserContext::close);
    listener.close();
    server.close();
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  /** A program on this machine that waits for its answer, and sends the browser on elsewhere. */
  private static final class Listener implements AutoCloseable {
    private final List<FormParameters> answers = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    Listener() throws Exception {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      http.createContext(
          "/callback",
          exchange -> {
            answers.add(FormParameters.parse(exchange.getRequestURI().getRawQuery()));
            exchange.getResponseHeaders().set("Location", "http://localhost:" + port() + "/done");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
          });
      http.createContext(
          "/done",
          exchange -> {
            byte[] page =
                "<!doctype html><link rel=icon href=data:,><title>Connected</title>"
                    .getBytes("UTF-8");
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
          });
      http.start();
    }

    int port() {
      return http.getAddress().getPort();
    }

    String redirectUri() {
      return "http://127.0.0.1:" + port() + "/callback";
    }

    @Override
    public void close() {
      http.stop(0);
    }
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

  private String address(String... more) {
    Map<String, String> request =
        form(
            "response_type", "code",
            "client_id", "desktop",
            "redirect_uri", listener.redirectUri(),
            "scope", "clinic:read clinic:write",
            "resource", CLINIC,
            "state", "the state",
            "code_challenge", Pkce.challenge(CodeFlow.VERIFIER),
            "code_challenge_method", "S256");
    request.putAll(form(more));
    return "/authorize?" + FormParameters.encode(request);
  }

  private void titled(Page page, String title) {
    assertThat(page).hasTitle(title + " · " + server.server().issuer().getAuthority());
  }

  private static void press(Page page, String name) {
    page.getByRole(AriaRole.BUTTON, named(name)).click();
  }

  @Test
  void a_person_on_a_phone_without_javascript_gets_a_program_its_code() {
    Page page = page(phone().setJavaScriptEnabled(false));
    page.navigate(address());
    signIn(page);
    titled(page, "Allow or deny?");
    press(page, "Allow");

    assertThat(page).hasTitle("Connected");
    FormParameters answer = listener.answers.getFirst();
    assertThat(answer.optional("state")).isEqualTo("the state");
    assertThat(answer.optional("iss")).isEqualTo(server.issuer());
    assertThat(
            server
                .post(
                    "/token",
                    "grant_type",
                    "authorization_code",
                    "client_id",
                    "desktop",
                    "code",
                    answer.required("code"),
                    "redirect_uri",
                    listener.redirectUri(),
                    "code_verifier",
                    CodeFlow.VERIFIER)
                .outcome())
        .isEqualTo("200");
    assertThat(listener.answers).hasSize(1);
  }

  @Test
  void the_whole_way_can_be_gone_with_the_keyboard() {
    Page page = page(BrowsedPages.desktop());
    page.navigate(address());
    page.getByLabel("Username").focus();
    page.keyboard().type("alice");
    page.keyboard().press("Tab");
    page.keyboard().type("correct horse");
    page.keyboard().press("Enter");
    titled(page, "Allow or deny?");
    for (int i = 0; i < 10; i++) {
      page.keyboard().press("Tab");
      if ("deny".equals(page.evaluate("document.activeElement.value"))) {
        break;
      }
    }
    page.keyboard().press("Enter");

    assertThat(page).hasTitle("Connected");
    assertThat(listener.answers.getFirst().optional("error")).isEqualTo("access_denied");
  }

  @Test
  void a_request_that_needs_no_question_goes_on_straight_after_the_sign_in() {
    String id =
        server
            .postJson(
                "/register",
                Json.write(
                    Map.of(
                        "redirect_uris", List.of("http://127.0.0.1/callback"), "client_name", "W")))
            .text("client_id");
    Page page = page(BrowsedPages.desktop());
    page.navigate(address("client_id", id));
    signIn(page);
    titled(page, "Allow or deny?");
    press(page, "Allow");
    assertThat(page).hasTitle("Connected");

    page.navigate(address("client_id", id));
    assertThat(page).hasTitle("Connected");
    server.clock().advance(java.time.Duration.ofSeconds(1));
    page.navigate(address("client_id", id, "prompt", "login"));
    titled(page, "Sign in");
    signIn(page);

    assertThat(page).hasTitle("Connected");
    assertThat(listener.answers).hasSize(3).allMatch(answer -> answer.optional("code") != null);
  }

  @Test
  void a_form_of_a_clients_own_page_finds_the_person_signed_in() {
    Page page = page(BrowsedPages.desktop());
    page.navigate("/account");
    signIn(page);
    titled(page, "Your account");
    StringBuilder form =
        new StringBuilder("<form method=post action='" + server.issuer() + "/authorize'>");
    String query = address().substring("/authorize?".length());
    for (String name : FormParameters.parse(query).names()) {
      form.append(
          "<input name='%s' value='%s'>"
              .formatted(name, FormParameters.parse(query).required(name)));
    }
    page.navigate("data:text/html," + form + "<button>Connect</button></form>");
    press(page, "Connect");

    titled(page, "Allow or deny?");
  }

  @Test
  void no_other_site_can_put_the_question_in_a_frame() {
    Page page = page(BrowsedPages.desktop());
    page.navigate("/account");
    signIn(page);
    titled(page, "Your account");
    page = page.context().newPage();
    page.setContent("<iframe id=f src='" + server.issuer() + address() + "'></iframe>");

    page.waitForCondition(() -> complaints.stream().anyMatch(c -> c.contains("frame-ancestors")));
    assertThat(page.frameLocator("#f").getByText("Allow")).hasCount(0);
    complaints.clear();
  }

  @Test
  void withdrawing_and_signing_out_everywhere_work_in_the_browser() {
    Page page = page(phone());
    page.navigate(address());
    signIn(page);
    press(page, "Allow");
    assertThat(page).hasTitle("Connected");
    server.post(
        "/token",
        "grant_type",
        "authorization_code",
        "client_id",
        "desktop",
        "code",
        listener.answers.getFirst().required("code"),
        "redirect_uri",
        listener.redirectUri(),
        "code_verifier",
        CodeFlow.VERIFIER);
    page.navigate("/account");
    press(page, "Withdraw access of Example Desktop to Riverside Clinic");
    assertThat(page.getByText("No program has access to anything of yours.")).isVisible();
    press(page, "Sign out everywhere");

    titled(page, "You’re signed out");
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
                        "client_uri",
                        "https://" + "w".repeat(63) + ".example/",
                        "redirect_uris",
                        List.of("https://" + "v".repeat(63) + "." + "v".repeat(63) + ".example/cb"),
                        "token_endpoint_auth_method",
                        "none")))
            .text("client_id");
    page.navigate(address("login_hint", "alice"));
    look.accept("sign-in");
    signIn(page);
    titled(page, "Allow or deny?");
    look.accept("consent-loopback");
    page.navigate(
        address("client_id", "web", "redirect_uri", "https://app.example/cb", "prompt", "consent"));
    look.accept("consent-web");
    page.navigate(
        address(
            "client_id",
            hostile,
            "redirect_uri",
            "https://" + "v".repeat(63) + "." + "v".repeat(63) + ".example/cb"));
    look.accept("consent-hostile");
    page.navigate(
        address(
            "client_id",
            hostile,
            "scope",
            "no:such",
            "redirect_uri",
            "https://" + "v".repeat(63) + "." + "v".repeat(63) + ".example/cb"));
    look.accept("refused-with-way-back");
    page.navigate(address("client_id", "nobody"));
    look.accept("refused");
    CodeFlow.giveTokens(server);
    page.navigate("/account");
    look.accept("account");
  }
}

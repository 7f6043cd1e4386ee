package dev.latchstring.examples.mediator;

import static dev.latchstring.examples.mediator.Harbor.APPROVAL_ACR;
import static dev.latchstring.examples.mediator.Harbor.CORRECT_HORSE;
import static dev.latchstring.examples.mediator.Harbor.PASSWORD_ACR;
import static dev.latchstring.examples.mediator.Harbor.SMS_ACR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.mediator.Browser.Shown;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The mediator as a host of the official SDK meets it, against a whole authorization server. */
@Execution(ExecutionMode.CONCURRENT)
class MediatorServerTest {
  private static final String BALANCE = PointsTools.BALANCE;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path data;
  private static Harbor harbor;
  private final List<MediatorServer> mediators = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final Browser browser = new Browser();

  @BeforeAll
  static void start() throws Exception {
    harbor = new Harbor(data);
  }

  @AfterAll
  static void stop() {
    harbor.close();
  }

  /**
   * Whatever happened, no host saw a password, a code or a token, nor a form that asks for more.
   */
  @AfterEach
  void nothing_secret_came_to_a_host() {
    for (Host host : hosts) {
      assertThat(host.saw())
          .doesNotContain(CORRECT_HORSE, "eyJ", "DPoP", "access_token", "auth_session", "wrong-");
      for (ElicitFormRequest form : host.forms) {
        Map<?, ?> properties = (Map<?, ?>) form.requestedSchema().get("properties");
        assertThat(List.of("[]", "[username]")).contains(properties.keySet().toString());
        assertThat(form.message()).doesNotContain("http");
      }
      for (ElicitUrlRequest url : host.urls) {
        // Nobody's name, nor a query; what is random may have three letters of one in it.
        assertThat(url.url()).matches("http://localhost:\\d+/sign-in/[A-Za-z0-9_-]{43}");
      }
      host.close();
    }
    mediators.forEach(MediatorServer::close);
  }

  private MediatorServer mediator(Duration patience, String... acrValues) {
    MediatorServer server = MediatorServer.overHttp(harbor.settings(patience, acrValues));
    mediators.add(server);
    return server;
  }

  private Host host(
      MediatorServer server,
      String person,
      Function<ElicitFormRequest, ElicitResult> form,
      Function<ElicitUrlRequest, ElicitResult> url) {
    Host host = Host.of(server.url(), harbor.callersToken(server.url(), person), form, url);
    hosts.add(host);
    return host;
  }

  /** Opens the link and enters the password before the host goes on. */
  private Function<ElicitUrlRequest, ElicitResult> entering(String password) {
    return request -> {
      browser.answer(browser.open(request.url()), "password", password);
      return Host.accept();
    };
  }

  @Test
  void a_name_goes_in_a_form_and_the_password_on_the_page() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Host host = host(server, "anna", Host.named("anna"), entering(CORRECT_HORSE));

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

    assertThat(host.forms).hasSize(1);
    assertThat(host.urls).hasSize(1);
    assertThat(host.urls.getFirst().url()).startsWith("http://localhost:");
    assertThat(host.succeeded(BALANCE).get("tier")).isEqualTo("gold");
    assertThat(host.forms).as("nobody is asked again").hasSize(1);

    assertThat(host.succeeded(PointsTools.SIGN_OUT).get("signed_out")).isEqualTo(true);
    assertThat(server.callers()).isZero();
  }

  @Test
  void a_code_goes_on_the_page_too() {
    MediatorServer server = mediator(PATIENCE, SMS_ACR);
    List<String> codes = new ArrayList<>();
    Host host =
        host(
            server,
            "anna",
            Host.named("anna"),
            request -> {
              Shown code = browser.answer(browser.open(request.url()), "password", CORRECT_HORSE);
              assertThat(code.html()).contains("one-time-code").contains("42");
              codes.add(harbor.nextCode("+14155550142"));
              assertThat(browser.answer(code, "code", codes.getFirst()).html())
                  .contains("Signed in");
              return Host.accept();
            });

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

    assertThat(host.saw()).doesNotContain(codes.getFirst());
  }

  @Test
  void a_number_is_shown_in_a_form_and_entered_elsewhere() {
    MediatorServer server = mediator(PATIENCE, APPROVAL_ACR);
    Host host =
        host(
            server,
            "anna",
            request -> {
              Matcher number = Pattern.compile("number (\\d\\d) ").matcher(request.message());
              if (!number.find()) {
                return Host.accept(Map.of("username", "anna"));
              }
              harbor.decide("anna", number.group(1), true);
              return Host.accept(Map.of());
            },
            null);

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

    assertThat(host.forms).hasSize(2);
  }

  @Test
  void a_no_where_it_had_to_be_approved_ends_it() {
    MediatorServer server = mediator(PATIENCE, APPROVAL_ACR);
    Host host =
        host(
            server,
            "bob",
            request -> {
              if (request.message().contains("latch approve")) {
                harbor.decide("bob", "", false);
                return Host.accept(Map.of());
              }
              return Host.accept(Map.of("username", "bob"));
            },
            null);

    assertThat(host.failed(BALANCE)).contains("refused");
  }

  @Test
  void a_form_that_is_declined_or_dismissed_is_said_to_be_and_can_be_tried_again() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    List<ElicitResult> answers = new ArrayList<>(List.of(Host.decline(), Host.cancel()));
    Host host =
        host(
            server,
            "anna",
            request ->
                answers.isEmpty() ? Host.accept(Map.of("username", "anna")) : answers.removeFirst(),
            entering(CORRECT_HORSE));

    assertThat(host.failed(BALANCE)).contains("declined");
    assertThat(host.failed(BALANCE)).contains("dismissed");
    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);
  }

  @Test
  void a_host_that_answers_nothing_is_not_asked_for_ever() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Host host =
        host(server, "anna", request -> Host.accept(Map.of("password", "wrong-field")), null);

    assertThat(host.failed(BALANCE)).contains("no answer");

    assertThat(host.forms).hasSize(5);
  }

  @Test
  void a_link_that_is_declined_is_good_no_more() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Host host = host(server, "anna", Host.named("anna"), request -> Host.decline());

    assertThat(host.failed(BALANCE)).contains("declined");

    assertThat(browser.open(host.urls.getFirst().url()).html()).contains("Not signed in");
    assertThat(browser.open(host.urls.getFirst().url()).status()).isEqualTo(410);
  }

  @Test
  void wrong_answers_end_it_for_the_page_and_for_the_tool() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    List<String> pages = new ArrayList<>();
    Host host =
        host(
            server,
            "carla",
            Host.named("carla"),
            request -> {
              Shown page = browser.open(request.url());
              for (int i = 0; i < 3; i++) {
                page = browser.answer(page, "password", "wrong-" + i);
                pages.add(page.html());
              }
              return Host.accept();
            });

    assertThat(host.failed(BALANCE)).contains("too many wrong answers");

    assertThat(pages.getFirst()).contains("type=password").doesNotContain("wrong-0");
    assertThat(pages.getLast()).contains("Not signed in");
  }

  @Test
  void whoever_guessed_too_often_has_to_wait_on_the_page() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    List<String> pages = new ArrayList<>();
    Host host =
        host(
            server,
            "dora",
            Host.named("dora"),
            request -> {
              Shown page = browser.open(request.url());
              for (int i = 0; i < 3; i++) {
                page = browser.answer(page, "password", "wrong-" + i);
                pages.add(page.html());
              }
              return pages.size() < 6 ? Host.accept() : Host.decline();
            });
    assertThat(host.failed(BALANCE)).contains("too many wrong answers");

    assertThat(host.failed(BALANCE)).contains("declined");

    assertThat(pages.getLast()).contains("asks to wait");
  }

  @Test
  void a_service_that_wants_more_has_only_what_is_missing_asked() {
    try (PointsService strict = PointsService.start(0, harbor.server.issuer(), SMS_ACR)) {
      Settings usual = harbor.settings(PATIENCE, PASSWORD_ACR);
      MediatorServer server =
          MediatorServer.overHttp(
              new Settings(
                  usual.issuer(),
                  usual.client(),
                  strict.url(),
                  usual.acrValues(),
                  0,
                  null,
                  PATIENCE));
      mediators.add(server);
      List<String> pages = new ArrayList<>();
      Host host =
          host(
              server,
              "erik",
              Host.named("erik"),
              request -> {
                Shown page = browser.open(request.url());
                pages.add(page.html());
                boolean code = page.html().contains("one-time-code");
                browser.answer(
                    page,
                    code ? "code" : "password",
                    code ? harbor.nextCode("+14155550188") : CORRECT_HORSE);
                return Host.accept();
              });

      assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

      assertThat(host.forms).hasSize(1);
      assertThat(pages).hasSize(2);
      assertThat(pages.getLast()).contains("one-time-code");
    }
  }

  @Test
  void a_host_that_can_show_nothing_says_where_to_go() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Host host = host(server, "anna", null, null);

    String told = host.failed(BALANCE);
    Matcher url = Pattern.compile("http://localhost\\S+").matcher(told);
    assertThat(url.find()).as(told).isTrue();
    Shown name = browser.open(url.group());
    Shown password = browser.answer(name, "username", "anna");
    assertThat(browser.answer(password, "password", CORRECT_HORSE).html()).contains("Signed in");

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);
  }

  @Test
  void a_login_outlives_the_call_that_began_it() {
    MediatorServer server = mediator(Duration.ofMillis(300), PASSWORD_ACR);
    Host host = host(server, "anna", null, request -> Host.accept());

    assertThat(host.failed(BALANCE)).contains("open http").contains("called again");
    Shown name = browser.open(host.urls.getFirst().url());
    browser.answer(browser.answer(name, "username", "anna"), "password", CORRECT_HORSE);

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);
    assertThat(host.urls).hasSize(1);
  }

  @Test
  void calls_at_once_are_one_login() throws Exception {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    CompletableFuture<Map<?, ?>> second = new CompletableFuture<>();
    List<Host> self = new ArrayList<>();
    Host host =
        host(
            server,
            "anna",
            request -> {
              // The second call comes while the first one's form is open.
              Thread.ofVirtual().start(() -> second.complete(self.getFirst().succeeded(BALANCE)));
              return Host.accept(Map.of("username", "anna"));
            },
            entering(CORRECT_HORSE));
    self.add(host);

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

    assertThat(second.get().get("balance")).isEqualTo(12_480);
    assertThat(host.forms).hasSize(1);
    assertThat(host.urls).hasSize(1);
  }

  @Test
  void whoever_is_talked_into_anothers_link_signs_nobody_in() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    List<String> shown = new ArrayList<>();
    Host host =
        host(
            server,
            "carla",
            Host.named("anna"),
            request -> {
              Shown page = browser.open(request.url());
              shown.add(browser.answer(page, "password", CORRECT_HORSE).html());
              return Host.accept();
            });

    assertThat(host.failed(BALANCE)).contains("somebody else");
    assertThat(shown.getFirst()).contains("Not signed in");
    assertThat(host.failed(BALANCE)).as("still not signed in").contains("somebody else");
  }

  @Test
  void a_link_is_one_browsers_and_good_once() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Browser thief = new Browser();
    List<Integer> refused = new ArrayList<>();
    Host host =
        host(
            server,
            "anna",
            Host.named("anna"),
            request -> {
              // What looks ahead of the person claims nothing.
              refused.add(
                  new Browser().open(request.url(), Map.of("Sec-Purpose", "prefetch")).status());
              Shown page = browser.open(request.url());
              refused.add(thief.open(request.url()).status());
              refused.add(thief.answer(page, "password", CORRECT_HORSE).status());
              refused.add(
                  browser
                      .press(
                          page,
                          "answer",
                          Map.of("v.password", CORRECT_HORSE, "form", "another"),
                          Map.of())
                      .status());
              refused.add(
                  browser
                      .press(
                          page,
                          "answer",
                          Map.of("v.password", CORRECT_HORSE),
                          Map.of("Origin", "https://evil.example"))
                      .status());
              refused.add(
                  browser
                      .press(
                          page,
                          "answer",
                          Map.of("v.password", CORRECT_HORSE),
                          Map.of("Sec-Fetch-Site", "cross-site"))
                      .status());
              assertThat(browser.answer(page, "password", CORRECT_HORSE).html())
                  .contains("Signed in");
              refused.add(browser.open(request.url()).status());
              refused.add(browser.answer(page, "password", CORRECT_HORSE).status());
              return Host.accept();
            });

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);

    assertThat(refused).hasSize(8).containsOnly(410);
  }

  @Test
  void whoever_lost_the_browser_gets_another_link_by_calling_again() {
    MediatorServer server = mediator(Duration.ofMillis(300), PASSWORD_ACR);
    Host host = host(server, "anna", null, request -> Host.accept());
    host.failed(BALANCE);
    new Browser().open(host.urls.getFirst().url());

    assertThat(host.failed(BALANCE)).contains("open http");
    assertThat(host.urls.getLast().url()).isNotEqualTo(host.urls.getFirst().url());
    Shown name = browser.open(host.urls.getLast().url());
    browser.answer(browser.answer(name, "username", "anna"), "password", CORRECT_HORSE);

    assertThat(host.succeeded(BALANCE).get("balance")).isEqualTo(12_480);
    assertThat(host.urls).hasSize(2);
  }

  @Test
  void a_name_of_anothers_that_points_here_finds_no_page() throws Exception {
    MediatorServer server = mediator(Duration.ofMillis(300), PASSWORD_ACR);
    Host host = host(server, "anna", null, request -> Host.accept());
    host.failed(BALANCE);
    URI page = URI.create(host.urls.getFirst().url());

    try (Socket socket = new Socket("localhost", page.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + page.getPath()
                      + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 410")
          .doesNotContain("Set-Cookie");
    }
    assertThat(browser.open(page.toString()).status()).isEqualTo(200);
  }

  @Test
  void a_page_is_not_framed_not_stored_and_has_no_scripts() {
    MediatorServer server = mediator(Duration.ofMillis(300), PASSWORD_ACR);
    Host host = host(server, "anna", null, request -> Host.accept());
    host.failed(BALANCE);

    Shown page = browser.open(host.urls.getFirst().url());

    var headers = page.response().headers();
    assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("script", "unsafe");
    assertThat(headers.firstValue("Cache-Control")).contains("no-store");
    assertThat(headers.firstValue("Set-Cookie").orElse("")).contains("HttpOnly", "SameSite=Strict");
    assertThat(page.html()).doesNotContain("<script").contains("width=device-width");
    assertThat(browser.press(page, "leave", Map.of(), Map.of()).html()).contains("Not signed in");
    assertThat(browser.open(server.url().resolve("/sign-in/guessed").toString()).status())
        .isEqualTo(410);
  }

  @Test
  void the_end_of_the_session_is_the_end_of_the_tokens() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    Host host = host(server, "anna", Host.named("anna"), entering(CORRECT_HORSE));
    host.succeeded(BALANCE);
    assertThat(server.callers()).isOne();

    Host other = host(server, "anna", null, null);
    assertThat(other.failed(BALANCE)).as("another session").contains("Not signed in");
    host.close();

    assertThat(server.callers()).isOne();
  }

  @Test
  void a_service_that_wants_a_browser_is_said_to_and_one_that_is_away_too() {
    Settings settings = harbor.settings(PATIENCE, PASSWORD_ACR);
    MediatorServer unknown =
        MediatorServer.overHttp(
            new Settings(
                settings.issuer(),
                ClientIdentity.publicClient("mediator-app"),
                settings.api(),
                settings.acrValues(),
                0,
                null,
                PATIENCE));
    mediators.add(unknown);
    assertThat(host(unknown, "anna", Host.named("anna"), request -> Host.accept()).failed(BALANCE))
        .contains("in a browser");

    MediatorServer alone =
        MediatorServer.overHttp(
            new Settings(
                settings.issuer(),
                settings.client().at("https://elsewhere.example"),
                settings.api(),
                settings.acrValues(),
                0,
                null,
                PATIENCE));
    mediators.add(alone);
    assertThat(host(alone, "anna", Host.named("anna"), request -> Host.accept()).failed(BALANCE))
        .contains("cannot be reached");
  }

  @Test
  void a_login_opens_nothing_of_the_mediator_itself() {
    MediatorServer server = mediator(PATIENCE, PASSWORD_ACR);
    host(server, "anna", Host.named("anna"), entering(CORRECT_HORSE)).succeeded(BALANCE);

    assertThat(browser.open(server.url().toString()).status()).isEqualTo(401);
  }
}

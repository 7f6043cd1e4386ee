package dev.latchstring.client.login;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.browser.ReturnAddress;
import dev.latchstring.client.browser.ReturnElsewhere;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes to the port, and with what. */
class CallbackTest {
  private final CodeServer server = new CodeServer();

  @AfterEach
  void close() {
    server.close();
  }

  private void stillWaits(CodeServer.Running login) throws Exception {
    assertThat(login.isOver()).isFalse();
    assertThat(server.clinic.server.to("/token")).isEmpty();
    server.come(login.answered("the-right-one"));
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(server.clinic.server.to("/token").getFirst().form().required("code"))
        .isEqualTo("the-right-one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code=theirs&state=wrong",
        "code=theirs",
        "error=access_denied&state=wrong",
        "error=access_denied&error_description=boo",
        "error=access_denied&state=",
        "state=STATE&state=STATE&code=theirs",
        "code=a&code=b&state=STATE",
        "%00=1&state=STATE&code=theirs",
        ""
      })
  void an_answer_that_is_not_this_logins_changes_nothing(String query) throws Exception {
    CodeServer.Running login = server.start();
    String sent = query.replace("STATE", login.state());

    HttpResponse<String> page = server.visit(URI.create(login.address.redirectUri() + "?" + sent));

    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).doesNotContain("theirs").doesNotContain("boo");
    stillWaits(login);
  }

  @Test
  void an_answer_of_another_issuer_is_used_for_nothing_and_not_repeated() throws Exception {
    CodeServer.Running login = server.start();
    String page =
        server.come(
            login.back(
                "error", "access_denied",
                "error_description", "call 0900 now",
                "iss", "https://evil.example",
                "state", login.state()));
    ClientException e = catchThrowableOfType(ClientException.class, login::outcome);
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e).hasMessageContaining("another authorization server");
    assertThat(e.description()).doesNotContain("call 0900").doesNotContain("evil");
    assertThat(page).doesNotContain("call 0900").doesNotContain("evil").contains("Not signed in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "HOST", "PORT"})
  void the_issuer_is_compared_character_by_character(String change) throws Exception {
    String issuer = server.clinic.server.origin();
    String other =
        switch (change) {
          case "HOST" -> issuer.replace("localhost", "LOCALHOST");
          case "PORT" -> issuer.replace("http:", "HTTP:");
          default -> issuer + change;
        };
    CodeServer.Running login = server.start();
    server.come(login.back("code", "a-code", "iss", other, "state", login.state()));
    ClientException e = catchThrowableOfType(ClientException.class, login::outcome);
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(server.clinic.server.to("/token")).isEmpty();
  }

  @Test
  void an_answer_without_issuer_is_refused_where_the_server_always_names_it() throws Exception {
    server.clinic.metadata.put("authorization_response_iss_parameter_supported", true);
    CodeServer.Running login = server.start();
    server.come(login.answered("a-code"));
    ClientException e = catchThrowableOfType(ClientException.class, login::outcome);
    assertThat(e).hasMessageContaining("RFC 9207");
    assertThat(server.clinic.server.to("/token")).isEmpty();

    CodeServer.Running right = server.start();
    server.come(
        right.back(
            "code", "a-code",
            "iss", server.clinic.server.origin(),
            "state", right.state()));
    assertThat(right.outcome()).isInstanceOf(LoginOutcome.Approved.class);
  }

  @Test
  void of_many_answers_at_once_one_counts() throws Exception {
    int callers = 8;
    CountDownLatch turnedAway = new CountDownLatch(callers - 1);
    server.clinic.server.on(
        "/token",
        request -> {
          assertThat(turnedAway.await(120, TimeUnit.SECONDS)).as("while the port is open").isTrue();
          return CodeServer.tokens(request);
        });
    CodeServer.Running login = server.start();
    CyclicBarrier together = new CyclicBarrier(callers);
    List<Callable<Integer>> visits = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      URI answer = login.answered("code-" + i);
      visits.add(() -> {
        together.await();
        int status = server.visit(answer).statusCode();
        if (status == 409) {
          turnedAway.countDown();
        }
        return status;
      });
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (Future<Integer> visit : threads.invokeAll(visits)) {
        statuses.add(visit.get());
      }
    }
    assertThat(statuses).containsOnlyOnce(200).contains(409);
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(server.clinic.server.to("/token")).hasSize(1);
  }

  @Test
  void the_page_can_do_nothing_and_is_kept_by_nobody() throws Exception {
    CodeServer.Running login = server.start();
    HttpResponse<String> page = server.visit(login.answered("a-code"));
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(page.body()).contains("lang=\"en\"").contains("width=device-width");
    login.outcome();
  }

  private String raw(CodeServer.Running login, String host, String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getByName(host), login.address.redirectUri().getPort())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (java.net.SocketException e) {
      return "broken off";
    }
  }

  private String get(CodeServer.Running login, String method, String target, String host) {
    return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @Test
  void what_is_no_request_of_a_browser_is_refused() throws Exception {
    CodeServer.Running login = server.start();
    String host = login.address.redirectUri().getRawAuthority();
    String target = "/callback?code=theirs&state=" + login.state();
    assertThat(raw(login, "127.0.0.1", get(login, "POST", target, host))).contains(" 405 ");
    assertThat(raw(login, "127.0.0.1", get(login, "HEAD", target, host))).contains(" 405 ");
    assertThat(raw(login, "127.0.0.1", get(login, "GET", "/favicon.ico", host))).contains(" 404 ");
    assertThat(raw(login, "127.0.0.1", get(login, "GET", target, "evil.example")))
        .as("a name that leads here is not ours")
        .contains(" 400 ");
    assertThat(raw(login, "127.0.0.1", "GET " + target + " HTTP/1.1\r\n\r\n")).contains(" 400 ");
    assertThat(raw(login, "127.0.0.1", "nonsense\r\n\r\n")).contains(" 400 ");
    assertThat(
            raw(
                login,
                "127.0.0.1",
                "GET /callback?x="
                    + "a".repeat(40_000)
                    + " HTTP/1.1\r\nHost: "
                    + host
                    + "\r\n\r\n"))
        .contains(" 431 ");
    stillWaits(login);
  }

  @Test
  void whoever_dawdles_keeps_nobody_out() throws Exception {
    CodeServer.Running login = server.start();
    List<Socket> dawdlers = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket =
            new Socket(InetAddress.getByName("127.0.0.1"), login.address.redirectUri().getPort());
        socket.getOutputStream().write("GET /callback?st".getBytes(ISO_8859_1));
        dawdlers.add(socket);
      }
      stillWaits(login);
    } finally {
      for (Socket socket : dawdlers) {
        socket.close();
      }
    }
  }

  @Test
  void both_addresses_of_this_machine_are_ours() throws Exception {
    CodeServer.Running login = server.start();
    int port = login.address.redirectUri().getPort();
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      assertThat(probe.isBound()).isTrue();
    } catch (IOException e) {
      login.login.cancel();
      return; // a machine without IPv6 has one
    }
    assertThat(raw(login, "::1", get(login, "GET", "/other", "[::1]:" + port))).contains(" 404 ");
    stillWaits(login);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void a_fixed_port_that_is_taken_is_an_error_and_no_other_is_used(String address)
      throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      server.options =
          LoginOptions.DEFAULT.inBrowser(
              BrowserOptions.DEFAULT.comingBackTo(
                  ReturnAddress.parse(
                      "http://localhost:" + other.getLocalPort() + "/oauth/return")));
      ClientException e = catchThrowableOfType(ClientException.class, server::start);
      assertThat(e.problem()).isEqualTo(Problem.PORT_TAKEN);
      assertThat(e).hasMessageContaining("port " + other.getLocalPort());
      assertThat(server.clinic.server.to("/register")).isEmpty();
    }
  }

  @Test
  void a_registered_address_is_come_back_to_as_it_is_spelled() throws Exception {
    int port = Ports.free();
    String registered = "http://localhost:" + port + "/oauth/return";
    server.options =
        LoginOptions.DEFAULT.inBrowser(
            BrowserOptions.DEFAULT.comingBackTo(ReturnAddress.parse(registered)));
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("redirect_uri")).isEqualTo(registered);
    stillWaits(login);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/callback",
        "http://example.com/callback",
        "http://127.0.0.2/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1/callback?x=1",
        "http://a@127.0.0.1/callback",
        "callback"
      })
  void only_an_address_of_this_machine_can_be_come_back_to(String address) {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> ReturnAddress.parse(address));
    assertThat(e.problem()).isEqualTo(Problem.BAD_ADDRESS);
  }

  // What a person pastes

  @Test
  void the_whole_address_can_be_pasted() throws Exception {
    CodeServer.Running login = server.start();
    assertThat(login.address.pasteBack().offer("  " + login.answered("pasted") + " \n")).isNull();
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(server.clinic.server.to("/token").getFirst().form().required("code"))
        .isEqualTo("pasted");
    assertThat(login.address.pasteBack().isWaiting()).isFalse();
    assertThat(login.address.pasteBack().offer("x=1&state=" + login.state())).isNotNull();
  }

  @Test
  void what_stands_behind_the_question_mark_is_enough() throws Exception {
    CodeServer.Running login = server.start();
    assertThat(login.address.pasteBack().offer("?" + login.answered("c").getRawQuery())).isNull();
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);
  }

  @Test
  void the_code_alone_is_enough_where_the_server_need_not_say_who_it_is() throws Exception {
    CodeServer.Running login = server.start();
    assertThat(login.address.pasteBack().offer("the-code-alone")).isNull();
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);

    server.clinic.metadata.put("authorization_response_iss_parameter_supported", true);
    CodeServer.Running strict = server.start();
    assertThat(strict.address.pasteBack().offer("the-code-alone")).contains("whole address");
    assertThat(strict.isOver()).isFalse();
    strict.login.cancel();
  }

  @Test
  void what_is_pasted_into_another_process_is_handed_on() throws Exception {
    CodeServer.Running login = server.start();
    ReturnElsewhere elsewhere = new ReturnElsewhere(login.address.redirectUri());
    assertThat(elsewhere.hand("")).contains("whole address");
    assertThat(elsewhere.hand("the-code-alone")).contains("whole address");
    assertThat(elsewhere.hand("x=" + "x".repeat(20_000))).contains("whole address");
    assertThat(elsewhere.hand("https://evil.example/callback?code=a&state=" + login.state()))
        .contains("begins with " + login.address.redirectUri());
    assertThat(elsewhere.hand(login.address.redirectUri() + "?code=a&code=b")).contains("damaged");
    assertThat(elsewhere.hand(login.back("code", "a").toString())).contains("(state)");
    assertThat(elsewhere.hand(login.back("code", "a", "state", "old").toString()))
        .contains("another login");
    assertThat(login.isOver()).isFalse();

    assertThat(elsewhere.hand(" " + login.answered("handed-on") + "\n")).isNull();
    assertThat(login.outcome()).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(server.clinic.server.to("/token").getFirst().form().required("code"))
        .isEqualTo("handed-on");
    assertThat(elsewhere.hand(login.answered("again").toString())).contains("not waiting any more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com/callback", "https://127.0.0.1/callback", ""})
  void an_answer_is_handed_to_this_machine_alone(String address) {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> new ReturnElsewhere(URI.create(address)));
    assertThat(e.problem()).isEqualTo(Problem.BAD_ADDRESS);
  }

  @Test
  void a_wrong_paste_is_explained_and_the_login_goes_on() throws Exception {
    CodeServer.Running login = server.start();
    BrowserAddress.PasteBack paste = login.address.pasteBack();
    assertThat(paste.offer("")).isNotNull();
    assertThat(paste.offer(login.address.address().toString()))
        .contains("begins with " + login.address.redirectUri());
    assertThat(paste.offer("https://evil.example/callback?code=a&state=" + login.state()))
        .contains("another address");
    assertThat(paste.offer(login.back("code", "a").toString())).contains("(state)");
    assertThat(paste.offer(login.back("code", "a", "state", "old").toString()))
        .contains("another login");
    assertThat(paste.offer(login.address.redirectUri().toString())).contains("no answer");
    assertThat(paste.offer("a code with blanks")).isNotNull();
    assertThat(paste.offer("x".repeat(20_000))).isNotNull();
    stillWaits(login);
  }

  @Test
  void nobody_waits_for_ever() throws Exception {
    server.options =
        LoginOptions.DEFAULT.inBrowser(BrowserOptions.DEFAULT.withPatience(Duration.ofMillis(50)));
    assertThat(server.start().outcome()).isEqualTo(new LoginOutcome.Expired());
  }

  @Test
  void a_prompt_that_cannot_show_an_address_ends_the_login() {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> server.login().run(code -> {}));
    assertThat(e.problem()).isEqualTo(Problem.NOT_SHOWN);
  }
}

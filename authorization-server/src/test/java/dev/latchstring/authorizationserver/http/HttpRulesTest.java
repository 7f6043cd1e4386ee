package dev.latchstring.authorizationserver.http;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds for every endpoint: methods, media types, limits, origins, and HTTP that is not HTTP.
 */
class HttpRulesTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer send(String method, String path, String type, String body) {
    var request =
        server
            .request(path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return server.send(type.isEmpty() ? request : request.header("Content-Type", type));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET,/token,'POST, OPTIONS'",
    "PUT,/token,'POST, OPTIONS'",
    "DELETE,/token,'POST, OPTIONS'",
    "GET,/device_authorization,'POST, OPTIONS'",
    "GET,/introspect,'POST, OPTIONS'",
    "GET,/revoke,'POST, OPTIONS'",
    "GET,/register,'POST, OPTIONS'",
    "POST,/jwks,'GET, HEAD, OPTIONS'",
    "POST,/.well-known/oauth-authorization-server,'GET, HEAD, OPTIONS'",
    "POST,/healthz,'GET, HEAD, OPTIONS'",
    "TRACE,/token,'POST, OPTIONS'",
    "BREW,/token,'POST, OPTIONS'",
  })
  void another_method_is_told_which_to_use(String method, String path, String allow) {
    Answer answer = send(method, path, "", "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allow);
    assertThat(answer.text("error_description")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/token", "/device_authorization", "/introspect", "/revoke"})
  void a_form_must_say_that_it_is_one(String path) {
    for (String type :
        new String[] {"", "application/json", "text/plain", "multipart/form-data; boundary=x"}) {
      assertThat(send("POST", path, type, "client_id=phone").outcome())
          .as(type)
          .isEqualTo("400 invalid_request");
    }
    assertThat(send("POST", path, FORM + "; charset=ISO-8859-1", "client_id=phone").outcome())
        .isEqualTo("400 invalid_request");
    assertThat(
            send("POST", path, FORM + "; charset=UTF-8", "client_id=nobody&token=a&grant_type=x")
                .outcome())
        .isEqualTo("401 invalid_client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/token", "/device_authorization", "/introspect", "/revoke", "/register"})
  void a_body_that_is_too_long_is_refused(String path) {
    String type = path.equals("/register") ? "application/json" : FORM;
    assertThat(send("POST", path, type, "x".repeat(Exchange.MAX_BODY + 1)).outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void a_body_of_unknown_length_is_bounded_too() throws IOException {
    StringBuilder request =
        new StringBuilder(
            "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + FORM
                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 70; i++) {
      request.append("400\r\n").append("x".repeat(1024)).append("\r\n");
    }
    assertThat(raw(request + "0\r\n\r\n")).startsWith("HTTP/1.1 400").contains("invalid_request");
  }

  @Test
  void senders_that_dawdle_hold_up_nobody_else() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 250; i++) {
        Socket socket = new Socket("localhost", server.server().port());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                ("POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        + FORM
                        + "\r\nContent-Length: 100\r\n\r\ngrant_type=")
                    .getBytes(ISO_8859_1));
      }
      Answer answer =
          server.send(server.request("/healthz").timeout(java.time.Duration.ofSeconds(10)).GET());
      assertThat(answer.status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void a_compressed_body_is_refused() {
    Answer answer =
        server.postRaw("/token", "grant_type=client_credentials", "Content-Encoding", "gzip");
    assertThat(answer.outcome()).isEqualTo("400 invalid_request");
  }

  @Test
  void a_script_of_another_origin_may_use_every_endpoint_but_no_page() {
    for (String path : new String[] {"/token", "/register", "/device_authorization", "/jwks"}) {
      Answer preflight =
          server.send(
              server
                  .request(path, "Origin", "https://inspector.example")
                  .header("Access-Control-Request-Method", "POST")
                  .header("Access-Control-Request-Headers", "authorization,mcp-protocol-version")
                  .method("OPTIONS", BodyPublishers.noBody()));
      assertThat(preflight.status()).isEqualTo(204);
      assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(preflight.header("Access-Control-Allow-Headers"))
          .contains("Authorization", "MCP-Protocol-Version");
      assertThat(preflight.header("Access-Control-Allow-Credentials")).isEmpty();
    }
    assertThat(server.get("/jwks").header("Vary")).isEqualTo("Origin");
    Answer refused = server.postRaw("/token", "grant_type=x", "Origin", "https://a.example");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(
            server
                .get("/device", "Origin", "https://a.example")
                .header("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  @Test
  void nothing_is_told_of_what_the_server_is_made_of() {
    for (Answer answer :
        new Answer[] {server.get("/token"), server.get("/nothing"), server.get("/healthz")}) {
      assertThat(answer.header("Server")).isEmpty();
      assertThat(answer.header("X-Powered-By")).isEmpty();
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
  }

  @Test
  void a_path_that_is_nothing_says_where_to_look_or_shows_a_page() {
    Answer api = server.get("/nothing");
    assertThat(api.status()).isEqualTo(404);
    assertThat(api.text("error_description")).contains("/.well-known/oauth-authorization-server");
    Answer page = server.get("/nothing", "Accept", "text/html,application/xhtml+xml");
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    Answer posted = server.postRaw("/nothing", "{}", "Accept", "text/html");
    assertThat(posted.status()).isEqualTo(404);
    assertThat(posted.header("Content-Type")).isEqualTo("application/json");
  }

  @RepeatedTest(10)
  void who_sends_far_too_much_gets_the_answer_and_no_reset() {
    Answer answer = server.postRaw("/token", "grant_type=" + "x".repeat(3_000_000));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("error_description")).startsWith("the body is longer than");
    assertThat(server.postRaw("/nothing", "x".repeat(3_000_000)).status()).isEqualTo(404);
  }

  @Test
  void head_is_get_without_the_body() {
    Answer head = server.send(server.request("/jwks").method("HEAD", BodyPublishers.noBody()));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          two lengths          | Content-Length: 5~Content-Length: 6~~grant             | 400
          length and chunks    | Content-Length: 5~Transfer-Encoding: chunked~~0~~      | 400
          negative length      | Content-Length: -1~~                                   | 400
          folded header        | X-A: b~ c~Content-Length: 0~~                          | 400
          space before colon   | Content-Length : 0~~                                   | 400
          the same length twice | Content-Length: 5~Content-Length: 5~~grant            | 400
          lengths in a list    | Content-Length: 5, 5~~grant                            | 400
          length with a sign   | Content-Length: +5~~grant                              | 400
          chunks not last      | Transfer-Encoding: chunked, identity~~0~~              | 400
          chunks and a length  | Transfer-Encoding: xchunked~Content-Length: 5~~grant   | 400
          chunk without CR     | Transfer-Encoding: chunked~~5^grant^0^^                   | 400
          negative chunk       | Transfer-Encoding: chunked~~-5~grant~0~~               | 400
          endless chunk        | Transfer-Encoding: chunked~~ffffffffffffffff5~grant    | 400
          line without CR      | X-A: b^Content-Length: 0~~                            | 400
          two hosts            | Host: elsewhere~Content-Length: 0~~                    | 400
          NUL in a header      | X-A: b@c~Content-Length: 0~~                          | 400
          two types            | Content-Type: application/json~Content-Type: application/x-www-form-urlencoded~Content-Length: 5~~grant | 400
          """)
  void a_request_with_two_meanings_is_refused(String what, String rest, int status)
      throws IOException {
    String answer =
        raw(
            "POST /token HTTP/1.1~Host: localhost~".replace("~", "\r\n")
                + rest.replace("~", "\r\n").replace('^', '\n').replace('@', '\0'));
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    assertThat(answer).doesNotContain("Exception").doesNotContain("jetty");
  }

  @Test
  void headers_that_are_too_long_are_refused() throws IOException {
    String answer =
        raw("GET /jwks HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431").doesNotContain("Exception");
  }

  @Test
  void a_path_with_tricks_in_it_leads_nowhere() throws IOException {
    for (String path :
        new String[] {
          "/%2e%2e/token",
          "/x/..;/token",
          "/tok%00en",
          "/x%2ftoken",
          "/jwks;x",
          "/jwks;jsessionid=a",
          "//jwks",
          "/.;/jwks",
          "/a\\jwks"
        }) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(answer).as(path).matches("(?s)HTTP/1.1 40[04].*").doesNotContain("Exception");
    }
  }

  @Test
  void a_host_that_somebody_made_up_is_repeated_nowhere() throws IOException {
    String forwarded =
        "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n"
            + "Forwarded: host=evil.example;proto=https\r\nX-Original-URL: /evil\r\n";
    for (String path :
        new String[] {"/.well-known/oauth-authorization-server", "/device", "/account", "/no"}) {
      String answer =
          raw("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n" + forwarded + "\r\n");
      assertThat(answer).as(path).startsWith("HTTP/1.1 ").doesNotContain("evil");
    }
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", server.server().port())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        socket.shutdownOutput();
      } catch (IOException e) {
        // The server may have said no and hung up before all was written.
      }
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}

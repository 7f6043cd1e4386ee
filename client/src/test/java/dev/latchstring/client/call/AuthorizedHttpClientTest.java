package dev.latchstring.client.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** An application's requests, and what becomes of them at a server that wants a token. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class AuthorizedHttpClientTest {
  private final ProtectedApi api = new ProtectedApi();

  @AfterEach
  void close() {
    api.close();
  }

  private static ClientException failure(Executable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  @FunctionalInterface
  private interface Executable {
    void run() throws Exception;
  }

  @Test
  void the_first_request_logs_in_and_is_sent_again_whole() throws Exception {
    try (HttpClient http = api.http()) {
      HttpResponse<String> first = api.send(http, "/mcp");

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.body()).contains("\"said\":\"hello\"", "access-1");
      assertThat(first.request().headers().map()).as("as the application made it").isEmpty();
      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(200);
      assertThat(api.logins).hasValue(1);
      assertThat(api.clinic.server.to("/mcp")).hasSize(3);
    }
  }

  @Test
  void without_anybody_to_ask_the_hint_says_how_to_log_in() {
    try (HttpClient http =
        AuthorizedHttpClient.of(api.account).client(ProtectedApi.plain()).build()) {
      ClientException none = failure(() -> api.send(http, "/mcp"));

      assertThat(none.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
      assertThat(none.hint()).contains("latch login " + api.account.server());
      assertThat(
              catchThrowableOfType(
                      ExecutionException.class,
                      () -> http.sendAsync(api.post("/mcp", ""), BodyHandlers.ofString()).get())
                  .getCause())
          .isInstanceOf(ClientException.class);
    }
  }

  @Test
  void an_open_server_is_served_without_a_login() throws Exception {
    api.clinic.server.on("/mcp", request -> Answer.json(200, Map.of("open", true)));
    try (HttpClient http = api.http()) {
      assertThat(api.send(http, "/mcp").body()).contains("open");
      assertThat(api.logins).hasValue(0);
    }
  }

  @Test
  void a_token_that_is_refused_in_mid_session_is_refreshed_without_the_person() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.accepted.clear();

      assertThat(api.send(http, "/mcp").body()).contains("access-2");

      assertThat(api.logins).hasValue(1);
    }
  }

  @Test
  void a_login_that_ended_is_done_again() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.accepted.clear();
      api.clinic.onRefresh = request -> Answer.error("invalid_grant");

      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(200);

      assertThat(api.logins).hasValue(2);
    }
  }

  @Test
  void more_rights_are_asked_for_once_beside_those_that_are_there() throws Exception {
    api.wanted.put("/mcp/write", "clinic:write");
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");

      assertThat(api.send(http, "/mcp/write").statusCode()).isEqualTo(200);

      assertThat(api.account.tokens().token().scope())
          .isEqualTo(Scope.of("clinic:write", "clinic:read"));
      assertThat(api.logins).hasValue(2);
      assertThat(api.send(http, "/mcp/write").statusCode()).isEqualTo(200);
      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(200);
      assertThat(api.logins).hasValue(2);
    }
  }

  @Test
  void rights_that_are_not_granted_are_not_asked_for_again_and_again() throws Exception {
    api.wanted.put("/mcp/write", "clinic:write");
    api.clinic.server.on("/device", request -> Answer.json(200, api.clinic.device()));
    try (HttpClient http = api.http()) {
      assertThat(api.send(http, "/mcp/write").statusCode()).isEqualTo(403);
      assertThat(api.logins).as("to have a token, and for more").hasValue(2);

      HttpResponse<String> refused = api.send(http, "/mcp/write");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("not enough");
      assertThat(api.logins).hasValue(2);

      api.clock.advance(StepUps.KEPT.plusSeconds(1));
      api.send(http, "/mcp/write");
      assertThat(api.logins).as("later it may be another answer").hasValue(3);
    }
  }

  @Test
  void what_the_token_has_already_is_never_asked_for() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.on(
          "/mcp",
          Answer.status(403)
              .with(
                  "WWW-Authenticate",
                  "Bearer error=\"insufficient_scope\", scope=\"clinic:read\""));

      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(403);
      assertThat(api.logins).hasValue(1);
    }
  }

  @Test
  void a_server_that_wants_something_else_each_time_gets_an_end() throws Exception {
    AtomicInteger needs = new AtomicInteger();
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.requests.clear();
      api.clinic.server.on(
          "/mcp",
          request ->
              Answer.status(403)
                  .with(
                      "WWW-Authenticate",
                      "Bearer error=\"insufficient_scope\", scope=\"s"
                          + needs.incrementAndGet()
                          + "\", resource_metadata=\""
                          + api.clinic.server.origin()
                          + "/.well-known/oauth-protected-resource/mcp\""));

      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(403);

      assertThat(api.logins).hasValue(1 + AuthorizedHttpClient.MAX_LOGINS);
      assertThat(api.clinic.server.to("/mcp")).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void a_server_that_accepts_no_token_is_said_to_disagree() {
    api.clinic.server.on(
        "/mcp",
        Answer.status(401)
            .with(
                "WWW-Authenticate",
                "Bearer resource_metadata=\""
                    + api.clinic.server.origin()
                    + "/.well-known/oauth-protected-resource/mcp\""));
    try (HttpClient http = api.http()) {
      ClientException e = failure(() -> api.send(http, "/mcp"));

      assertThat(e.problem()).isEqualTo(Problem.REFUSED);
      assertThat(e.hint()).contains("operator");
      assertThat(api.logins).hasValue(1);
    }
  }

  @Test
  void a_refusal_that_no_login_changes_is_delivered_with_its_body() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.on(
          "/mcp", Answer.json(403, Map.of("why", "your team may not")).with("X-Team", "kitchen"));

      HttpResponse<String> text = api.send(http, "/mcp");
      assertThat(text.statusCode()).isEqualTo(403);
      assertThat(text.headers().firstValue("X-Team")).hasValue("kitchen");
      assertThat(text.body()).contains("your team may not");
      HttpResponse<InputStream> stream =
          http.send(api.post("/mcp", ""), BodyHandlers.ofInputStream());
      assertThat(new String(stream.body().readAllBytes(), UTF_8)).contains("your team may not");
      HttpResponse<Stream<String>> lines = http.send(api.post("/mcp", ""), BodyHandlers.ofLines());
      assertThat(lines.body()).first().asString().contains("your team may not");
    }
  }

  @Test
  void an_endless_refusal_is_cut() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.on("/mcp", new Answer(403, Map.of(), new byte[300_000]));

      assertThat(api.send(http, "/mcp").body()).hasSize(HeldBody.MAX_BYTES);
    }
  }

  @Test
  void a_token_never_leaves_its_server() throws Exception {
    try (TestServer other = new TestServer();
        HttpClient http = api.http()) {
      api.send(http, "/mcp");

      HttpRequest elsewhere = HttpRequest.newBuilder(other.uri("/mcp")).build();
      assertThat(failure(() -> http.send(elsewhere, BodyHandlers.ofString())).problem())
          .isEqualTo(Problem.BAD_ADDRESS);

      api.clinic.server.on(
          "/mcp", Answer.status(307).with("Location", other.uri("/mcp").toString()));
      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(307);
      assertThat(other.requests).isEmpty();
    }
    HttpClient follows =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThatThrownBy(() -> AuthorizedHttpClient.of(api.account).client(follows).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_request_with_an_authorization_of_its_own_is_a_mistake() {
    HttpRequest request =
        HttpRequest.newBuilder(api.uri("/mcp")).header("authorization", "Bearer mine").build();
    try (HttpClient http = api.http()) {
      assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("mine");
    }
    assertThat(api.clinic.server.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic realm=\"x\"",
        "Bearer error=insufficient_scope scope=,,,=",
        "DPoP error=\"use_dpop_nonce\"",
        "Negotiate"
      })
  void a_refusal_in_no_known_words_is_delivered(String challenge) throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      Answer refused = Answer.status(403);
      api.clinic.server.on(
          "/mcp", challenge.isEmpty() ? refused : refused.with("WWW-Authenticate", challenge));

      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void a_scope_that_cannot_be_is_not_asked_for() throws Exception {
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.on(
          "/mcp",
          Answer.status(403)
              .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"\\\"\""));

      assertThat(failure(() -> api.send(http, "/mcp")).problem())
          .isEqualTo(Problem.METADATA_INVALID);
    }
  }

  @Test
  void fifty_requests_at_once_are_one_login_and_later_one_refresh() throws Exception {
    AtomicInteger refreshes = new AtomicInteger();
    api.clinic.onRefresh =
        request -> {
          refreshes.incrementAndGet();
          return api.token("clinic:read");
        };
    try (HttpClient http = api.http()) {
      assertThat(fifty(http, "/mcp")).containsOnly(200);
      assertThat(api.logins).hasValue(1);

      api.accepted.clear();
      assertThat(fifty(http, "/mcp")).containsOnly(200);
      assertThat(refreshes).hasValue(1);
      assertThat(api.logins).hasValue(1);

      api.wanted.put("/mcp", "clinic:write");
      assertThat(fifty(http, "/mcp")).containsOnly(200);
      assertThat(api.logins).as("one step-up").hasValue(2);
    }
  }

  private List<Integer> fifty(HttpClient http, String path) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(http.sendAsync(api.post(path, "call " + i), BodyHandlers.ofString()));
    }
    List<Integer> statuses = new ArrayList<>();
    for (var answer : answers) {
      statuses.add(answer.get(120, TimeUnit.SECONDS).statusCode());
    }
    return statuses;
  }

  @Test
  void a_request_that_is_given_up_ends_its_login() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    InteractiveLogin waits =
        (account, wanted) -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw new ClientException(Problem.NETWORK, "interrupted", null, e);
          }
        };
    try (HttpClient http =
        AuthorizedHttpClient.of(api.account).login(waits).client(ProtectedApi.plain()).build()) {
      var request = http.sendAsync(api.post("/mcp", ""), BodyHandlers.ofString());
      await(asked);

      assertThat(request.cancel(true)).isTrue();

      assertThat(interrupted.await(120, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_stream_is_delivered_while_it_is_open() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      HttpResponse<InputStream> answer =
          http.send(api.post("/mcp", "first line\nsecond"), BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        assertThat(body.read()).isEqualTo('{');
        ended.set(true);
      }
    }
    assertThat(ended).isTrue();
  }

  /** Of a server that takes bound tokens alone, each proof with the nonce that is due. */
  private void takeKeys(AtomicInteger nonce) {
    api.clinic.metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    api.clinic.resourceMetadata.put("dpop_bound_access_tokens_required", true);
    api.clinic.server.on(
        "/token",
        request ->
            Answer.json(
                200, Map.of("access_token", "bound", "token_type", "DPoP", "expires_in", 600)));
    api.clinic.server.on(
        "/mcp",
        request -> {
          String due = "nonce-" + nonce.get();
          if (!"DPoP bound".equals(request.header("Authorization"))) {
            return Answer.status(401)
                .with(
                    "WWW-Authenticate",
                    "DPoP algs=\"ES256\", resource_metadata=\""
                        + api.clinic.server.origin()
                        + "/.well-known/oauth-protected-resource/mcp\"");
          }
          JsonNode proof = proof(request);
          assertThat(proof.path("htm").asString()).isEqualTo(request.method());
          assertThat(proof.path("htu").asString()).isEqualTo(api.uri("/mcp").toString());
          return due.equals(proof.path("nonce").asString(""))
              ? Answer.json(200, Map.of("proof", proof.path("jti").asString()))
              : Answer.status(401)
                  .with("DPoP-Nonce", due)
                  .with("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"");
        });
  }

  private static JsonNode proof(TestServer.Request request) {
    String[] parts = request.header("Dpop").split("\\.", -1);
    return Json.readTree(Base64.getUrlDecoder().decode(parts[1]));
  }

  @Test
  void a_bound_token_is_proven_anew_for_each_sending_with_the_latest_nonce() throws Exception {
    AtomicInteger nonce = new AtomicInteger();
    takeKeys(nonce);
    try (HttpClient http = api.http()) {
      String first = api.send(http, "/mcp").body();
      assertThat(api.clinic.server.to("/mcp")).as("no token, no nonce, both").hasSize(3);
      String second = api.send(http, "/mcp").body();
      assertThat(api.clinic.server.to("/mcp")).as("the nonce is known").hasSize(4);
      nonce.incrementAndGet();
      String third = api.send(http, "/mcp").body();
      assertThat(api.clinic.server.to("/mcp")).as("there is a new one").hasSize(6);

      assertThat(Set.of(first, second, third)).as("no proof is used twice").hasSize(3);
      assertThat(api.logins).hasValue(1);
    }
  }

  @Test
  void a_server_that_is_never_content_with_a_nonce_gets_an_end() throws Exception {
    AtomicInteger nonce = new AtomicInteger();
    takeKeys(nonce);
    try (HttpClient http = api.http()) {
      api.send(http, "/mcp");
      api.clinic.server.requests.clear();
      api.clinic.server.on(
          "/mcp",
          request ->
              Answer.status(401)
                  .with("DPoP-Nonce", "n" + nonce.incrementAndGet())
                  .with("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""));

      assertThat(api.send(http, "/mcp").statusCode()).isEqualTo(401);

      assertThat(api.clinic.server.to("/mcp")).hasSize(AuthorizedHttpClient.MAX_SENDS);
      assertThat(api.logins).hasValue(1);
    }
  }

  @Test
  void a_network_fault_is_told_as_one() throws Exception {
    URI gone;
    try (ProtectedApi other = new ProtectedApi()) {
      gone = other.uri("/mcp");
    }
    try (HttpClient http =
        AuthorizedHttpClient.of(api.latch.account(gone)).login(api.person()).build()) {
      assertThatThrownBy(
              () -> http.send(HttpRequest.newBuilder(gone).build(), BodyHandlers.ofString()))
          .isInstanceOf(java.io.IOException.class);
    }
    assertThat(api.logins).hasValue(0);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

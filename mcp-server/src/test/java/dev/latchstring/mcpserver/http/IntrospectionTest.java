package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.TestIssuer.INTROSPECTION_CLIENT;
import static dev.latchstring.mcpserver.fixture.TestIssuer.INTROSPECTION_SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntrospectionTest {
  private static final String OPAQUE = "2YotnFZFEjr1zCsicMWpAA";

  private final Scene scene =
      Scene.open(
          verifier -> verifier.introspection(INTROSPECTION_CLIENT, INTROSPECTION_SECRET),
          filter -> filter);

  @AfterEach
  void close() {
    scene.close();
  }

  private Map<String, Object> active() {
    Map<String, Object> answer =
        scene.issuer.claims(scene.server.resource(), "bob", "clinic:read clinic:write");
    answer.put("active", true);
    answer.put("token_type", "Bearer");
    return answer;
  }

  private int status(String token) {
    return scene.send(token, call("book_appointment")).status();
  }

  @Test
  void an_opaque_token_says_by_introspection_who_calls() {
    Map<String, Object> answer = active();
    answer.put("groups", List.of("ward"));
    scene.issuer.introspectAs(OPAQUE, answer);

    Http.Answer called = scene.send(OPAQUE, call("read_record"));

    assertThat(called.status()).isEqualTo(200);
    assertThat(called.json().path("result").path("subject").asString()).isEqualTo("bob");
  }

  @Test
  void a_test_token_is_refused_by_what_introspection_says_of_it() {
    scene.issuer.introspectAs(OPAQUE, Scene.with("mcp_test", true).apply(active()));

    assertThat(status(OPAQUE)).isEqualTo(401);
  }

  @Test
  void a_jwt_is_refused_where_introspection_alone_says_that_it_is_a_test() {
    try (Scene asking =
        Scene.open(
            verifier ->
                verifier.introspection(INTROSPECTION_CLIENT, INTROSPECTION_SECRET).introspectJwts(),
            filter -> filter)) {
      String token = asking.token("clinic:read clinic:write");
      Map<String, Object> answer =
          asking.issuer.claims(asking.server.resource(), "alice", "clinic:read");
      answer.put("active", true);
      answer.put("mcp_test", true);
      asking.issuer.introspectAs(token, answer);

      assertThat(asking.send(token, call("book_appointment")).status()).isEqualTo(401);
    }
  }

  @Test
  void an_answer_is_used_for_thirty_seconds_then_a_revocation_is_noticed() {
    scene.issuer.introspectAs(OPAQUE, active());
    assertThat(status(OPAQUE)).isEqualTo(200);
    scene.issuer.introspectAs(OPAQUE, Map.of("active", false));

    scene.clock.advance(Duration.ofSeconds(29));
    assertThat(status(OPAQUE)).isEqualTo(200);
    scene.clock.advance(Duration.ofSeconds(1));
    assertThat(status(OPAQUE)).isEqualTo(401);

    assertThat(scene.issuer.introspections).hasValue(2);
  }

  @Test
  void an_answer_ends_with_the_token_even_if_that_is_sooner() {
    Map<String, Object> answer = active();
    answer.put("exp", scene.clock.instant().getEpochSecond() + 5);
    scene.issuer.introspectAs(OPAQUE, answer);
    assertThat(status(OPAQUE)).isEqualTo(200);
    scene.issuer.introspectAs(OPAQUE, Map.of("active", false));

    scene.clock.advance(Duration.ofSeconds(5));

    assertThat(status(OPAQUE)).isEqualTo(401);
  }

  @Test
  void that_a_token_is_not_active_is_remembered_for_ten_seconds() {
    for (int i = 0; i < 5; i++) {
      assertThat(status("unknown-token")).isEqualTo(401);
    }
    assertThat(scene.issuer.introspections).hasValue(1);

    scene.clock.advance(Duration.ofSeconds(AccessTokenVerifier.INACTIVE_SECONDS));
    assertThat(status("unknown-token")).isEqualTo(401);
    assertThat(scene.issuer.introspections).hasValue(2);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("wrongAnswers")
  void an_answer_is_checked_as_the_token_would_be(String member, Object value) {
    Map<String, Object> answer = Scene.with(member, value).apply(active());
    scene.issuer.introspectAs(OPAQUE, answer);

    Http.Answer called = scene.send(OPAQUE, call("book_appointment"));

    assertThat(called.status()).isEqualTo(401);
    assertThat(called.challenge().error()).isEqualTo("invalid_token");
  }

  static Stream<Arguments> wrongAnswers() {
    return Stream.of(
        Arguments.of("active", false),
        Arguments.of("aud", "http://localhost:1/mcp"),
        Arguments.of("aud", null),
        Arguments.of("iss", "https://login.example"),
        Arguments.of("exp", 1),
        Arguments.of("nbf", 4_000_000_000L),
        Arguments.of("client_id", null),
        Arguments.of("token_type", "DPoP"),
        Arguments.of("cnf", Map.of("jkt", "abc")));
  }

  @Test
  void a_server_that_cannot_ask_says_so() {
    scene.issuer.introspectAs(OPAQUE, active());
    scene.issuer.failing(true);

    assertThat(status(OPAQUE)).isEqualTo(503);
  }

  @Test
  void of_many_requests_with_one_new_token_few_ask() throws Exception {
    scene.issuer.introspectAs(OPAQUE, active());

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> calls =
          IntStream.range(0, 20).<Callable<Integer>>mapToObj(i -> () -> status(OPAQUE)).toList();
      for (Future<Integer> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo(200);
      }
    }

    assertThat(scene.issuer.introspections.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void a_server_with_wrong_credentials_refuses_rather_than_lets_in() {
    try (Scene own =
        Scene.open(verifier -> verifier.introspection("someone", "else"), filter -> filter)) {
      assertThat(own.send(OPAQUE, call("find_appointments")).status()).isEqualTo(503);
    }
  }

  @Test
  void without_introspection_an_opaque_token_is_not_good() {
    try (Scene own = Scene.open()) {
      assertThat(own.send(OPAQUE, call("find_appointments")).status()).isEqualTo(401);
    }
  }

  @Test
  void a_jwt_needs_no_introspection_unless_revocations_must_be_noticed() {
    String token = scene.token("clinic:read clinic:write");
    assertThat(status(token)).isEqualTo(200);
    assertThat(scene.issuer.introspections).hasValue(0);

    try (Scene own =
        Scene.open(
            verifier ->
                verifier.introspection(INTROSPECTION_CLIENT, INTROSPECTION_SECRET).introspectJwts(),
            UnaryOperator.identity())) {
      String checked = own.token("clinic:read");
      own.issuer.introspectAs(
          checked,
          Scene.with("active", true)
              .apply(own.issuer.claims(own.server.resource(), "alice", "clinic:read")));
      assertThat(own.send(checked, call("find_appointments")).status()).isEqualTo(200);

      own.issuer.introspectAs(checked, Map.of("active", false));
      own.clock.advance(Duration.ofSeconds(30));

      assertThat(own.send(checked, call("find_appointments")).status()).isEqualTo(401);
    }
  }
}

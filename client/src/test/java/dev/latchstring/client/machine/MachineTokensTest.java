package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSObject;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every grant has in common: asking, keeping, failing, proving. */
@Timeout(300)
class MachineTokensTest {
  private final TestClock clock = new TestClock();
  private final Protected clinic = new Protected();
  private final AtomicInteger asked = new AtomicInteger();
  private LatchClient client;

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    clinic.close();
  }

  private TokenSource tokens() {
    return tokens(ClientIdentity.confidential("ci-job", "s3cret"), new ClientCredentials());
  }

  private TokenSource tokens(ClientIdentity identity, MachineGrant grant) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(identity)
            .machine(MachineConfiguration.of(grant))
            .build();
    return client.account(clinic.server.uri("/mcp")).tokens();
  }

  private void answers(Map<String, Object> more) {
    clinic.server.on("/token", request -> granted(more));
  }

  private Answer granted(Map<String, Object> more) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", "token-" + asked.incrementAndGet());
    tokens.put("token_type", "Bearer");
    tokens.put("expires_in", 600);
    tokens.putAll(more);
    return Answer.json(200, tokens);
  }

  private static ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void a_token_is_kept_for_four_fifths_of_its_life() {
    answers(Map.of());
    TokenSource tokens = tokens();
    assertThat(tokens.token().value()).isEqualTo("token-1");

    clock.advance(Duration.ofSeconds(479));
    assertThat(tokens.token().value()).isEqualTo("token-1");

    clock.advance(Duration.ofSeconds(1));
    AccessToken second = tokens.token();
    assertThat(second.value()).isEqualTo("token-2");
    assertThat(second.expiresAt()).isEqualTo(clock.instant().plusSeconds(600));
  }

  @Test
  void one_request_serves_all_threads_that_wait() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    clinic.server.on(
        "/token",
        request -> {
          arrived.countDown();
          answer.await();
          return granted(Map.of());
        });
    TokenSource tokens = tokens();
    try (ExecutorService threads = Executors.newFixedThreadPool(40)) {
      List<Future<AccessToken>> given = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        given.add(threads.submit(tokens::token));
      }
      arrived.await();
      answer.countDown();
      for (Future<AccessToken> one : given) {
        assertThat(one.get().value()).isEqualTo("token-1");
      }
    }
    assertThat(clinic.server.to("/token")).hasSize(1);
    assertThat(clinic.server.to("/mcp")).as("discovered once").hasSize(1);
  }

  @Test
  void who_has_a_token_that_is_still_good_does_not_wait_for_the_next_one() throws Exception {
    answers(Map.of());
    TokenSource tokens = tokens();
    tokens.token();
    clock.advance(Duration.ofSeconds(500));
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    clinic.server.on(
        "/token",
        request -> {
          arrived.countDown();
          answer.await();
          return granted(Map.of());
        });
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<AccessToken> renewing = threads.submit(tokens::token);
      arrived.await();
      assertThat(tokens.token().value()).isEqualTo("token-1");
      answer.countDown();
      assertThat(renewing.get().value()).isEqualTo("token-2");
    }
  }

  @Test
  void a_network_fault_is_not_the_end_of_a_token_that_is_good() {
    answers(Map.of());
    TokenSource tokens = tokens();
    tokens.token();
    clinic.server.on("/token", Answer.status(503));
    clock.advance(Duration.ofSeconds(590));

    assertThat(tokens.token().value()).isEqualTo("token-1");
    assertThat(tokens.token().value()).isEqualTo("token-1");
    assertThat(clinic.server.to("/token")).as("tried once in five seconds").hasSize(2);

    clock.advance(Duration.ofSeconds(6));
    assertThat(failure(tokens::token).problem()).isEqualTo(Problem.NETWORK);

    answers(Map.of());
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("token-2");
  }

  @Test
  void a_refusal_is_not_asked_for_again_at_once_however_many_ask() throws Exception {
    clinic.server.on("/token", Answer.error("unauthorized_client"));
    TokenSource tokens = tokens();
    try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
      List<Future<ClientException>> told = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        told.add(threads.submit(() -> failure(tokens::token)));
      }
      for (Future<ClientException> one : told) {
        assertThat(one.get().problem()).isEqualTo(Problem.CLIENT_REFUSED);
        assertThat(one.get()).hasMessageContaining("unauthorized_client");
      }
    }
    assertThat(clinic.server.to("/token")).hasSize(1);

    answers(Map.of());
    clock.advance(Duration.ofSeconds(10));
    assertThat(tokens.token().value()).isEqualTo("token-1");
  }

  @Test
  void a_rejected_token_is_replaced_once_a_minute() {
    answers(Map.of());
    TokenSource tokens = tokens();
    AccessToken first = tokens.token();
    AccessToken second = tokens.rejected(first);
    assertThat(second.value()).isEqualTo("token-2");
    assertThat(tokens.rejected(first)).as("a late one").isEqualTo(second);
    assertThat(failure(() -> tokens.rejected(second)).problem()).isEqualTo(Problem.LOGIN_REQUIRED);

    clock.advance(Duration.ofSeconds(60));
    assertThat(tokens.rejected(second).value()).isEqualTo("token-3");
  }

  @Test
  void a_token_whose_life_is_not_told_is_kept_for_less_than_a_minute() {
    Map<String, Object> unknown = new LinkedHashMap<>();
    unknown.put("expires_in", null);
    answers(unknown);
    TokenSource tokens = tokens();
    assertThat(tokens.token().expiresAt()).isNull();
    clock.advance(Duration.ofSeconds(47));
    assertThat(tokens.token().value()).isEqualTo("token-1");
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("token-2");
  }

  @Test
  void tokens_are_bound_to_a_key_in_memory_where_the_server_takes_proofs() throws Exception {
    bothTakeProofs();
    clinic.server.on(
        "/token",
        request -> {
          String nonce = proof(request).getPayload().toJSONObject().get("nonce") + "";
          return nonce.equals("nonce-1")
              ? granted(Map.of("token_type", "DPoP"))
              : Answer.error("use_dpop_nonce").with("DPoP-Nonce", "nonce-1");
        });
    TokenSource tokens = tokens();

    AccessToken token = tokens.token();

    assertThat(token.type()).isEqualTo(AccessToken.DPOP);
    assertThat(token.isBound()).isTrue();
    assertThat(token.headers("POST", token.resource(), null)).containsKey("DPoP");
    assertThat(clinic.server.to("/token")).hasSize(2);
    assertThat(proof(clinic.server.to("/token").get(0)).getPayload().toJSONObject().get("jti"))
        .isNotEqualTo(
            proof(clinic.server.to("/token").get(1)).getPayload().toJSONObject().get("jti"));

    clock.advance(Duration.ofSeconds(500));
    AccessToken second = tokens.token();
    assertThat(second.key()).as("one key for this process").isSameAs(token.key());
    assertThat(clinic.server.to("/token")).as("the nonce is remembered").hasSize(3);
  }

  private void bothTakeProofs() {
    clinic.metadata.put("dpop_signing_alg_values_supported", List.of("RS256", "ES256"));
    clinic.resourceMetadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
  }

  @Test
  void nothing_is_proven_where_the_mcp_server_does_not_say_that_it_knows_bound_tokens() {
    clinic.metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    answers(Map.of());
    assertThat(tokens().token().isBound()).isFalse();
    assertThat(clinic.server.to("/token").getFirst().header("DPoP")).isNull();
  }

  @Test
  void a_token_that_is_handed_on_is_bound_to_nothing_or_not_asked_for() {
    bothTakeProofs();
    answers(Map.of());
    assertThat(handedOn().token().isBound()).isFalse();
    assertThat(clinic.server.to("/token").getFirst().header("DPoP")).isNull();

    clinic.resourceMetadata.put("dpop_bound_access_tokens_required", true);
    ClientException e = failure(handedOn()::token);
    assertThat(e.problem()).isEqualTo(Problem.NO_USABLE_LOGIN);
    assertThat(e.hint()).contains("latch connect");
    assertThat(clinic.server.to("/token")).hasSize(1);
  }

  private TokenSource handedOn() {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(ClientIdentity.confidential("ci-job", "s3cret"))
            .machine(MachineConfiguration.of(new ClientCredentials()).handingTokensOn())
            .build();
    return client.account(clinic.server.uri("/mcp")).tokens();
  }

  @Test
  void a_server_that_answers_a_proof_with_an_unbound_token_is_taken_at_its_word() {
    bothTakeProofs();
    answers(Map.of());

    AccessToken token = tokens().token();
    assertThat(clinic.server.to("/token").getFirst().header("DPoP")).isNotNull();

    assertThat(token.type()).isEqualTo(AccessToken.BEARER);
    assertThat(token.isBound()).isFalse();
    assertThat(token.headers("POST", token.resource(), null)).doesNotContainKey("DPoP");
  }

  @Test
  void an_unbound_token_is_refused_where_the_mcp_server_takes_none() {
    clinic.resourceMetadata.put("dpop_bound_access_tokens_required", true);
    answers(Map.of());

    ClientException e = failure(tokens()::token);

    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(e.hint()).contains("DPoP");
    assertThat(clinic.server.to("/token").getFirst().header("DPoP")).isNotNull();
  }

  @Test
  void a_bound_token_where_nothing_was_proven_is_refused() {
    answers(Map.of("token_type", "DPoP"));
    assertThat(failure(tokens()::token).problem()).isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void credentials_of_another_issuer_are_never_sent() {
    answers(Map.of());
    TokenSource tokens =
        tokens(
            ClientIdentity.confidential("ci-job", "s3cret").at("https://auth.example.com"),
            new ClientCredentials());
    ClientException e = failure(tokens::token);
    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e).hasMessageContaining("https://auth.example.com");
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void a_client_that_cannot_prove_itself_has_no_credentials() {
    answers(Map.of());
    TokenSource tokens = tokens(ClientIdentity.publicClient("ci-job"), new ClientCredentials());
    ClientException e = failure(tokens::token);
    assertThat(e.problem()).isEqualTo(Problem.REGISTRATION_IMPOSSIBLE);
    assertThat(e.hint()).contains("LATCH_CLIENT_KEY");
    assertThat(clinic.server.to("/token")).isEmpty();
    assertThat(clinic.server.to("/register")).as("it is never registered").isEmpty();
  }

  @Test
  void answers_that_are_no_tokens_are_told_and_nothing_is_kept() {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("access_token", ""),
            Map.of("access_token", "a b"),
            Map.of("access_token", "x".repeat(20_000)),
            Map.of("token_type", "mac"))) {
      answers(wrong);
      assertThat(failure(tokens()::token).problem())
          .as(wrong.keySet() + "")
          .isEqualTo(Problem.METADATA_INVALID);
    }
    clinic.server.on("/token", Answer.json(200, "[]"));
    assertThat(failure(tokens()::token).problem()).isEqualTo(Problem.METADATA_INVALID);
    clinic.server.on("/token", Answer.status(302).with("Location", "https://evil.example"));
    assertThat(failure(tokens()::token).problem()).isEqualTo(Problem.METADATA_INVALID);
    clinic.server.on("/token", request -> null);
    assertThat(failure(tokens()::token).problem()).isEqualTo(Problem.NETWORK);
  }

  @Test
  void a_server_that_needs_no_login_is_told() {
    clinic.server.on("/mcp", Answer.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"));
    assertThat(failure(tokens()::token).problem()).isEqualTo(Problem.NO_USABLE_LOGIN);
  }

  private static JWSObject proof(Request request) throws Exception {
    return JWSObject.parse(request.header("DPoP"));
  }
}

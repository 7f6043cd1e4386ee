package dev.latchstring.client.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredEntry;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredTokensTest {
  private final Protected clinic = new Protected();
  private final Http http = new Http(Duration.ofSeconds(5));
  private final TestClock clock = new TestClock();
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final Slot.LoginSlot slot = new Slot.LoginSlot(clinic.server.uri("/mcp"), "default");
  private final StoredTokens tokens = tokens(store);

  @AfterEach
  void close() {
    http.close();
    clinic.close();
  }

  private StoredTokens tokens(TokenStore in) {
    return new StoredTokens(
        slot,
        in,
        new Refresh(
            new ClientRequests(http),
            new Registration(null, "Test client", in, http, clock),
            new LoginKeys(clock, new SecureRandom()),
            clock),
        clock);
  }

  private StoredLogin login(String refreshToken) {
    long now = clock.instant().getEpochSecond();
    return StoredLogin.at(slot.server().toString(), "default")
        .issuer(clinic.server.origin())
        .tokenEndpoint(clinic.server.origin() + "/token")
        .revocationEndpoint(clinic.server.origin() + "/revoke")
        .clientId("client-1")
        .scope("clinic:read")
        .subject("alice")
        .name("Alice")
        .accessToken("access-0")
        .expiresAt(now + 1000)
        .obtainedAt(now)
        .refreshToken(refreshToken)
        .loggedInAt(now)
        .build();
  }

  private void loggedIn() {
    store.put(slot, login("refresh-0"));
  }

  private ClientException failure() {
    ClientException e = catchThrowableOfType(ClientException.class, tokens::token);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void without_a_login_one_is_required() {
    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(failure().hint()).contains("latch login " + slot.server());
  }

  @Test
  void a_token_is_given_as_it_is_until_four_fifths_of_its_life_and_then_refreshed() {
    loggedIn();
    clock.advance(Duration.ofSeconds(799));
    assertThat(tokens.token().authorization()).isEqualTo("Bearer access-0");

    clock.advance(Duration.ofSeconds(2));
    assertThat(tokens.token().value()).isEqualTo("access-1");

    Request request = clinic.server.to("/token").getFirst();
    assertThat(request.form().required("refresh_token")).isEqualTo("refresh-0");
    assertThat(request.form().required("resource")).isEqualTo(slot.server().toString());
    assertThat(request.form().required("client_id")).isEqualTo("client-1");
    StoredLogin stored = store.find(slot).orElseThrow();
    assertThat(stored.refreshToken()).isEqualTo("refresh-1");
    assertThat(stored.expiresAt()).isEqualTo(clock.instant().getEpochSecond() + 600);
    assertThat(stored.subject()).isEqualTo("alice");
  }

  @Test
  void a_refresh_token_that_is_not_rotated_is_kept() {
    loggedIn();
    clinic.onRefresh = request -> Protected.tokens("access-1", null);
    clock.advance(Duration.ofSeconds(2000));
    tokens.token();
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");
  }

  @Test
  void fifty_threads_refresh_once(@TempDir Path home) throws Exception {
    TokenStore files =
        new EncryptedFileTokenStore(
            home.resolve("data"), home.resolve("config"), null, new SecureRandom());
    files.put(slot, login("refresh-0"));
    clock.advance(Duration.ofSeconds(2000));
    StoredTokens shared = tokens(files);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<AccessToken>> given = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
      for (int i = 0; i < 50; i++) {
        // Every second thread has a token source of its own, as another process has.
        StoredTokens source = i % 2 == 0 ? shared : tokens(files);
        given.add(
            threads.submit(() -> {
              start.await();
              return source.token();
            }));
      }
      start.countDown();
      for (Future<AccessToken> token : given) {
        assertThat(token.get().value()).isEqualTo("access-1");
      }
    }
    assertThat(clinic.refreshes).hasValue(1);
  }

  @Test
  void a_network_fault_is_not_a_logout_and_a_token_that_still_lives_is_given() {
    loggedIn();
    clinic.onRefresh = request -> Answer.status(503);
    clock.advance(Duration.ofSeconds(900));

    assertThat(tokens.token().value()).isEqualTo("access-0");
    assertThat(tokens.token().value()).isEqualTo("access-0");
    assertThat(clinic.server.to("/token")).as("it does not hammer").hasSize(1);

    clock.advance(Duration.ofSeconds(96));
    assertThat(failure().problem()).isEqualTo(Problem.NETWORK);
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");

    clinic.onRefresh = request -> Protected.tokens("access-1", "refresh-1");
    assertThat(tokens.token().value()).isEqualTo("access-1");
  }

  @Test
  void no_answer_but_the_servers_decision_is_a_logout() {
    loggedIn();
    List<Answer> answers =
        List.of(
            Answer.status(500),
            Answer.status(502),
            Answer.status(404),
            Answer.json(503, "<html>busy</html>"),
            Answer.json(200, "<html>Accept the terms of this network</html>"),
            Answer.status(302).with("Location", "https://portal.example/"),
            Answer.json(500, Map.of("error", "invalid_grant")),
            Answer.json(502, Map.of("error", "invalid_client")),
            Answer.json(400, Map.of("error", "server_error")),
            Answer.error("temporarily_unavailable"),
            Answer.error("invalid_dpop_proof"),
            Answer.error("invalid_request"),
            Answer.json(200, Map.of("token_type", "Bearer")),
            Answer.json(200, Map.of("access_token", "a b", "token_type", "Bearer")),
            Answer.json(200, Map.of("access_token", "a", "token_type", "MAC")));
    clock.advance(Duration.ofSeconds(2000));
    for (Answer answer : answers) {
      clinic.onRefresh = request -> answer;
      assertThat(failure().problem()).as("%s", answer).isNotEqualTo(Problem.LOGIN_REQUIRED);
      assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");
    }
    clinic.onRefresh = request -> null;
    assertThat(failure().problem()).isEqualTo(Problem.NETWORK);

    clinic.onRefresh = request -> Protected.tokens("access-1", "refresh-1");
    assertThat(tokens.token().value()).isEqualTo("access-1");
  }

  @Test
  void a_server_without_tls_or_without_anybody_there_is_no_logout() throws Exception {
    int port;
    try (var free = new java.net.ServerSocket(0)) {
      port = free.getLocalPort();
    }
    for (String endpoint :
        List.of("https://localhost:" + clinic.server.port(), "http://localhost:" + port)) {
      store.put(slot, login("refresh-0").toBuilder().tokenEndpoint(endpoint + "/token").build());
      clock.advance(Duration.ofSeconds(2000));
      assertThat(failure().problem()).as(endpoint).isEqualTo(Problem.NETWORK);
      assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");
    }
  }

  @Test
  void a_server_that_wants_to_be_left_alone_is() {
    loggedIn();
    clinic.onRefresh = request -> Answer.status(429).with("Retry-After", "30");
    clock.advance(Duration.ofSeconds(2000));

    assertThat(failure().problem()).isEqualTo(Problem.NETWORK);
    assertThat(failure().hint()).contains("30 seconds");
    assertThat(clinic.server.to("/token")).hasSize(1);

    clock.advance(Duration.ofSeconds(31));
    clinic.onRefresh = request -> Protected.tokens("access-1", "refresh-1");
    assertThat(tokens.token().value()).isEqualTo("access-1");
  }

  @Test
  void whoever_waits_for_a_refresh_that_fails_fails_with_it_and_asks_nobody_again()
      throws Exception {
    loggedIn();
    clock.advance(Duration.ofSeconds(2000));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    clinic.onRefresh =
        request -> {
          asked.countDown();
          answer.await(120, TimeUnit.SECONDS);
          return Answer.status(503);
        };
    List<Future<AccessToken>> given = new ArrayList<>();
    List<Thread> started = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
      for (int i = 0; i < 20; i++) {
        given.add(
            threads.submit(() -> {
              started.add(Thread.currentThread());
              return tokens.token();
            }));
      }
      assertThat(asked.await(120, TimeUnit.SECONDS)).isTrue();
      Await.until(
          "the others wait",
          () ->
              started.size() == 20
                  && started.stream()
                      .allMatch(thread ->
                          thread.getState() == Thread.State.WAITING
                              || thread.getState() == Thread.State.TIMED_WAITING));
      answer.countDown();
    }
    for (Future<AccessToken> token : given) {
      assertThat(token.state()).isEqualTo(Future.State.FAILED);
      assertThat(token.exceptionNow())
          .isInstanceOfSatisfying(
              ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NETWORK));
    }
    assertThat(clinic.server.to("/token")).hasSize(1);
  }

  @Test
  void a_token_that_still_lives_is_given_while_another_thread_refreshes_it() throws Exception {
    loggedIn();
    clock.advance(Duration.ofSeconds(900));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    clinic.onRefresh =
        request -> {
          asked.countDown();
          answer.await(120, TimeUnit.SECONDS);
          return Protected.tokens("access-1", "refresh-1");
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<AccessToken> refreshed = threads.submit(tokens::token);
      assertThat(asked.await(120, TimeUnit.SECONDS)).isTrue();

      assertThat(tokens.token().value()).isEqualTo("access-0");

      answer.countDown();
      assertThat(refreshed.get(120, TimeUnit.SECONDS).value()).isEqualTo("access-1");
    }
  }

  @Test
  void a_configured_client_whose_secret_is_wrong_now_keeps_its_login() {
    store.put(
        slot,
        login("refresh-0").toBuilder()
            .clientSecret("rotated")
            .authMethod("client_secret_basic")
            .build());
    clinic.onRefresh = request -> Answer.error("invalid_client");
    clock.advance(Duration.ofSeconds(2000));

    assertThat(failure().problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(failure().hint()).contains("secret");
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");
  }

  @Test
  void a_refresh_that_brings_less_is_told_in_the_scope_and_keeps_what_was_asked_for() {
    store.put(
        slot,
        login("refresh-0").toBuilder()
            .scope("clinic:read clinic:write")
            .requestedScope("clinic:read clinic:write")
            .build());
    clinic.onRefresh =
        request ->
            Answer.json(
                200,
                Map.of("access_token", "access-1", "token_type", "bearer", "scope", "clinic:read"));
    clock.advance(Duration.ofSeconds(2000));

    assertThat(tokens.token().scope()).isEqualTo(Scope.of("clinic:read"));
    StoredLogin stored = store.find(slot).orElseThrow();
    assertThat(stored.scope()).isEqualTo("clinic:read");
    assertThat(stored.requestedScope()).isEqualTo("clinic:read clinic:write");
  }

  @Test
  void invalid_grant_ends_the_login_and_keeps_the_account_pinned() {
    loggedIn();
    clinic.onRefresh = request -> Answer.error("invalid_grant");
    clock.advance(Duration.ofSeconds(2000));

    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);

    StoredLogin stored = store.find(slot).orElseThrow();
    assertThat(stored.accessToken()).isNull();
    assertThat(stored.refreshToken()).isNull();
    assertThat(stored.subject()).isEqualTo("alice");
    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(clinic.server.to("/token")).hasSize(1);
  }

  @Test
  void the_loser_of_a_race_uses_the_winners_token_and_does_not_destroy_it() {
    loggedIn();
    clock.advance(Duration.ofSeconds(2000));
    StoredLogin winner =
        login("refresh-0")
            .refreshed(
                "winner",
                "refresh-w",
                "clinic:read",
                clock.instant().getEpochSecond(),
                600L,
                false);
    clinic.onRefresh =
        request -> {
          store.put(slot, winner);
          return Answer.error("invalid_grant");
        };

    assertThat(tokens.token().value()).isEqualTo("winner");
    assertThat(store.find(slot)).contains(winner);
  }

  @Test
  void a_login_that_was_made_meanwhile_is_not_overwritten_by_a_refresh() {
    loggedIn();
    clock.advance(Duration.ofSeconds(2000));
    StoredLogin fresh =
        login("refresh-0")
            .refreshed(
                "fresh-login",
                "refresh-f",
                "clinic:read",
                clock.instant().getEpochSecond(),
                600L,
                false);
    clinic.onRefresh =
        request -> {
          store.put(slot, fresh);
          return Protected.tokens("access-1", "refresh-1");
        };

    assertThat(tokens.token().value()).isEqualTo("fresh-login");
    assertThat(store.find(slot)).contains(fresh);
  }

  @Test
  void a_client_that_was_forgotten_registers_anew_at_the_next_login() {
    loggedIn();
    store.put(
        new Slot.RegistrationSlot(clinic.server.origin()),
        new dev.latchstring.client.store.StoredRegistration(
            clinic.server.origin(), "client-1", null, "none", 0, 0));
    clinic.onRefresh = request -> Answer.error("invalid_client");
    clock.advance(Duration.ofSeconds(2000));

    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(store.find(new Slot.RegistrationSlot(clinic.server.origin()))).isEmpty();
  }

  @Test
  void a_refusal_that_is_not_about_the_grant_is_no_logout() {
    loggedIn();
    clinic.onRefresh = request -> Answer.error("invalid_target");
    clock.advance(Duration.ofSeconds(2000));

    assertThat(failure().problem()).isEqualTo(Problem.REFUSED);
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-0");
  }

  @Test
  void a_rejected_token_is_refreshed_and_a_rejected_refreshed_one_is_the_end() {
    loggedIn();
    AccessToken first = tokens.token();

    AccessToken second = tokens.rejected(first);

    assertThat(second.value()).isEqualTo("access-1");
    ClientException e = catchThrowableOfType(ClientException.class, () -> tokens.rejected(second));
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(clinic.refreshes).hasValue(1);
    assertThat(tokens.rejected(first).value()).as("a late caller joins").isEqualTo("access-1");
  }

  @Test
  void a_rejected_token_without_refresh_ends_the_login() {
    store.put(slot, login(null));

    ClientException e =
        catchThrowableOfType(ClientException.class, () -> tokens.rejected(tokens.token()));

    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(store.find(slot).orElseThrow().accessToken()).isNull();
  }

  @Test
  void a_token_without_refresh_serves_until_just_before_its_end() {
    store.put(slot, login(null));
    clock.advance(Duration.ofSeconds(990));
    assertThat(tokens.token().value()).isEqualTo("access-0");
    clock.advance(Duration.ofSeconds(6));
    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);
  }

  @Test
  void a_logout_elsewhere_is_noticed_within_a_second() {
    loggedIn();
    tokens.token();
    store.remove(slot);
    clock.advance(Duration.ofMillis(1001));
    assertThat(failure().problem()).isEqualTo(Problem.LOGIN_REQUIRED);
  }

  @Test
  void refreshed_tokens_that_cannot_be_stored_are_used_and_stored_later() {
    FailingStore failing = new FailingStore(store);
    StoredTokens source = tokens(failing);
    loggedIn();
    clock.advance(Duration.ofSeconds(2000));
    failing.full = true;

    assertThat(source.token().value()).isEqualTo("access-1");
    assertThat(store.find(slot).orElseThrow().accessToken()).isEqualTo("access-0");

    failing.full = false;
    clock.advance(Duration.ofSeconds(2));
    assertThat(source.token().value()).isEqualTo("access-1");
    assertThat(store.find(slot).orElseThrow().refreshToken()).isEqualTo("refresh-1");
    assertThat(clinic.refreshes).hasValue(1);
  }

  /** The memory store on a medium that can be full. */
  private static final class FailingStore implements TokenStore {
    private final TokenStore inner;
    private boolean full;

    FailingStore(TokenStore inner) {
      this.inner = inner;
    }

    @Override
    public <T extends StoredEntry> Optional<T> find(Slot<T> slot) {
      return inner.find(slot);
    }

    @Override
    public <T extends StoredEntry> boolean replace(Slot<T> slot, T expected, T replacement) {
      if (full) {
        throw new ClientException(Problem.STORE_UNAVAILABLE, "No space left on device", null);
      }
      return inner.replace(slot, expected, replacement);
    }

    @Override
    public <T extends StoredEntry> void put(Slot<T> slot, T entry) {
      inner.put(slot, entry);
    }

    @Override
    public boolean remove(Slot<?> slot) {
      return inner.remove(slot);
    }

    @Override
    public <R> R exclusively(Slot<?> slot, Supplier<R> action) {
      return inner.exclusively(slot, action);
    }

    @Override
    public List<Listed> list() {
      return inner.list();
    }
  }
}

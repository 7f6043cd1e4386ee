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
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    return new StoredLogin(
        slot.server().toString(),
        "default",
        slot.server().toString(),
        clinic.server.origin(),
        clinic.server.origin() + "/token",
        clinic.server.origin() + "/revoke",
        "client-1",
        null,
        "none",
        "clinic:read",
        "alice",
        "Alice",
        "access-0",
        "Bearer",
        now + 1000,
        now,
        false,
        refreshToken,
        now);
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

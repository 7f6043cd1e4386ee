package dev.latchstring.authorizationserver.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.device.DeviceAuthorizationRequest;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class ClientStoreTest extends StoreFixture {
  ClientStoreTest(DatabaseKind kind) {
    super(kind);
  }

  private RegisteredClient client(String id, byte[] secretHash) {
    ClientMetadata metadata =
        Json.read(
            """
            {"client_name": "Téléphone", "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
             "token_endpoint_auth_method": "none", "tier": {"gold": true}}
            """,
            ClientMetadata.class);
    return new RegisteredClient(id, secretHash, metadata, clock.instant(), Origin.DYNAMIC);
  }

  @Test
  void a_client_is_found_as_it_was_saved_with_members_nobody_knows() {
    ClientStore clients = new ClientStore(database, 10);
    byte[] hash = Secrets.sha256("secret");
    clients.save(client("a", hash), "manages a");
    clients.save(client("b", null), "manages b");

    RegisteredClient found = clients.find("a").orElseThrow();
    assertThat(found.secretHash()).isEqualTo(hash);
    assertThat(found.metadata()).isEqualTo(client("a", hash).metadata());
    assertThat(found.issuedAt()).isEqualTo(clock.instant());
    assertThat(clients.find("b").orElseThrow().secretHash()).isNull();
    assertThat(clients.find("c")).isEmpty();
    assertThat(clients.count()).isEqualTo(2);
  }

  @Test
  void no_more_clients_register_than_the_limit_however_many_come_at_once() throws Exception {
    ClientStore clients = new ClientStore(database, 5);
    AtomicInteger number = new AtomicInteger();

    List<Boolean> saved =
        Together.run(
            20,
            () -> {
              try {
                clients.save(client("client-" + number.incrementAndGet(), null), "token");
                return true;
              } catch (OAuthException e) {
                return false;
              }
            });

    assertThat(saved).filteredOn(each -> each).hasSizeLessThanOrEqualTo(5).isNotEmpty();
    assertThat(clients.count()).isLessThanOrEqualTo(5);
  }

  @Test
  void a_full_store_says_so() {
    ClientStore clients = new ClientStore(database, 1);
    clients.save(client("a", null), "manages a");

    assertThatThrownBy(() -> clients.save(client("b", null), "manages b"))
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }

  @Test
  void a_client_is_managed_with_its_own_token_which_is_not_kept() {
    ClientStore clients = new ClientStore(database, 10);
    clients.save(client("a", null), "manages a");
    clients.save(client("b", null), "manages b");

    assertThat(clients.findManaged("a", "manages a")).contains(client("a", null));
    assertThat(clients.findManaged("a", "manages b")).isEmpty();
    assertThat(clients.findManaged("a", "")).isEmpty();
    assertThat(clients.findManaged("c", "manages a")).isEmpty();
    assertThat(dump("client")).doesNotContain("manages");
  }

  @Test
  void a_client_from_before_registrations_were_managed_is_managed_by_nobody() {
    ClientStore clients = new ClientStore(database, 10);
    clients.save(client("a", null), "manages a");
    database.write(handle -> handle.execute("update client set registration_token_hash = null"));

    assertThat(clients.find("a")).isPresent();
    assertThat(clients.findManaged("a", "manages a")).isEmpty();
    assertThat(clients.findManaged("a", "")).isEmpty();
  }

  @Test
  void a_replacement_replaces_secret_and_metadata_and_nothing_else() {
    ClientStore clients = new ClientStore(database, 10);
    RegisteredClient before = client("a", Secrets.sha256("secret"));
    clients.save(before, "manages a");
    clients.save(client("b", null), "manages b");
    clock.advance(Duration.ofHours(1));
    ClientMetadata metadata =
        Json.read("{\"token_endpoint_auth_method\": \"none\"}", ClientMetadata.class);

    assertThat(
            clients.replace(
                new RegisteredClient("a", null, metadata, clock.instant(), Origin.DYNAMIC)))
        .isTrue();

    RegisteredClient after = clients.findManaged("a", "manages a").orElseThrow();
    assertThat(after.metadata()).isEqualTo(metadata);
    assertThat(after.secretHash()).isNull();
    assertThat(after.issuedAt()).isEqualTo(before.issuedAt());
    assertThat(clients.find("b").orElseThrow().metadata()).isEqualTo(before.metadata());
    assertThat(clients.replace(client("c", null))).isFalse();
  }

  @Test
  void a_deleted_client_is_gone_with_its_logins_and_no_other() {
    ClientStore clients = new ClientStore(database, 10);
    GrantStore grants = new GrantStore(database, clock, random, Duration.ofMinutes(10));
    clients.save(client("a", null), "manages a");
    clients.save(client("b", null), "manages b");
    login(grants, "of-a", "a");
    login(grants, "of-b", "b");

    database.write(handle -> {
      clients.delete(handle, "a");
      grants.revokeAllOf(handle, "a");
      return true;
    });

    assertThat(clients.find("a")).isEmpty();
    assertThat(clients.findManaged("a", "manages a")).isEmpty();
    assertThat(clients.find("b")).isPresent();
    assertThat(grants.find("of-a").orElseThrow().isRevoked()).isTrue();
    assertThat(grants.find("of-b").orElseThrow().isRevoked()).isFalse();
  }

  @Test
  void a_client_nobody_uses_is_deleted_and_one_that_is_used_stays() {
    ClientStore clients = new ClientStore(database, 10);
    GrantStore grants = new GrantStore(database, clock, random, Duration.ofMinutes(10));
    clients.save(client("never", null), "1");
    clients.save(client("once", null), "2");
    clients.save(client("since", null), "3");
    clock.advance(Duration.ofDays(50));
    login(grants, "g2", "once");
    clock.advance(Duration.ofDays(10));
    login(grants, "g3", "since");
    database.write(handle -> handle.execute("delete from authorization_grant"));
    clients.save(client("new", null), "4");

    assertThat(unused(clients)).isEqualTo(1);
    assertThat(clients.find("never")).isEmpty();
    clock.advance(Duration.ofDays(3));
    assertThat(unused(clients)).isZero();
    clock.advance(Duration.ofMillis(1));
    clients.save(client("newest", null), "5");
    assertThat(unused(clients)).isEqualTo(1);
    assertThat(clients.find("new")).isEmpty();
    assertThat(clients.find("once")).isPresent();
    clock.advance(Duration.ofDays(18));
    login(grants, "g5", "newest");
    database.write(handle -> handle.execute("delete from authorization_grant"));
    assertThat(unused(clients)).isEqualTo(1);
    assertThat(clients.find("once")).isEmpty();
    assertThat(clients.find("since")).isPresent();
    assertThat(clients.find("newest")).isPresent();
  }

  private int unused(ClientStore clients) {
    return clients.deleteUnused(
        clock.instant().minus(Duration.ofDays(30)), clock.instant().minus(Duration.ofDays(3)));
  }

  @Test
  void a_client_whose_login_goes_on_or_is_under_way_is_in_use() {
    ClientStore clients = new ClientStore(database, 10);
    clients.save(client("logged-in", null), "1");
    clients.save(client("asking", null), "2");
    login(new GrantStore(database, clock, random, Duration.ofMinutes(10)), "g", "logged-in");
    clock.advance(Duration.ofDays(100));
    new DeviceAuthorizationStore(
            database, clock, random, key, Duration.ofMinutes(10), Duration.ofSeconds(5))
        .create(
            new DeviceAuthorizationRequest(
                "asking", Scope.NONE, "https://clinic.example/mcp", "127.0.0.1", "", null))
        .toCompletableFuture()
        .join();

    assertThat(clients.deleteUnused(clock.instant(), clock.instant())).isZero();
    database.write(handle -> handle.execute("delete from authorization_grant"));
    database.write(handle -> handle.execute("delete from device_authorization"));
    assertThat(clients.deleteUnused(clock.instant(), clock.instant())).isEqualTo(2);
  }

  @Test
  void a_use_is_noted_once_a_day() {
    ClientStore clients = new ClientStore(database, 10);
    GrantStore grants = new GrantStore(database, clock, random, Duration.ofMinutes(10));
    clients.save(client("a", null), "1");
    Instant first = clock.instant();
    login(grants, "1", "a");
    clock.advance(Duration.ofHours(23));
    login(grants, "2", "a");
    assertThat(lastUse()).isEqualTo(first.toEpochMilli());

    clock.advance(Duration.ofHours(2));
    login(grants, "3", "a");
    assertThat(lastUse()).isEqualTo(clock.instant().toEpochMilli());
  }

  private Long lastUse() {
    return database.read(
        handle -> handle.createQuery("select last_used_at from client").mapTo(Long.class).one());
  }

  private void login(GrantStore grants, String grantId, String clientId) {
    database.write(handle -> {
      grants.create(
          handle,
          new GivenGrant(
              grantId,
              "alice",
              clientId,
              Scope.NONE,
              "https://clinic.example/mcp",
              clock.instant(),
              null,
              List.of("pwd"),
              clock.instant(),
              null,
              null));
      return true;
    });
  }
}

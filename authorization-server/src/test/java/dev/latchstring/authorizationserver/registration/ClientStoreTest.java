package dev.latchstring.authorizationserver.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientMetadata;
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
    clients.save(client("a", hash));
    clients.save(client("b", null));

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
                clients.save(client("client-" + number.incrementAndGet(), null));
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
    clients.save(client("a", null));

    assertThatThrownBy(() -> clients.save(client("b", null)))
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }
}

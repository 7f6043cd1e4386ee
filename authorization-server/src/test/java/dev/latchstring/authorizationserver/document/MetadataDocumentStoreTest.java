package dev.latchstring.authorizationserver.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Sweep;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class MetadataDocumentStoreTest extends StoreFixture {
  MetadataDocumentStoreTest(DatabaseKind kind) {
    super(kind);
  }

  private MetadataDocument document(String clientId, String name, String... headers) {
    Map<String, String> fields =
        headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1], "cache-control", "");
    return MetadataDocument.of(
        new RegisteredClient(
            clientId,
            null,
            Json.read("{\"client_name\":\"" + name + "\"}", ClientMetadata.class),
            clock.instant(),
            Origin.METADATA_DOCUMENT),
        fields,
        null,
        clock.instant());
  }

  @Test
  void a_document_is_found_as_it_was_saved_last() {
    MetadataDocumentStore store = new MetadataDocumentStore(database, 10);
    store.save(document("https://a.example/c", "old", "etag", "\"1\""));
    clock.advance(Duration.ofMinutes(5));
    MetadataDocument document = document("https://a.example/c", "new");
    store.save(document);

    MetadataDocument found = store.find("https://a.example/c").orElseThrow();
    assertThat(found).isEqualTo(document);
    assertThat(found.client().metadata().clientName()).isEqualTo("new");
    assertThat(found.client().issuedAt()).isEqualTo(clock.instant());
    assertThat(store.find("https://A.example/c")).isEmpty();
    store.delete("https://a.example/c");
    assertThat(store.find("https://a.example/c")).isEmpty();
  }

  @Test
  void the_document_fetched_longest_ago_makes_room() {
    MetadataDocumentStore store = new MetadataDocumentStore(database, 2);
    for (String name : new String[] {"a", "b", "c"}) {
      store.save(document("https://a.example/" + name, name));
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(rows("client_metadata_document")).isEqualTo(2);
    assertThat(store.find("https://a.example/a")).isEmpty();
    assertThat(store.find("https://a.example/c")).isPresent();
  }

  @Test
  void any_number_of_documents_at_once_stays_within_the_limit() throws Exception {
    MetadataDocumentStore store = new MetadataDocumentStore(database, 5);
    AtomicInteger number = new AtomicInteger();
    var unused =
        Together.run(
            20,
            () -> {
              store.save(document("https://a.example/" + number.incrementAndGet(), "x"));
              return true;
            });
    store.save(document("https://a.example/last", "x"));

    assertThat(rows("client_metadata_document")).isLessThanOrEqualTo(5);
  }

  @Test
  void what_is_not_asked_for_any_more_is_swept_away() {
    MetadataDocumentStore store = new MetadataDocumentStore(database, 5);
    store.save(document("https://a.example/c", "x"));
    Sweep sweep = new Sweep(database, clock);

    clock.advance(MetadataDocument.REMEMBERED);
    sweep.run();
    assertThat(rows("client_metadata_document")).isEqualTo(1);
    clock.advance(Duration.ofMinutes(11));
    sweep.run();
    assertThat(rows("client_metadata_document")).isZero();
  }
}

package dev.latchstring.authorizationserver.document;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.authorizationserver.store.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111: when a client's document is fetched again, and what counts until then. */
class KeptDocumentsTest {
  private static DocumentHost host;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    host = DocumentHost.start();
    server = RunningServer.start("accounts: []\n");
  }

  @AfterAll
  static void stop() {
    server.close();
    host.close();
  }

  private static String ask(String clientId) {
    return ask(server, clientId);
  }

  private static String ask(RunningServer server, String clientId) {
    return server
        .post("/device_authorization", "client_id", clientId, "resource", CLINIC)
        .outcome();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-age=3600         | 3600
          max-age=0            | 60
          max-age=5            | 60
          no-cache             | 60
          no-store             | 60
          max-age=1000000000   | 86400
          public               | 600
          s-maxage=5           | 600
          """)
  void a_document_is_fresh_for_as_long_as_it_says_within_bounds(String cacheControl, int seconds) {
    String path = "/fresh-" + cacheControl.replaceAll("\\W", "-");
    String client = host.client(path, "", "Cache-Control", cacheControl);
    assertThat(ask(client)).isEqualTo("200");

    server.clock().advance(Duration.ofSeconds(seconds - 1));
    assertThat(ask(client)).isEqualTo("200");
    assertThat(host.requests(path)).isEqualTo(1);

    server.clock().advance(Duration.ofSeconds(1));
    assertThat(ask(client)).isEqualTo("200");
    assertThat(ask(client)).isEqualTo("200");
    assertThat(host.requests(path)).isEqualTo(2);
  }

  @Test
  void what_changed_counts_once_the_document_is_no_longer_fresh() {
    String client = host.client("/changes", "\"scope\": \"a b\"", "Cache-Control", "max-age=60");
    assertThat(scoped(client, "b")).isEqualTo("200");

    host.client("/changes", "\"scope\": \"a\"", "Cache-Control", "max-age=60");
    assertThat(scoped(client, "b")).isEqualTo("200");
    server.clock().advance(Duration.ofSeconds(60));
    assertThat(scoped(client, "b")).isEqualTo("400 invalid_scope");
    assertThat(scoped(client, "a")).isEqualTo("200");
  }

  private static String scoped(String client, String scope) {
    return server
        .post("/device_authorization", "client_id", client, "resource", CLINIC, "scope", scope)
        .outcome();
  }

  @Test
  void an_unchanged_document_is_not_sent_again() {
    String path = "/tagged";
    List<String> asked = new CopyOnWriteArrayList<>();
    host.place(
        path,
        exchange -> {
          String tag = exchange.getRequestHeaders().getFirst("If-None-Match");
          asked.add(String.valueOf(tag));
          boolean known = "\"v1\"".equals(tag);
          DocumentHost.answer(
              exchange,
              known ? 304 : 200,
              known ? "" : DocumentHost.document(host.at(path), ""),
              "ETag",
              "\"v1\"",
              "Cache-Control",
              "max-age=60");
        });
    for (int i = 0; i < 3; i++) {
      assertThat(ask(host.at(path))).isEqualTo("200");
      assertThat(ask(host.at(path))).isEqualTo("200");
      server.clock().advance(Duration.ofSeconds(60));
    }

    assertThat(asked).containsExactly("null", "\"v1\"", "\"v1\"");
  }

  @Test
  void what_may_not_be_stored_is_not_asked_for_by_its_tag() {
    List<String> asked = new CopyOnWriteArrayList<>();
    host.place(
        "/unstored",
        exchange -> {
          asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-None-Match")));
          DocumentHost.answer(
              exchange,
              200,
              DocumentHost.document(host.at("/unstored"), ""),
              "ETag",
              "\"v1\"",
              "Cache-Control",
              "no-store");
        });
    assertThat(ask(host.at("/unstored"))).isEqualTo("200");
    server.clock().advance(Duration.ofSeconds(60));
    assertThat(ask(host.at("/unstored"))).isEqualTo("200");

    assertThat(asked).containsExactly("null", "null");
  }

  @Test
  void requests_at_the_same_moment_share_one_fetch() throws Exception {
    CountDownLatch second = new CountDownLatch(2);
    host.place(
        "/together",
        exchange -> {
          second.countDown();
          wait(second);
          DocumentHost.answer(exchange, 200, DocumentHost.document(host.at("/together"), ""));
        });

    List<String> outcomes = Together.run(12, () -> ask(host.at("/together")));

    assertThat(outcomes).containsOnly("200");
    assertThat(host.requests("/together")).isEqualTo(1);
  }

  /** Gives the other request, which must not come, time to come. */
  private static void wait(CountDownLatch other) {
    try {
      assertThat(other.await(300, TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_failure_is_not_tried_again_at_once_and_then_it_is() {
    String client = host.at("/late");
    assertThat(ask(client)).isEqualTo("401 invalid_client");
    host.client("/late", "");
    assertThat(ask(client)).isEqualTo("401 invalid_client");
    assertThat(host.requests("/late")).isEqualTo(1);

    server.clock().advance(Duration.ofSeconds(10));
    assertThat(ask(client)).isEqualTo("200");
    assertThat(host.requests("/late")).isEqualTo(2);
  }

  @Test
  void while_its_host_is_out_of_reach_a_known_document_counts_for_an_hour_more() {
    String client = host.client("/outage", "", "Cache-Control", "max-age=60");
    assertThat(ask(client)).isEqualTo("200");
    for (int status : new int[] {500, 503, 429}) {
      host.place("/outage", exchange -> DocumentHost.answer(exchange, status, "{}"));
      server.clock().advance(Duration.ofMinutes(15));
      assertThat(ask(client)).as("%s", status).isEqualTo("200");
      assertThat(ask(client)).isEqualTo("200");
    }
    assertThat(host.requests("/outage")).isEqualTo(4);

    server.clock().advance(Duration.ofMinutes(16));
    assertThat(ask(client)).isEqualTo("401 invalid_client");
    server.clock().advance(Duration.ofSeconds(10));
    host.client("/outage", "");
    assertThat(ask(client)).isEqualTo("200");
  }

  @Test
  void a_document_that_must_be_asked_for_does_not_count_while_nobody_answers() {
    for (String cacheControl : List.of("max-age=60, must-revalidate", "no-cache", "no-store")) {
      String path = "/strict-" + cacheControl.hashCode();
      String client = host.client(path, "", "Cache-Control", cacheControl);
      assertThat(ask(client)).isEqualTo("200");
      host.place(path, exchange -> DocumentHost.answer(exchange, 503, "{}"));
      server.clock().advance(Duration.ofSeconds(60));
      assertThat(ask(client)).as(cacheControl).isEqualTo("401 invalid_client");
    }
  }

  @Test
  void a_document_that_is_gone_or_wrong_counts_no_longer() {
    int number = 0;
    for (DocumentHost.Behaviour gone :
        List.<DocumentHost.Behaviour>of(
            exchange -> DocumentHost.answer(exchange, 404, "{}"),
            exchange -> DocumentHost.answer(exchange, 410, "{}"),
            exchange -> DocumentHost.answer(exchange, 403, "{}"),
            exchange -> DocumentHost.answer(exchange, 302, "", "Location", "/elsewhere"),
            exchange -> DocumentHost.answer(exchange, 304, ""),
            exchange -> DocumentHost.answer(exchange, 200, "{}"))) {
      String path = "/gone" + number++;
      String client = host.client(path, "", "Cache-Control", "max-age=60");
      assertThat(ask(client)).isEqualTo("200");
      host.place(path, gone);
      server.clock().advance(Duration.ofSeconds(60));
      assertThat(ask(client)).as(path).isEqualTo("401 invalid_client");
      assertThat(ask(client)).isEqualTo("401 invalid_client");
      assertThat(host.requests(path)).isEqualTo(2);
    }
  }

  @Test
  void nodes_that_share_a_database_share_what_they_fetched() {
    DatabaseConfiguration database = DatabaseKind.POSTGRESQL.fresh();
    TestClock clock = new TestClock();
    Path data = RunningServer.directory();
    String client = host.client("/fleet", "");
    try (RunningServer one = RunningServer.start(database, "accounts: []\n", clock, data);
        RunningServer other = RunningServer.start(database, "accounts: []\n", clock, data)) {
      assertThat(ask(one, client)).isEqualTo("200");
      assertThat(ask(other, client)).isEqualTo("200");
      assertThat(host.requests("/fleet")).isEqualTo(1);
    }
  }

  @Test
  void a_restart_fetches_nothing_that_is_fresh() {
    DatabaseConfiguration database = DatabaseKind.SQLITE.fresh();
    TestClock clock = new TestClock();
    Path data = RunningServer.directory();
    String client = host.client("/restart", "");
    for (int i = 0; i < 2; i++) {
      try (RunningServer one = RunningServer.start(database, "accounts: []\n", clock, data)) {
        assertThat(ask(one, client)).isEqualTo("200");
      }
    }
    assertThat(host.requests("/restart")).isEqualTo(1);
  }
}

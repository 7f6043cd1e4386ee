package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.e2e.Callers.Caller;
import dev.latchstring.e2e.PhoneStory.Ending;
import dev.latchstring.e2e.PhoneStory.Told;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many callers at the same moment, each somebody else: nothing is lost, and nothing of one gets to
 * another. Two hundred in every build; {@code -Dcalls=1000} for the thousand.
 */
@Isolated("measures time")
@Timeout(300)
class ManyCallsTest {
  private static final int CALLS = Integer.getInteger("calls", 200);
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final String RESOURCE = "http://localhost:9100/mcp";
  private static final int CLIENTS = 4;

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void calls_at_once_lose_nothing_and_mix_nothing(String database) throws Exception {
    Callers callers = Callers.in(database, folder, CALLS);
    List<PhoneStory> stories = stories();
    List<Told> told;
    try (TextGateway gateway = new TextGateway()) {
      PhoneCall.Line line =
          PhoneCall.Line.of(URI.create("http://localhost:" + Ports.free()), RESOURCE, clock);
      try (AuthorizationServer server = start(line, callers, gateway)) {
        assertThat(server.issuer()).isEqualTo(line.issuer());
        long start = System.nanoTime();
        told = tell(stories, line, gateway);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.err.println(summary(database, told, took));
        assertThat(took).isLessThan(WITHIN);
      }
      nothingIsMixed(told);
      assertThat(gateway.unread()).isEqualTo(ending(stories, Ending.DROPS_AT_THE_CODE));
      everyAttemptIsCounted(callers, told);

      long dropped = stories.stream().filter(PhoneStory::drops).count();
      long done = ending(stories, Ending.TOKEN);
      assertThat(sessions(callers)).isEqualTo(done + dropped);
      clock.advance(Duration.ofMinutes(6));
      try (AuthorizationServer server = start(line, callers, gateway)) {
        assertThat(server.issuer()).isEqualTo(line.issuer());
        Await.until("the calls that dropped to leave nothing", () -> sessions(callers) == done);
      }
      assertThat(count(callers, "select count(*) from auth_session where subject is null"))
          .isZero();
    }
  }

  private AuthorizationServer start(PhoneCall.Line line, Callers callers, TextGateway gateway) {
    String yaml =
        """
        issuer: %s
        data: %s
        accounts: []
        resources:
          - resource: %s
            scopes: [appointments, records]
            default_scopes: [appointments]
        delivery: { %s }
        clients:
        %s%s\
        """
            .formatted(
                line.issuer(),
                folder.resolve("data"),
                RESOURCE,
                gateway.configuration(),
                PhoneCall.Line.CONFIGURATION,
                callers.configuration());
    return AuthorizationServer.start(
        ConfigurationReader.parse(yaml, Overrides.of(Map.of())), clock, new SecureRandom());
  }

  private static List<PhoneStory> stories() {
    List<PhoneStory> stories = new ArrayList<>();
    for (int id = 1; id <= CALLS; id++) {
      stories.add(PhoneStory.of(Caller.of(id), new Random(id)));
    }
    return stories;
  }

  private static long ending(List<PhoneStory> stories, Ending ending) {
    return stories.stream().filter(story -> story.ending() == ending).count();
  }

  /** Each on a thread of its own, all let go at once. */
  private static List<Told> tell(List<PhoneStory> stories, PhoneCall.Line line, TextGateway gateway)
      throws Exception {
    List<HttpClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(stories.size())) {
      List<Future<Told>> running = new ArrayList<>();
      for (PhoneStory story : stories) {
        PhoneCall call = new PhoneCall(line, clients.get(story.caller().id() % CLIENTS));
        running.add(
            threads.submit(() -> {
              go.await();
              return story.tell(call, gateway);
            }));
      }
      go.countDown();
      List<Told> told = new ArrayList<>();
      for (Future<Told> one : running) {
        told.add(one.get());
      }
      return told;
    } finally {
      clients.forEach(HttpClient::close);
    }
  }

  private static void nothingIsMixed(List<Told> told) {
    Set<String> once = new HashSet<>();
    for (Told one : told) {
      assertThat(one.once()).allSatisfy(value -> assertThat(once.add(value)).as(value).isTrue());
      one.tokens()
          .forEach(token -> {
            assertThat(token.path("sub").asString()).isEqualTo("clinic#" + one.caller().id());
            assertThat(token.at("/cnf/jkt").asString()).isEqualTo(one.keyThumbprint());
            assertThat(token.path("client_id").asString()).isEqualTo("phone-line");
          });
    }
  }

  /**
   * Wrong answers that no right one made up for: what is remembered for a day, and nothing else.
   */
  private void everyAttemptIsCounted(Callers callers, List<Told> told) throws SQLException {
    String query =
        "select failures from attempt where expires_at > "
            + clock.instant().plus(Duration.ofHours(12)).toEpochMilli();
    List<Long> counted = new ArrayList<>();
    try (Connection connection = callers.ofTheServer(folder.resolve("data"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        counted.add(rows.getLong(1));
      }
    }
    assertThat(counted)
        .containsExactlyInAnyOrderElementsOf(
            told.stream().map(Told::failures).filter(failures -> failures > 0).toList());
  }

  private long sessions(Callers callers) throws SQLException {
    return count(callers, "select count(*) from auth_session");
  }

  private long count(Callers callers, String query) throws SQLException {
    try (Connection connection = callers.ofTheServer(folder.resolve("data"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String summary(String database, List<Told> told, Duration took) {
    Map<String, Long> waits =
        told.stream()
            .flatMap(one -> one.waits().stream())
            .collect(Collectors.groupingBy(why -> why, Collectors.counting()));
    return "%s: %d calls in %.1f s, %d requests, to be sent again: %s"
        .formatted(
            database,
            told.size(),
            took.toMillis() / 1e3,
            told.stream().mapToInt(Told::requests).sum(),
            waits);
  }
}

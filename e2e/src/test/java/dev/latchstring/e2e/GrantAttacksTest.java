package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * For every grant a table of what must be accepted and what must not, each row with the section
 * that says so, sent by an independent client: {@code oauth4webapi} from npm. The tables are in
 * {@code e2e/peers/grants}; one process runs them all, and each row is a test here.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class GrantAttacksTest {
  private static final List<String> TABLES =
      List.of(
          "code",
          "par",
          "refresh",
          "device",
          "clients",
          "assertions",
          "exchange",
          "enterprise",
          "dpop",
          "tokens",
          "openid",
          "documents",
          "registration",
          "challenge");

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicNode> every_grant_refuses_what_it_must() throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    List<String> arguments = new ArrayList<>(TABLES);
    try (AttackedServers servers = AttackedServers.start(folder);
        PeerProcess client =
            NodePeers.start(
                Map.of("PEER_SETUP", servers.setup().toString()),
                "grants/run.mjs",
                arguments.toArray(String[]::new))) {
      for (JsonNode said = client.next(); said != null; said = client.next()) {
        switch (said.path("event").asString()) {
          case "row" -> rows.add(said);
          case "later" -> {
            servers.advance(Duration.ofSeconds(said.path("seconds").asLong()));
            client.tell("moved");
          }
          default -> assertThat(said.path("event").asString()).isEqualTo("done");
        }
      }
    }
    return TABLES.stream().map(table -> container(table, rows));
  }

  private static DynamicNode container(String table, List<JsonNode> rows) {
    List<DynamicTest> tests =
        rows.stream()
            .filter(row -> row.path("table").asString().equals(table))
            .map(GrantAttacksTest::test)
            .toList();
    assertThat(tests).as("rows of the table " + table).hasSizeGreaterThan(5);
    return DynamicContainer.dynamicContainer(table, tests);
  }

  private static DynamicTest test(JsonNode row) {
    String expected = row.path("expected").asString();
    return DynamicTest.dynamicTest(
        row.path("section").asString() + ": " + row.path("what").asString() + " → " + expected,
        () ->
            assertThat(row.path("got").asString())
                .as(row.path("detail").asString())
                .isEqualTo(expected));
  }
}

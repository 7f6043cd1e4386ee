package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official {@code server-everything}, which knows nothing of tokens, behind a protecting proxy,
 * through {@code latch connect}: over both of its transports, to the official client in both eras.
 */
@NeedsNode
class EverythingTest {
  @TempDir private static Path folder;
  private static ServeProcess serve;
  private static ProtectingProxy streamable;
  private static ProtectingProxy events;
  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    streamable = ProtectingProxy.open("/mcp");
    events = ProtectingProxy.open("/sse");
    serve =
        ServeProcess.start(
            folder,
            streamable.url().toString(),
            "  - resource: %s\n    scopes: [%s]\n".formatted(events.url(), ProtectingProxy.SCOPE));
    RUNNING.add(serve);
    protect(streamable, "streamableHttp");
    protect(events, "sse");
  }

  private static void protect(ProtectingProxy proxy, String transport) throws Exception {
    RUNNING.add(proxy);
    EverythingServer server = EverythingServer.start(transport);
    RUNNING.add(server);
    proxy.start(serve.issuer(), server.url());
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : RUNNING.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @CsvSource({"session, http", "stateless, http", "session, sse", "stateless, sse"})
  void everything_passes_through(String era, String transport) throws Exception {
    ProtectingProxy server = transport.equals("sse") ? events : streamable;
    List<String> arguments = new ArrayList<>(List.of(era));
    arguments.addAll(LatchCommand.of("connect", server.url().toString()));
    Path home = Files.createTempDirectory(folder, "home");
    try (PeerProcess host =
        NodePeers.start(
            Map.of("LATCH_HOME", home.toString()),
            "everything.mjs",
            arguments.toArray(String[]::new))) {
      Person.approves(serve.issuer(), host.next("approve"));
      assertThat(host.next("called")).isNotNull();
      host.finish();
    }
  }
}

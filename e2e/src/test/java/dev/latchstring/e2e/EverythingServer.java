package dev.latchstring.e2e;

import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The official {@code server-everything} from npm, on a port of its own, open to everybody. */
final class EverythingServer implements AutoCloseable {
  private final Process process;
  private final URI url;

  private EverythingServer(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it.
   *
   * @param transport {@code streamableHttp} or {@code sse}
   */
  static EverythingServer start(String transport) throws Exception {
    int port = Ports.free();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    NodePeers.node().toString(),
                    NodePeers.program("@modelcontextprotocol/server-everything/dist/index.js")
                        .toString(),
                    transport))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(Map.of("PORT", Integer.toString(port)));
    Process process = builder.start();
    try {
      Await.until("server-everything on " + port, () -> !process.isAlive() || answers(port));
      return new EverythingServer(process, URI.create("http://localhost:" + port));
    } catch (Exception | AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getByName("localhost"), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Without a path. */
  URI url() {
    return url;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

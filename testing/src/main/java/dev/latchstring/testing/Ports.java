package dev.latchstring.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports, for the few programs that cannot be told to take any port and report it. */
public final class Ports {
  private Ports() {}

  /**
   * A loopback TCP port that was free a moment ago. Prefer port 0 wherever the server can be asked
   * what it got: another process may take this one first.
   */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

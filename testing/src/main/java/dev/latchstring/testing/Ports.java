package dev.latchstring.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Free ports, for the few programs that cannot be told to take any port and report it. */
public final class Ports {
  /**
   * Where the kernels that tests run on hand out no ports of their own: Linux begins at 32768,
   * macOS and Windows at 49152. Whoever asks for "any port", or opens a connection, gets none of
   * these.
   */
  private static final int FIRST = 10_000;

  private static final int COUNT = 20_000;

  /** Every process begins somewhere else, so that two builds on one machine do not meet. */
  private static final AtomicInteger next = new AtomicInteger(new SecureRandom().nextInt(COUNT));

  private Ports() {}

  /**
   * A TCP port on which nobody listens, and that this process gives to nobody else. Prefer port 0
   * wherever the server can be asked what it got.
   */
  public static int free() {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
      if (isFree(new InetSocketAddress(port))
          && isFree(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + FIRST + " on");
  }

  private static boolean isFree(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address, 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

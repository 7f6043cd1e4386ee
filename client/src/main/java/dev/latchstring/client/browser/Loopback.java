package dev.latchstring.client.browser;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8252 §7.3. A port of this machine, on 127.0.0.1 and, where there is IPv6, on [::1] too, so
 * that nobody else can stand at the other one.
 *
 * <p>At most {@value #MOST_OPEN} connections are open at a time: one more closes the oldest whose
 * request is not complete, so that whoever dawdles keeps nobody out.
 */
final class Loopback implements AutoCloseable {
  static final int MOST_OPEN = 32;

  private static final int BACKLOG = 16;
  private static final int TRIES = 20;
  private static final byte[] V4 = {127, 0, 0, 1};
  private static final byte[] V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  /** Answers a request whose head was read. */
  @FunctionalInterface
  interface Handler {
    /**
     * @param target the path and the query, as they came
     */
    CallbackPage answer(String target);
  }

  private final int port;
  private final List<ServerSocket> sockets;
  private final Deque<CallbackConnection> reading = new ArrayDeque<>();
  private int open;
  private @Nullable Handler handler;

  private Loopback(List<ServerSocket> sockets) {
    this.sockets = sockets;
    this.port = sockets.getFirst().getLocalPort();
  }

  /** A port that is free, the preferred one if that is. */
  static Loopback anywhere(int preferred) {
    if (preferred != 0) {
      try {
        return new Loopback(bind(preferred));
      } catch (IOException e) {
        // Then any other.
      }
    }
    IOException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return new Loopback(bind(0));
      } catch (IOException e) {
        last = e;
      }
    }
    throw new ClientException(
        Problem.PORT_TAKEN,
        "no port of this machine can be listened on for the browser to come back to",
        "use --flow device, which needs none",
        last);
  }

  /**
   * This port alone.
   *
   * @throws ClientException {@link Problem#PORT_TAKEN}: another program may stand there, and would
   *     get the answer
   */
  static Loopback at(int port) {
    try {
      return new Loopback(bind(port));
    } catch (IOException e) {
      throw new ClientException(
          Problem.PORT_TAKEN,
          "the browser is to come back to port " + port + " of this machine, and that is taken",
          "end the program that has it, or leave the port open",
          e);
    }
  }

  /** Both or none; one alone where the other kind of address does not exist here. */
  private static List<ServerSocket> bind(int port) throws IOException {
    ServerSocket v4 = listen(V4, port);
    if (!hasV6()) {
      return List.of(v4);
    }
    try {
      return List.of(v4, listen(V6, v4.getLocalPort()));
    } catch (IOException e) {
      v4.close();
      throw e;
    }
  }

  private static ServerSocket listen(byte[] address, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), port), BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static boolean hasV6() {
    try (ServerSocket probe = listen(V6, 0)) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** Begins to answer. */
  synchronized void serve(Handler answering) {
    handler = answering;
    for (ServerSocket socket : sockets) {
      Thread.ofVirtual().name("callback-" + port).start(() -> accept(socket));
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        begin(socket.accept());
      } catch (IOException e) {
        // Closed; or one connection that broke before it began.
      }
    }
  }

  private void begin(Socket socket) {
    CallbackConnection connection = new CallbackConnection(socket, port);
    CallbackConnection oldest = null;
    Handler answering;
    synchronized (this) {
      answering = handler;
      if (open >= MOST_OPEN) {
        oldest = reading.pollFirst();
      }
      boolean full = open >= MOST_OPEN && oldest == null;
      if (answering == null || full) {
        connection.abort();
        return;
      }
      open++;
      reading.addLast(connection);
    }
    if (oldest != null) {
      oldest.abort();
    }
    Thread.ofVirtual().name("callback-" + port).start(() -> serve(connection, answering));
  }

  private void serve(CallbackConnection connection, Handler answering) {
    try {
      connection.serve(target -> {
        synchronized (this) {
          reading.remove(connection);
        }
        return answering.answer(target);
      });
    } finally {
      synchronized (this) {
        reading.remove(connection);
        open--;
        notifyAll();
      }
    }
  }

  /** Takes nothing more, and waits shortly for what is being answered. */
  @Override
  public void close() {
    synchronized (this) {
      handler = null; // a port is listened on for a moment longer than until close() returns
    }
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
    List<CallbackConnection> unfinished;
    synchronized (this) {
      unfinished = List.copyOf(reading);
      reading.clear();
    }
    unfinished.forEach(CallbackConnection::abort);
    awaitAnswers();
  }

  private synchronized void awaitAnswers() {
    long end = System.nanoTime() + 1_000_000_000L;
    try {
      for (long left = end - System.nanoTime();
          open > 0 && left > 0;
          left = end - System.nanoTime()) {
        wait(Math.max(1, left / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

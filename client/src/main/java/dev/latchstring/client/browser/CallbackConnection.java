package dev.latchstring.client.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9112, as much as a browser needs that comes back once: one GET request, one answer, and the
 * connection ends.
 *
 * <p>A request's head has at most {@value #MAX_HEAD} bytes and ten seconds to arrive in, however
 * its bytes trickle. Its {@code Host} has to be this port of loopback, so that no name of somebody
 * else's that leads here (DNS rebinding) can be used.
 */
final class CallbackConnection {
  static final int MAX_HEAD = 16 * 1024;

  private static final long HEAD_NANOS = 10_000_000_000L;
  private static final long LINGER_NANOS = 500_000_000L;

  private final Socket socket;
  private final int port;

  CallbackConnection(Socket socket, int port) {
    this.socket = socket;
    this.port = port;
  }

  void serve(Loopback.Handler handler) {
    try (socket) {
      String head = readHead();
      if (head == null) {
        return;
      }
      CallbackPage page = head.isEmpty() ? CallbackPage.notUnderstood(431) : answer(head, handler);
      write(page, page.status() == 405);
      linger();
    } catch (IOException e) {
      // Whoever asked has gone.
    }
  }

  /** The head without its last line break; empty where it is too long; null where none came. */
  private @Nullable String readHead() throws IOException {
    byte[] head = new byte[MAX_HEAD];
    int length = 0;
    long end = System.nanoTime() + HEAD_NANOS;
    InputStream in = socket.getInputStream();
    while (length < head.length) {
      int read = read(in, head, length, end);
      if (read < 0) {
        return null;
      }
      int from = Math.max(0, length - 3);
      length += read;
      for (int i = from; i + 3 < length; i++) {
        if (head[i] == '\r' && head[i + 1] == '\n' && head[i + 2] == '\r' && head[i + 3] == '\n') {
          return new String(head, 0, i, ISO_8859_1);
        }
      }
    }
    return "";
  }

  /** Throws a {@link java.net.SocketTimeoutException} at that time. */
  private int read(InputStream in, byte[] bytes, int offset, long end) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      return -1;
    }
    socket.setSoTimeout((int) left);
    return in.read(bytes, offset, bytes.length - offset);
  }

  private CallbackPage answer(String head, Loopback.Handler handler) {
    List<String> lines = Arrays.asList(head.split("\r\n", -1));
    String[] request = lines.getFirst().split(" ", -1);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.") || !isOurs(lines)) {
      return CallbackPage.notUnderstood(400);
    }
    if (!request[0].equals("GET")) {
      return CallbackPage.notUnderstood(405);
    }
    return handler.answer(request[1]);
  }

  private boolean isOurs(List<String> lines) {
    List<String> hosts =
        lines.stream()
            .skip(1)
            .filter(line -> line.regionMatches(true, 0, "host:", 0, 5))
            .map(line -> line.substring(5).strip().toLowerCase(Locale.ROOT))
            .toList();
    return hosts.size() == 1
        && List.of("127.0.0.1:" + port, "[::1]:" + port, "localhost:" + port)
            .contains(hosts.getFirst());
  }

  private void write(CallbackPage page, boolean methods) throws IOException {
    byte[] body = page.html();
    String head =
        "HTTP/1.1 "
            + page.status()
            + " \r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer"
            + "\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY"
            + "\r\nCross-Origin-Resource-Policy: same-origin\r\nContent-Security-Policy: "
            + CallbackPage.POLICY
            + (methods ? "\r\nAllow: GET" : "")
            + "\r\n\r\n";
    OutputStream out = socket.getOutputStream();
    out.write(head.getBytes(ISO_8859_1));
    out.write(body);
    out.flush();
  }

  /** What was not read would make the system break the connection, and the answer with it. */
  private void linger() throws IOException {
    socket.shutdownOutput();
    byte[] ignored = new byte[4096];
    long end = System.nanoTime() + LINGER_NANOS;
    for (int total = 0; total < 256 * 1024; ) {
      int read = read(socket.getInputStream(), ignored, 0, end);
      if (read < 0) {
        return;
      }
      total += read;
    }
  }

  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}

package dev.latchstring.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9110 §9.3.6. A proxy that leads every {@code CONNECT}, whatever host it names, to one port of
 * this machine, as a company's proxy alone knows the way out.
 */
public final class ConnectProxy implements AutoCloseable {
  private static final int MAX_HEAD = 16 * 1024;

  private final ServerSocket listening;
  private final int target;
  private final @Nullable String login;
  private final int refusal;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private ConnectProxy(int target, @Nullable String login, int refusal) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.login = login;
    this.refusal = refusal;
    threads.execute(this::accept);
  }

  /** A proxy that serves everybody. */
  public static ConnectProxy to(int port) throws IOException {
    return new ConnectProxy(port, null, 0);
  }

  /**
   * A proxy that wants a login by Basic.
   *
   * @param login {@code user:password}
   */
  public static ConnectProxy to(int port, String login) throws IOException {
    return new ConnectProxy(port, login, 0);
  }

  /** A proxy that answers everybody with this status. */
  public static ConnectProxy refusing(int status) throws IOException {
    return new ConnectProxy(0, null, status);
  }

  /** Its address without a login, such as {@code 127.0.0.1:4711}. */
  public String place() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** The {@code host:port} of every request that was let through. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        sockets.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream()) {
      String head = head(in);
      String[] line = head.split("\r\n", 2)[0].split(" ", -1);
      if (line.length != 3 || !line[0].equals("CONNECT")) {
        answer(out, "405 Method Not Allowed", "");
      } else if (refusal != 0) {
        answer(out, refusal + " No", "");
      } else if (login != null && !isLoggedIn(head, login)) {
        answer(
            out,
            "407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=\"the company\"\r\n");
      } else {
        asked.add(line[1]);
        tunnel(client, in, out);
      }
    } catch (IOException e) {
      // either side has gone
    }
  }

  private void tunnel(Socket client, InputStream in, OutputStream out) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      sockets.add(server);
      out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
      threads.execute(() -> pump(server, client));
      in.transferTo(server.getOutputStream());
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // either side has gone
    }
  }

  private static boolean isLoggedIn(String head, String login) {
    String wanted =
        "proxy-authorization: basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    return head.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.size() > MAX_HEAD) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  private static void answer(OutputStream out, String status, String header) throws IOException {
    String text = "HTTP/1.1 " + status + "\r\n" + header + "Content-Length: 0\r\n\r\n";
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}

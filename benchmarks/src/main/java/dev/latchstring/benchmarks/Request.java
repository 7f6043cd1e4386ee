package dev.latchstring.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Base64;

/** The one request that is measured, on the wire. */
record Request(int port) {
  static final String BODY = "grant_type=client_credentials";
  static final String AUTHORIZATION =
      "Basic "
          + Base64.getEncoder()
              .encodeToString("bench:0123456789abcdef0123456789abcdef".getBytes(US_ASCII));

  byte[] bytes() {
    return ("POST /token HTTP/1.1\r\nHost: localhost:"
            + port
            + "\r\nAuthorization: "
            + AUTHORIZATION
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + BODY.length()
            + "\r\n\r\n"
            + BODY)
        .getBytes(US_ASCII);
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    return socket;
  }

  /** Whether a token comes back now. */
  boolean succeeds() {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes());
      return readAnswer(new BufferedInputStream(socket.getInputStream())) == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads one answer to its end; returns its status. */
  static int readAnswer(InputStream in) throws IOException {
    int status = 0;
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("HTTP/1.1 ")) {
        status = Integer.parseInt(line.substring(9, 12));
      } else if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    return status;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}

package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the build runs once to make the AOT cache of {@code latch connect}: a bridge in this
 * process, with a stored token, to a server that answers by rote; and one to a server that is not
 * there. So the cache holds the classes up to a host's first answers from the server. Keeps its
 * login in {@code LATCH_HOME}, and ends by itself.
 */
final class ConnectTraining {
  private static final String OPENING =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{"elicitation":{"form":{},"url":{}}},"clientInfo":{"name":"training","version":"1"}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"latch_login","arguments":{}}}
      {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"echo","arguments":{}}}
      """;

  private static final String NOBODY = "http://127.0.0.1:9/mcp";

  private ConnectTraining() {}

  public static void main(String[] arguments) throws Exception {
    System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> accept(socket));
      String server = "http://127.0.0.1:" + socket.getLocalPort() + "/mcp";
      store(server);
      connect(server);
      connect(NOBODY);
    }
  }

  private static void connect(String server) throws IOException {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ConnectCommand.run(
          new String[] {server},
          new ByteArrayInputStream(OPENING.getBytes(UTF_8)),
          out,
          System.err);
    }
  }

  private static void store(String server) {
    Map<String, String> variables = System.getenv();
    String system = System.getProperty("os.name", "");
    long now = System.currentTimeMillis() / 1000;
    StoredLogin login =
        StoredLogin.at(server, "default")
            .issuer("http://127.0.0.1:9")
            .tokenEndpoint("http://127.0.0.1:9/token")
            .clientId("somebody")
            .subject("somebody")
            .name("somebody")
            .accessToken("a-token-for-the-training")
            .expiresAt(now + 86_400)
            .obtainedAt(now)
            .loggedInAt(now)
            .build();
    TokenStores.open(
            UserDirectories.of(variables, system, System.getProperty("user.home", ".")),
            variables,
            system,
            new SecureRandom(),
            note -> {})
        .put(login.slot(), login);
  }

  private static void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket socket = listening.accept();
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** By hand, so that no web server gets into the cache. */
  private static void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream()) {
      for (String head = head(in); head != null; head = head(in)) {
        String body = new String(in.readNBytes(length(head)), UTF_8);
        out.write(answer(head, body).getBytes(UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      // the bridge has ended
    }
  }

  private static String answer(String head, String body) {
    String result =
        body.contains("\"initialize\"")
            ? "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"t\",\"version\":\"1\"}}"
            : body.contains("\"tools/list\"")
                ? "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}"
                : "{\"content\":[{\"type\":\"text\",\"text\":\"t\"}]}";
    int id = body.indexOf("\"id\":");
    if (!head.startsWith("POST") || id < 0) {
      String status = head.startsWith("POST") ? "202 Accepted" : "405 Method Not Allowed";
      return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
    }
    int end = id + 5;
    while (Character.isDigit(body.charAt(end))) {
      end++;
    }
    String message =
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + body.substring(id + 5, end)
            + ",\"result\":"
            + result
            + "}";
    boolean stream = body.contains("tools/call");
    String text = stream ? "event: message\ndata: " + message + "\n\n" : message;
    return "HTTP/1.1 200 OK\r\nContent-Type: "
        + (stream ? "text/event-stream" : "application/json")
        + "\r\nContent-Length: "
        + text.length()
        + "\r\n\r\n"
        + text;
  }

  private static int length(String head) {
    for (String line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        return Integer.parseInt(line.substring(15).strip());
      }
    }
    return 0;
  }

  /** A request's head, or what there is of it at the end; null where there is none. */
  private static @Nullable String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
    }
    return head.toString();
  }
}

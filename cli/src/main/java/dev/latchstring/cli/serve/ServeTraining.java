package dev.latchstring.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.cli.Latch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * What the build runs once to make the AOT cache of {@code latch serve}: a server in this process
 * that is configured as servers are, and is asked what servers are asked, so that the cache holds
 * the classes of it and no others. Writes into the directory it is given and ends by itself.
 */
final class ServeTraining {
  private static final String SECRET = "a secret for the training run";
  private static final String RESOURCE = "http://localhost:9100/mcp";
  private static final String CONFIGURATION =
      """
      clients:
        - client_id: training
          client_secret: "%s"
          grant_types: [client_credentials]
          scope: "clinic:read"
        - client_id: terminal
          token_endpoint_auth_method: none
      accounts: []
      resources:
        - resource: %s
          scopes: { "clinic:read": "Read appointments" }
      """
          .formatted(SECRET, RESOURCE);

  private final int port;

  private ServeTraining(int port) {
    this.port = port;
  }

  /**
   * @param arguments a directory that exists
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Path configuration = Files.writeString(directory.resolve("training.yaml"), CONFIGURATION);
    int port = freePort();
    String[] serve = {
      "serve",
      "--config",
      configuration.toString(),
      "--port",
      Integer.toString(port),
      "--data",
      directory.resolve("training").toString()
    };
    Thread.ofPlatform().daemon().start(() -> Latch.main(serve));
    new ServeTraining(port).ask();
    System.exit(0); // which closes the server
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void ask() throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!answers("GET /healthz", "", "")) {
      if (System.nanoTime() > deadline) {
        System.exit(1);
      }
      Thread.sleep(50);
    }
    String basic =
        "Authorization: Basic "
            + Base64.getEncoder().encodeToString(("training:" + SECRET).getBytes(UTF_8))
            + "\r\n";
    String resource = "&resource=" + URLEncoder.encode(RESOURCE, UTF_8);
    for (int i = 0; i < 3; i++) {
      answers("POST /token", basic, "grant_type=client_credentials" + resource);
    }
    answers("POST /token", basic, "grant_type=client_credentials&scope=no");
    answers("POST /introspect", basic, "token=none");
    answers("POST /device_authorization", "", "client_id=terminal" + resource);
    for (String path :
        new String[] {
          "/.well-known/oauth-authorization-server", "/jwks", "/device", "/sign-in", "/nowhere"
        }) {
      answers("GET " + path, "", "");
    }
  }

  private boolean answers(String request, String header, String body) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String message =
          request
              + " HTTP/1.1\r\nHost: localhost:"
              + port
              + "\r\nConnection: close\r\n"
              + header
              + (body.isEmpty()
                  ? ""
                  : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                      + body.length()
                      + "\r\n")
              + "\r\n"
              + body;
      socket.getOutputStream().write(message.getBytes(UTF_8));
      return socket.getInputStream().readAllBytes().length > 0;
    } catch (IOException e) {
      return false;
    }
  }
}

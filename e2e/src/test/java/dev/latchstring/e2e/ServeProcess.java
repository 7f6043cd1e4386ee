package dev.latchstring.e2e;

import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code latch serve} in a process of its own, configured as an operator would. */
final class ServeProcess implements AutoCloseable {
  /** The account that the tests sign in with. */
  static final String USERNAME = "alice";

  static final String PASSWORD = "correct horse battery staple";

  private final Path folder;
  private final URI issuer;
  private Process process;

  private ServeProcess(Path folder, URI issuer, Process process) {
    this.folder = folder;
    this.issuer = issuer;
    this.process = process;
  }

  /**
   * Starts the server for one resource.
   *
   * @param folder an empty folder for its configuration, data and log
   * @param more further lines of configuration
   */
  static ServeProcess start(Path folder, String resource, String more) throws Exception {
    return startWith(
        folder,
        """
        accounts:
          - username: %s
            password: "%s"
            teams: [front-desk]
            attributes: { name: Alice Moreau }
        resources:
          - resource: %s
            scopes: [clinic:read, clinic:write]
        %s
        """
            .formatted(USERNAME, PASSWORD, resource, more));
  }

  /**
   * Starts the server with a configuration that lacks nothing but the issuer. Devices poll each
   * second.
   *
   * @param folder an empty folder for its configuration, data and log
   */
  static ServeProcess startWith(Path folder, String configuration) throws Exception {
    URI issuer = URI.create("http://localhost:" + Ports.free());
    Files.writeString(
        folder.resolve("latch.yaml"),
        """
        issuer: %s
        device_authorization: { interval: 1s }
        %s
        """
            .formatted(issuer, configuration));
    ServeProcess serve = new ServeProcess(folder, issuer, launch(folder));
    try {
      serve.awaitReady();
    } catch (Exception | AssertionError e) {
      serve.process.destroyForcibly();
      throw e;
    }
    return serve;
  }

  private static Process launch(Path folder) throws IOException {
    List<String> command =
        LatchCommand.of(
            "serve",
            "--config",
            folder.resolve("latch.yaml").toString(),
            "--data",
            folder.resolve("data").toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("serve.log").toFile()))
        .start();
  }

  private void awaitReady() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(issuer.resolve("/healthz")).build();
      Await.until(
          "latch serve to be ready; see " + folder.resolve("serve.log"),
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(
                  "latch serve ended:\n" + Files.readString(folder.resolve("serve.log")));
            }
            try {
              return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException e) {
              return false;
            }
          });
    }
  }

  URI issuer() {
    return issuer;
  }

  /** Everything the server wrote. */
  String log() throws IOException {
    return Files.readString(folder.resolve("serve.log"));
  }

  /** Kills the process as a power cut would, and starts it again on the same data. */
  void killAndRestart() throws Exception {
    process.destroyForcibly().waitFor();
    process = launch(folder);
    awaitReady();
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("latch serve did not stop on SIGTERM");
    }
  }
}

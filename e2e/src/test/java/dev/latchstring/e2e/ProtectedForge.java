package dev.latchstring.e2e;

import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.examples.github.ApiServer;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * {@code examples/github-server}: its API, {@code latch serve} with the example's own
 * configuration, and the command that starts the MCP server.
 */
record ProtectedForge(ServeProcess serve, ApiServer api) implements AutoCloseable {
  private static final String PASSWORD = "only for development: ";
  private static final Pattern CODE =
      Pattern.compile("\\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\\b");

  static ProtectedForge start(Path folder) throws Exception {
    int port = Ports.free();
    String configuration =
        Files.readString(SourceTree.root().resolve("examples/github-server/latch.yaml"));
    ServeProcess serve =
        ServeProcess.startWith(
            folder, configuration.replace("localhost:9600", "localhost:" + port));
    return new ProtectedForge(serve, ApiServer.start(port, serve.issuer()));
  }

  /** What a host starts. */
  List<String> command() {
    return LatchCommand.java(
        ClassArchive.KIT, "dev.latchstring.examples.github.GithubServer", api.url().toString());
  }

  /** Allows what a script's {@code approve} event asks for. */
  void approve(JsonNode prompt) {
    approve(prompt.get("user_code").asString());
  }

  /** One at a time: many sign-ins of one name at once look like guessing. */
  synchronized void approve(String userCode) {
    try (PlayedPerson person = new PlayedPerson("mona", PASSWORD + "mona")) {
      person.decide(URI.create(serve.issuer() + "/device"), userCode, "allow");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The code in what a person is shown. */
  static String userCode(String shown) {
    Matcher code = CODE.matcher(shown);
    if (!code.find()) {
      throw new AssertionError("no code in: " + shown);
    }
    return code.group();
  }

  @Override
  public void close() throws Exception {
    api.close();
    serve.close();
  }
}

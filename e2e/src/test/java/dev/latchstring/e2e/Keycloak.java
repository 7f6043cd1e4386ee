package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Keycloak that was unpacked from its distribution, as its operators run it: built, then started
 * optimized; with its database in memory. It ends with the test, however the test's process ends.
 */
final class Keycloak implements AutoCloseable {
  private static final int MINUTES = 4;
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://\\S+:(\\d+)");

  /** It starts in half the processor time without the optimizing compiler, and 300 MB do. */
  private static final String JVM =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms64m -Xmx384m -Dfile.encoding=UTF-8";

  /** Told to end when stdin does, which it does when the test's process is killed, too. */
  private static final String WATCHED =
      """
      exec 3<&0
      { read -r end; kill -TERM $$; } <&3 3<&- >/dev/null 2>&1 &
      exec "$0" "$@" </dev/null 3<&-
      """;

  private final Process process;
  private final StringBuffer transcript = new StringBuffer();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  private Keycloak(Process process) {
    this.process = process;
  }

  /**
   * Starts it with one realm besides its own.
   *
   * @param realm as Keycloak exports and imports it
   */
  static Keycloak start(Map<String, Object> realm) throws Exception {
    Path kc = Peer.KEYCLOAK.require();
    Path home = kc.getParent().getParent();
    build(kc, home);
    Path data = home.resolve("data");
    delete(data);
    Path imports = Files.createDirectories(data.resolve("import"));
    Files.write(imports.resolve("realm.json"), Json.bytes(realm));
    Keycloak keycloak =
        new Keycloak(
            launch(
                List.of("sh", "-c", WATCHED),
                kc,
                "start",
                "--optimized",
                "--import-realm",
                "--http-enabled=true",
                "--hostname-strict=false",
                "--http-host=127.0.0.1",
                "--http-port=0",
                "--cache=local"));
    Thread.ofVirtual().start(keycloak::read);
    try {
      keycloak.port.get(MINUTES, TimeUnit.MINUTES);
      return keycloak;
    } catch (Exception e) {
      keycloak.close();
      throw new IOException("Keycloak did not start:\n" + keycloak.transcript, e);
    }
  }

  /** Once for each unpacking: it makes the code that the options ask for. */
  private static void build(Path kc, Path home) throws Exception {
    Path built = home.resolve("built");
    if (Files.exists(built)) {
      return;
    }
    Process process = launch(List.of(), kc, "build", "--db=dev-mem");
    process.getOutputStream().close();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> {
          try (var reader = process.inputReader(UTF_8)) {
            return String.join("\n", reader.lines().toList());
          } catch (IOException e) {
            return e.toString();
          }
        });
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException("Keycloak was not built:\n" + output.getNow("without an answer"));
      }
    } finally {
      kill(process);
    }
    Files.createFile(built);
  }

  private static Process launch(List<String> before, Path kc, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(kc.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", JVM);
    return builder.start();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        transcript.append(line).append('\n');
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          port.complete(Integer.valueOf(listening.group(1)));
        }
      }
    } catch (IOException e) {
      transcript.append(e).append('\n');
    }
    port.completeExceptionally(new IOException("it ended"));
  }

  /** The issuer of a realm. */
  URI issuer(String realm) {
    return URI.create("http://127.0.0.1:" + port.join() + "/realms/" + realm);
  }

  /** Everything it wrote. */
  String transcript() {
    return transcript.toString();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    kill(process);
  }
}

package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process in the middle of its writing: every commit that it acknowledged is there. */
class RecoveryTest {
  @TempDir Path directory;

  @Test
  void every_acknowledged_commit_survives_kill_9() throws Exception {
    Path file = directory.resolve("latchstring.db");
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Set<String> acknowledged = new HashSet<>();
    try (BufferedReader lines = writer.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(".")) { // the last line may be cut off
          acknowledged.add(line.substring(0, line.length() - 1));
        }
        if (acknowledged.size() == 500) {
          writer.toHandle().destroyForcibly(); // SIGKILL; what it had said until then is still read
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(writer.exitValue()).isEqualTo(128 + 9);

    try (Database database = Database.open(DatabaseConfiguration.sqlite(file))) {
      Set<String> stored =
          database.read(handle ->
              handle.createQuery("select token_id from revoked_token").mapTo(String.class).set());
      assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(500);
      assertThat(stored).containsAll(acknowledged);
      assertThat(
              database.<String>read(
                  handle -> handle.createQuery("pragma integrity_check").mapTo(String.class).one()))
          .isEqualTo("ok");
    }
  }

  /** Writes from 32 threads without end, and says each row's name once its commit returned. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      Database database = Database.open(DatabaseConfiguration.sqlite(Path.of(args[0])));
      PrintStream out = System.out;
      for (int thread = 0; thread < 32; thread++) {
        int number = thread;
        Thread.ofPlatform().start(() -> write(database, out, number));
      }
    }

    private static void write(Database database, PrintStream out, int thread) {
      for (int i = 0; ; i++) {
        String id = thread + "-" + i;
        database.write(handle ->
            handle.execute("insert into revoked_token (token_id, expires_at) values (?, 1)", id));
        out.println(id + ".");
      }
    }
  }
}

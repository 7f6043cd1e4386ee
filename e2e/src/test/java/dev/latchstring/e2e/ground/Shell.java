package dev.latchstring.e2e.ground;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A script as a person runs it: a folder, an environment, and what comes out. */
final class Shell {
  private static final Duration LIMIT = Duration.ofSeconds(180);

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  Shell(Path folder) {
    this.folder = folder;
    // A search for a JDK would find those of this machine; tests say which one.
    environment.put("LATCHSTRING_JAVA_HOME", System.getProperty("java.home"));
    environment.put("JAVA_TOOL_OPTIONS", "");
    environment.put("MAVEN_OPTS", "");
  }

  Shell with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  Outcome run(String... command) throws Exception {
    return start(command).outcome();
  }

  Running start(String... command) throws IOException {
    Path out = Files.createTempFile("latchstring-out", ".txt");
    out.toFile().deleteOnExit();
    Path err = Files.createTempFile("latchstring-err", ".txt");
    err.toFile().deleteOnExit();
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    return new Running(builder.start(), out, err);
  }

  record Running(Process process, Path outFile, Path errFile) {
    Outcome outcome() throws Exception {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("no end after " + LIMIT + "; so far: " + err());
      }
      return new Outcome(process.exitValue(), Files.readString(outFile), err());
    }

    String err() throws IOException {
      return Files.readString(errFile, UTF_8);
    }

    void awaitErr(String text) throws Exception {
      Await.until("'" + text + "' on stderr", () -> err().contains(text));
    }
  }

  record Outcome(int status, String out, String err) {}
}

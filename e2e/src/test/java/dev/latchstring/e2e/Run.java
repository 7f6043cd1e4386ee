package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that ran to its end. */
record Run(List<String> command, int status, String stdout, String stderr) {
  private static final int LIMIT_SECONDS = 180;

  static Run of(List<String> command, Map<String, String> environment) throws Exception {
    Path out = Files.createTempFile("run", ".out");
    Path err = Files.createTempFile("run", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            "still running after "
                + LIMIT_SECONDS
                + " s: "
                + command
                + "\n"
                + read(out)
                + read(err));
      }
      return new Run(command, process.exitValue(), read(out), read(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  Run succeeded() {
    if (status != 0) {
      throw new AssertionError("exit status " + status + ": " + command + "\n" + stdout + stderr);
    }
    return this;
  }

  private static String read(Path file) throws Exception {
    return Files.readString(file, UTF_8);
  }
}

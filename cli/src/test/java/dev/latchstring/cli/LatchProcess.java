package dev.latchstring.cli;

import dev.latchstring.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, for what only a process can show: signals, limits, streams. */
public final class LatchProcess implements AutoCloseable {
  /** A shell's background job, and so a build started as one, passes an ignored SIGINT on. */
  private static final List<String> DEFAULT_SIGNALS = defaultSignals();

  private final Process process;
  private final Path out;
  private final Path err;

  private LatchProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  private static List<String> defaultSignals() {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> probe = new ArrayList<>(prefix);
    probe.add("true");
    try {
      return new ProcessBuilder(probe).start().waitFor() == 0 ? prefix : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts {@code latch ARGS} with a home of its own. */
  public static LatchProcess start(Path home, String... args) throws IOException {
    return start(home, List.of(), List.of(), args);
  }

  /**
   * @param before a command that runs the rest of its arguments, such as {@code sh -c 'ulimit -f 0;
   *     exec "$@"' sh}
   * @param options of the JVM
   */
  public static LatchProcess start(
      Path home, List<String> before, List<String> options, String... args) throws IOException {
    List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
    command.addAll(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.latchstring.cli.Latch"));
    command.addAll(List.of(args));
    Path out = Files.createTempFile("latch", ".out");
    Path err = Files.createTempFile("latch", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("LATCH_HOME", home.toString());
    builder.environment().put("CI", "true"); // no browser opens at whoever runs the tests
    return new LatchProcess(builder.start(), out, err);
  }

  public String out() throws IOException {
    return Files.readString(out);
  }

  public String err() throws IOException {
    return Files.readString(err);
  }

  public void awaitErr(String text) throws Exception {
    Await.until("\"" + text + "\"", () -> err().contains(text) || !process.isAlive());
    if (!err().contains(text)) {
      throw new AssertionError("ended without \"" + text + "\": " + err());
    }
  }

  /** Sends SIGINT or SIGTERM, as a person or a supervisor does. */
  public void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** The exit status. */
  public int end() throws Exception {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("did not end: " + err());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(out);
    Files.deleteIfExists(err);
  }
}

package dev.latchstring.client.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A program whose standard output is one token. It is started without a shell, so that no character
 * of an argument means anything; without standard input; and with the environment that was given,
 * but for this client's own variables, which hold secrets that it has no business with. {@code
 * LATCH_AUDIENCE} and {@code LATCH_RESOURCE} tell it for whom the token is to be.
 *
 * <p>It has {@link #DEFAULT_LIMIT} unless another limit is given; then it and what it started are
 * killed. At most 64 KiB of its output are read. What it says on standard error is quoted where it
 * fails, cut, and without anything that could be a secret.
 */
public final class CommandOrigin implements TokenOrigin {
  /** How long a program has. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private static final int MAX_OUTPUT = 64 * 1024;
  private static final int MAX_ERROR = 4 * 1024;
  private static final String OWN = "LATCH_";

  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration limit;

  /**
   * @param command the program, and its arguments
   * @param environment what the program sees, but for this client's own variables
   * @throws IllegalArgumentException where the command is empty
   */
  public CommandOrigin(List<String> command, Map<String, String> environment, Duration limit) {
    if (command.isEmpty() || command.getFirst().isBlank()) {
      throw new IllegalArgumentException("a command has a program");
    }
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.limit = limit;
  }

  @Override
  public String where() {
    return "the output of " + command.getFirst();
  }

  @Override
  public String read(MachineRequest request) {
    Process process = start(request);
    try {
      Bounded output = Bounded.of(process.getInputStream(), MAX_OUTPUT, () -> kill(process));
      // More of it is read and dropped: a full pipe would stop the program.
      Bounded error = Bounded.of(process.getErrorStream(), MAX_ERROR, () -> {});
      long end = System.nanoTime() + limit.toNanos();
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failed("has not ended within " + limit.toSeconds() + " seconds", null);
      }
      // What it left behind may hold its output open.
      if (!output.await(end - System.nanoTime())) {
        throw failed("has ended, and something it started still holds its output", null);
      }
      error.await(Math.min(end - System.nanoTime(), TimeUnit.SECONDS.toNanos(1)));
      if (output.isTooLong()) {
        throw failed("wrote more than " + MAX_OUTPUT + " bytes", null);
      }
      if (process.exitValue() != 0) {
        throw failed("ended with status " + process.exitValue(), error.text());
      }
      return TokenText.of(output.text(), where());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(
          Problem.CREDENTIAL_UNAVAILABLE, "interrupted while running " + command.getFirst(), null);
    } finally {
      kill(process);
    }
  }

  private Process start(MachineRequest request) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> visible = builder.environment();
    visible.clear();
    environment.forEach((name, value) -> {
      if (!name.startsWith(OWN)) {
        visible.put(name, value);
      }
    });
    visible.put("LATCH_AUDIENCE", request.at().issuer());
    visible.put("LATCH_RESOURCE", request.at().resource().toString());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new ClientException(
          Problem.CREDENTIAL_UNAVAILABLE,
          "the program " + command.getFirst() + " cannot be started",
          "name a program on the PATH or its whole path, and each argument apart; there is no shell",
          e);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private ClientException failed(String what, @Nullable String said) {
    String quoted = said == null ? "" : Redacted.line(said);
    return new ClientException(
        Problem.CREDENTIAL_UNAVAILABLE,
        "the program "
            + command.getFirst()
            + " "
            + what
            + (quoted.isEmpty() ? "" : ": \"" + quoted + "\""),
        "run it by hand; it has to write one token to standard output, and nothing else");
  }

  /** Without the arguments, which may hold what is not for logs. */
  @Override
  public String toString() {
    return "CommandOrigin[" + command.getFirst() + "]";
  }

  /** The beginning of a stream, which is read to its end. */
  private static final class Bounded {
    private final Thread reader;
    private final AtomicReference<byte[]> kept = new AtomicReference<>(new byte[0]);
    private volatile boolean tooLong;

    private Bounded(InputStream in, int limit, Runnable atLimit) {
      this.reader = new Thread(() -> read(in, limit, atLimit), "latch-command-output");
      reader.setDaemon(true);
    }

    static Bounded of(InputStream in, int limit, Runnable atLimit) {
      Bounded bounded = new Bounded(in, limit, atLimit);
      bounded.reader.start();
      return bounded;
    }

    private void read(InputStream in, int limit, Runnable atLimit) {
      try (in) {
        kept.set(in.readNBytes(limit));
        if (in.read() >= 0) {
          tooLong = true;
          atLimit.run();
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        // The process is gone; what it wrote before is all there is.
        return;
      }
    }

    boolean await(long nanos) throws InterruptedException {
      return reader.join(Duration.ofNanos(Math.max(0, nanos)));
    }

    boolean isTooLong() {
      return tooLong;
    }

    String text() {
      return new String(kept.get(), UTF_8);
    }
  }
}

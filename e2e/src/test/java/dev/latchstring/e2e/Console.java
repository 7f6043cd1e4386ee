package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that talks to a person: what it prints on either stream is read while it runs. */
final class Console implements AutoCloseable {
  private static final int LIMIT_SECONDS = 180;

  private final Process process;
  private final StringBuffer transcript = new StringBuffer();
  private final Object grown = new Object();
  private final Thread reader;

  private Console(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  static Console start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Console(builder.start());
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (grown) {
          transcript.append(line).append('\n');
          grown.notifyAll();
        }
      }
    } catch (IOException e) {
      transcript.append(e);
    }
  }

  /** What it prints next of this kind. */
  Matcher await(Pattern pattern) throws Exception {
    AtomicReference<Matcher> found = new AtomicReference<>();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    synchronized (grown) {
      while (found.get() == null) {
        Matcher matcher = pattern.matcher(transcript);
        if (matcher.find()) {
          found.set(matcher);
        } else if (System.nanoTime() > deadline || !process.isAlive()) {
          throw new AssertionError("it never said " + pattern + ":\n" + transcript);
        } else {
          grown.wait(200);
        }
      }
    }
    return found.get();
  }

  /** Types a line. */
  void say(String line) throws IOException {
    process.outputWriter(UTF_8).append(line).append('\n').flush();
  }

  /** Waits for its end and until all it said is in the transcript; returns the exit status. */
  int finish() throws Exception {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running:\n" + transcript);
    }
    if (!reader.join(Duration.ofSeconds(LIMIT_SECONDS))) {
      throw new AssertionError("it ended, its output did not:\n" + transcript);
    }
    return process.exitValue();
  }

  String transcript() {
    return transcript.toString();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}

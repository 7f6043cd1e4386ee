package dev.latchstring.cli.run;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MCP stdio transport, "Shutdown". One process: its lines in and out, and its end.
 *
 * <p>What it writes on standard error goes to ours line by line, without the token and at most
 * {@value #MAX_SPOKEN} bytes of a line. A line for it waits in a queue of {@value #MAX_WAITING}
 * lines and {@value #MAX_WAITING_BYTES} bytes, so that a program that does not read holds up nobody
 * but its own requests.
 */
final class ChildProcess {
  /** Takes what the process writes on standard output. Called on one thread, in order. */
  interface Receiver {
    void line(LineReader.Line line);

    /** It has written its last line, and has ended or is about to. Once. */
    void ended();
  }

  static final int MAX_SPOKEN = 32 * 1024;
  static final int MAX_WAITING = 1024;
  static final long MAX_WAITING_BYTES = 4L * JsonRpc.MAX_MESSAGE;

  /** How long each step of a stop may take: closed input, SIGTERM, and the kill. */
  private static final Duration STEP = Duration.ofSeconds(2);

  /** Behind the last line; no message is empty. */
  private static final byte[] END = {};

  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  private final Process process;
  private final SecretFilter filter;
  private final PrintStream err;
  private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile String lastWords = "";

  private ChildProcess(Process process, SecretFilter filter, PrintStream err) {
    this.process = process;
    this.filter = filter;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param environment all that it sees of the environment
   * @param secret the token in it
   * @param err where its standard error goes
   * @throws IOException where the system cannot start it
   */
  static ChildProcess start(
      List<String> command,
      Map<String, String> environment,
      String secret,
      PrintStream err,
      Receiver receiver)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    ChildProcess child = new ChildProcess(builder.start(), new SecretFilter(secret), err);
    String name = "run-" + child.process.pid();
    Thread.ofPlatform().daemon().name(name + "-in").start(child::write);
    Thread errors = Thread.ofPlatform().daemon().name(name + "-err").start(child::speak);
    Thread.ofPlatform().daemon().name(name + "-out").start(() -> child.read(receiver, errors));
    return child;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Sends one line.
   *
   * @return false where it does not read, or has ended
   */
  boolean send(byte[] line) {
    if (waitingBytes.addAndGet(line.length) > MAX_WAITING_BYTES || !waiting.offer(line)) {
      waitingBytes.addAndGet(-line.length);
      return false;
    }
    return true;
  }

  /** Shows a line that is no message, as if it had come on standard error. */
  void show(LineReader.Line line) {
    say(line.bytes(), line.truncated());
  }

  /** How it ended, and what it said last, for a person; it may still be about to end. */
  String obituary() {
    String how = "has closed its output";
    try {
      if (process.waitFor(1, TimeUnit.SECONDS)) {
        int status = process.exitValue();
        how =
            status > 128 ? "was ended by signal " + (status - 128) : "ended with status " + status;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return how;
  }

  /** The last line of standard error, without the token; empty where there was none. */
  String lastWords() {
    return lastWords;
  }

  /** Closes its input, waits, asks it to end, waits, and ends it with all it has started. */
  void stop() {
    List<ProcessHandle> family = family();
    boolean queued = waiting.offer(END);
    if (!queued || !endsWithin(STEP)) {
      LOG.debug("process {} does not end by itself", pid());
      process.destroy();
      family.forEach(ProcessHandle::destroy);
      if (!endsWithin(STEP)) {
        LOG.warn("process {} ignored SIGTERM and is killed", pid());
      }
    }
    family.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    endsWithin(STEP);
  }

  /** A launcher such as npx has the server as its child's child. */
  private List<ProcessHandle> family() {
    return process.descendants().toList();
  }

  private boolean endsWithin(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void write() {
    try (OutputStream out = process.getOutputStream()) {
      for (byte[] line = waiting.take(); line.length > 0; line = waiting.take()) {
        out.write(line);
        out.write('\n');
        waitingBytes.addAndGet(-line.length);
        if (waiting.isEmpty()) {
          out.flush();
        }
      }
    } catch (IOException e) {
      LOG.debug("process {} reads no more: {}", pid(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Receiver receiver, Thread errors) {
    try (InputStream in = process.getInputStream()) {
      LineReader lines = new LineReader(in, JsonRpc.MAX_MESSAGE);
      for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          receiver.line(line);
        }
      }
    } catch (IOException e) {
      LOG.debug("the output of process {} broke: {}", pid(), e.toString());
    }
    try {
      errors.join(Duration.ofMillis(200)); // its last words explain its end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    receiver.ended();
  }

  private void speak() {
    try (InputStream in = process.getErrorStream()) {
      LineReader lines = new LineReader(in, MAX_SPOKEN);
      for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
        say(line.bytes(), line.truncated());
      }
    } catch (IOException e) {
      LOG.debug("the errors of process {} broke: {}", pid(), e.toString());
    }
  }

  private void say(byte[] line, boolean truncated) {
    boolean cut = truncated || line.length > MAX_SPOKEN;
    byte[] shown = line.length > MAX_SPOKEN ? java.util.Arrays.copyOf(line, MAX_SPOKEN) : line;
    String text = filter.clean(shown, cut) + (cut ? " … (cut)" : "");
    if (!text.isBlank()) {
      lastWords = text.strip();
    }
    err.println(text);
  }
}

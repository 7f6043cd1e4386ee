package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.login.BrowserAddress.PasteBack;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a person pastes while their browser may come back by itself. It looks whether a line
 * is there rather than waiting for one, so that it ends when the login does and takes nothing that
 * is typed afterwards.
 */
final class PasteReader implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final Environment environment;
  private final Output output;
  private final PasteBack login;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private PasteReader(Environment environment, Output output, PasteBack login) {
    this.environment = environment;
    this.output = output;
    this.login = login;
    this.thread = Thread.ofPlatform().daemon().name("paste").unstarted(this::run);
  }

  /** Begins to read. */
  static PasteReader on(Environment environment, Output output, PasteBack login) {
    PasteReader reader = new PasteReader(environment, output, login);
    reader.thread.start();
    return reader;
  }

  private void run() {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && login.isWaiting()) {
        if (environment.in().available() > 0 && take(environment.readLine())) {
          return;
        }
      }
    } catch (IOException e) {
      output.debug("standard input cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether nothing more has to be read. */
  private boolean take(@Nullable String line) {
    String text = line == null || !output.isJson() ? line : redirect(line);
    if (text == null || text.isBlank()) {
      return line == null;
    }
    String wrong = login.offer(text);
    if (wrong == null) {
      return true;
    }
    if (output.isJson()) {
      output.json(new NotTaken("not_taken", wrong));
    } else {
      output.say("Not that: " + wrong + ".");
      output.ask("Paste the address here:");
    }
    return false;
  }

  private static @Nullable String redirect(String line) {
    try {
      JsonNode json = Json.readTree(line);
      return json.path("redirect").isString() ? json.path("redirect").stringValue() : line;
    } catch (JsonException e) {
      return line;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record NotTaken(String event, String message) {}
}

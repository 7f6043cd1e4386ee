package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Waiting;
import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.LoginPrompt;
import java.util.ArrayDeque;
import java.util.Deque;

/** Shows a login on the terminal, and that it is waited for, until it is closed. */
final class LoginDisplay implements LoginPrompt, AutoCloseable {
  private final Output output;
  private final Environment environment;
  private final boolean withQrCode;
  private final Deque<Runnable> running = new ArrayDeque<>();
  private boolean asking;

  LoginDisplay(Output output, Environment environment, boolean withQrCode) {
    this.output = output;
    this.environment = environment;
    this.withQrCode = withQrCode;
  }

  @Override
  public void show(DeviceCode code) {
    new CodeDisplay(output, environment.clock(), withQrCode).show(code);
    waiting(
        Waiting.on(
            output,
            "Waiting for the approval at " + code.verificationUri().getHost(),
            code.expiresAt(),
            environment.clock()));
  }

  /** A line that turns would wipe away what is being typed: there is one or the other. */
  @Override
  public synchronized void show(BrowserAddress address) {
    boolean typed = output.terminal().input() && output.terminal().error() && !output.isJson();
    new BrowserDisplay(output, environment, typed).show(address);
    if (typed || output.isJson()) {
      PasteReader reader = PasteReader.on(environment, output, address.pasteBack());
      running.addLast(reader::close);
      asking = typed;
    } else {
      waiting(
          Waiting.on(output, "Waiting for your browser", address.expiresAt(), environment.clock()));
    }
  }

  private synchronized void waiting(Waiting waiting) {
    running.addLast(waiting::close);
  }

  @Override
  public synchronized void close() {
    while (!running.isEmpty()) {
      running.removeLast().run();
    }
    if (asking) {
      asking = false;
      output.say("");
    }
  }
}

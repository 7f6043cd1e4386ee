package dev.latchstring.authorizationserver.delivery;

import java.io.PrintStream;
import java.time.Duration;

/**
 * For development: the code stands on standard error, where whoever started the server reads it.
 */
final class Printed implements Transport {
  private final PrintStream out;

  Printed(PrintStream out) {
    this.out = out;
  }

  @Override
  public void deliver(Message message, Duration left) {
    out.println(
        "one-time code for "
            + Masked.inLog(message.channel(), message.destination())
            + ": "
            + message.code()
            + " (development only: "
            + message.channel().wireName()
            + " is not configured under delivery)");
    out.flush();
  }
}

package dev.latchstring.examples.javaclient;

import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.DeviceCode;
import java.io.Console;

/** The person at this program's terminal. */
final class Person {
  private Person() {}

  static InteractiveLogin atTheTerminal() {
    return InteractiveLogin.showing(Person::show, Person::isMe);
  }

  private static void show(DeviceCode code) {
    System.err.printf(
        "To log in to %s, open %s and enter the code %s. Go on only if you started this.%n",
        code.server().getHost(), code.verificationUri(), code.userCode());
  }

  /** Whoever saw the code could have entered it: the person here has to say that it was them. */
  @SuppressWarnings("SystemConsoleNull") // With Java 21 it is, where there is no terminal.
  private static boolean isMe(Approval approval) {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    String answer =
        console.readLine("Approved by %s. Is that you? [y/N] ", approval.identity().display());
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}

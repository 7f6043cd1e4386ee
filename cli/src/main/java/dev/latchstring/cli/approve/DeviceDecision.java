package dev.latchstring.cli.approve;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import java.time.Clock;

/** RFC 8628 §3.3 on a terminal: shows what the device with this code asks, then decides. */
record DeviceDecision(Output output, ApprovalServer server, Answers answers, Clock clock) {
  private static final String WARNING =
      "Allow it only if you started this yourself, just now. If somebody gave you the code, they"
          + " would get in as you.";

  ExitStatus decide(String code, boolean yes, boolean deny) {
    Asked asked = server.device(code);
    asked.lines(clock.instant()).forEach(output::say);
    output.say("");
    output.say(WARNING);
    if (!yes && !deny && !answers.canAsk()) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "without a terminal nobody can be asked whether to allow it",
          "add --yes to allow it, or --deny");
    }
    boolean allow = yes || (!deny && isYes(answers.ask("Allow it? [y/N]")));
    String state = server.decideDevice(code, allow);
    output.say(
        allow ? "Allowed. The device goes on by itself." : "Denied. The device got nothing.");
    output.json(new Decided(state, code, asked.clientId(), asked.resource(), asked.scope()));
    return ExitStatus.DONE;
  }

  private static boolean isYes(String answer) {
    return answer.equals("y") || answer.equals("yes");
  }

  private record Decided(
      String event, String user_code, String client_id, String resource, String scope) {}
}

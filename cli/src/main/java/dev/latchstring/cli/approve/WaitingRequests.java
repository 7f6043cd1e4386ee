package dev.latchstring.cli.approve;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Style;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What waits for the person: listed, or answered one by one with the number of each. */
record WaitingRequests(
    Output output, ApprovalServer server, Answers answers, Clock clock, String issuer) {
  private static final long BETWEEN_POLLS_SECONDS = 2;
  private static final int MOST_QUESTIONS = 10;
  private static final String WARNING =
      "Approve only what you started yourself, just now. Nobody honest calls you to have this"
          + " approved.";

  /**
   * @param wait whether to wait where there is nothing
   * @param request the only one that is meant; null for any
   * @param number the number to approve with; null where the person is asked
   */
  ExitStatus answer(boolean wait, @Nullable String request, @Nullable String number, boolean deny) {
    ApprovalServer.Waiting waiting = server.waiting();
    if (wait && waiting.requests().isEmpty()) {
      waiting = awaitOne();
    }
    List<Asked> meant =
        waiting.requests().stream()
            .filter(asked -> request == null || asked.approval().equals(request))
            .toList();
    if (number != null || deny) {
      return answerOnly(meant, number);
    }
    if (meant.isEmpty()) {
      output.say("Nothing waits for " + waiting.person() + " at " + issuer + ".");
      output.hint("latch approve --wait waits for the next request");
      return ExitStatus.DONE;
    }
    if (answers.canAsk()) {
      meant.forEach(this::ask);
    } else {
      meant.forEach(this::list);
    }
    return ExitStatus.DONE;
  }

  private ApprovalServer.Waiting awaitOne() {
    return dev.latchstring.cli.terminal.Waiting.during(
        output,
        "Waiting for a request at " + issuer,
        clock,
        () -> {
          ApprovalServer.Waiting waiting = server.waiting();
          while (waiting.requests().isEmpty()) {
            pause();
            waiting = server.waiting();
          }
          return waiting;
        });
  }

  private static void pause() {
    try {
      boolean never = new CountDownLatch(1).await(BETWEEN_POLLS_SECONDS, TimeUnit.SECONDS);
      assert !never;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitStatus.INTERRUPTED, "interrupted", null, e);
    }
  }

  private void list(Asked asked) {
    asked.lines(clock.instant()).forEach(output::result);
    output.result("  request  " + asked.approval());
    output.json(
        new Request(
            "request",
            asked.approval(),
            asked.clientId(),
            asked.clientName(),
            asked.verified(),
            asked.resource(),
            asked.resourceName(),
            asked.scope(),
            asked.from(),
            String.valueOf(asked.requestedAt()),
            String.valueOf(asked.expiresAt())));
  }

  /** Without asking; so there must be no doubt which one is meant. */
  private ExitStatus answerOnly(List<Asked> meant, @Nullable String number) {
    if (meant.isEmpty()) {
      throw new CommandFailure(
          ExitStatus.NOT_LOGGED_IN,
          "no such request waits for you at " + issuer,
          "it may be answered already, or its time ran out: start again where it was asked");
    }
    if (meant.size() > 1) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          meant.size() + " requests wait for you, and it must be clear which one is meant",
          "add --request ID; latch approve --json names them");
    }
    Asked asked = meant.getFirst();
    asked.lines(clock.instant()).forEach(output::say);
    output.say("");
    if (number == null) {
      denied(asked);
      return ExitStatus.DONE;
    }
    String state = server.approve(asked.approval(), number.strip());
    if (state.equals("pending")) {
      throw new CommandFailure(
          ExitStatus.NOT_LOGGED_IN,
          "that is not the number; another wrong one denies the request",
          "run it again with the number you were told, or with --deny");
    }
    told(asked, state);
    return ExitStatus.DONE;
  }

  private void ask(Asked asked) {
    List<String> lines = asked.lines(clock.instant());
    output.say(Style.BOLD, lines.getFirst());
    lines.stream().skip(1).forEach(output::say);
    output.say("");
    output.say(WARNING);
    for (int i = 0; i < MOST_QUESTIONS; i++) {
      String typed = answers.ask("The number you were told (d to deny, Enter to leave it):");
      if (typed.isEmpty()) {
        output.say("Left as it is.");
        return;
      }
      if (typed.equals("d") || typed.equals("deny")) {
        denied(asked);
        return;
      }
      if (!typed.replace(" ", "").matches("[0-9]{2}")) {
        output.say("The number has two digits.");
      } else {
        String state = server.approve(asked.approval(), typed);
        if (!state.equals("pending")) {
          told(asked, state);
          return;
        }
        output.say("That is not the number. Another wrong one denies the request.");
      }
    }
  }

  private void denied(Asked asked) {
    String state = server.deny(asked.approval());
    if (state.equals("over")) {
      throw over();
    }
    output.say("Denied. Whoever asked got nothing.");
    output.json(new Answered("denied", asked.approval()));
  }

  private void told(Asked asked, String state) {
    switch (state) {
      case "approved" -> {
        output.say("Approved. The call or program goes on by itself.");
        output.json(new Answered("approved", asked.approval()));
      }
      case "denied" ->
          throw new CommandFailure(
              ExitStatus.NOT_LOGGED_IN,
              "that was wrong again: the request is denied",
              "if it was yours, start again where it was asked");
      default -> throw over();
    }
  }

  private static CommandFailure over() {
    return new CommandFailure(
        ExitStatus.NOT_LOGGED_IN,
        "the request is over: it was answered already, or its time ran out",
        "if it was yours, start again where it was asked");
  }

  private record Request(
      String event,
      String approval,
      String client_id,
      String client_name,
      boolean verified,
      String resource,
      String resource_name,
      String scope,
      String requested_from,
      String requested_at,
      String expires_at) {}

  private record Answered(String event, String approval) {}
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.cli.terminal.Waiting;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengePrompt;
import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * docs/challenge-profile.md, on a terminal: says the prompt as plain text, and reads the answer,
 * what is sensitive without showing it. The end of the input gives up.
 */
final class ChallengeDialog implements ChallengePrompt, AutoCloseable {
  private final Output output;
  private final Environment environment;
  private final Set<String> impossible = new HashSet<>();
  private volatile boolean reading;
  private @Nullable Waiting waiting;

  ChallengeDialog(Output output, Environment environment) {
    this.output = output;
    this.environment = environment;
  }

  /** Whether the person is being waited for: a read that an interrupt does not end. */
  boolean isReading() {
    return reading;
  }

  @Override
  public Answer answer(Step step) {
    close();
    if (step.kind() == StepKind.PASSKEY || step.kind() == StepKind.UNKNOWN) {
      return another(step);
    }
    output.say(Style.BOLD, PlainText.line(step.prompt(), 1000));
    count(step);
    if (step.destination() != null) {
      output.say("  The code went to " + PlainText.line(step.destination(), 200) + ".");
    }
    if (step.kind() == StepKind.APPROVAL && step.number() != null) {
      output.say(Style.BOLD, "  The number to enter there: " + PlainText.line(step.number(), 64));
    }
    Answer instead = instead(step);
    if (instead != null) {
      return instead;
    }
    if (step.kind() == StepKind.APPROVAL) {
      waiting = Waiting.on(output, "Waiting for the approval", null, environment.clock());
      return Answer.goOn();
    }
    return values(step);
  }

  /** What was wrong is in the prompt, in the person's language. */
  private void count(Step step) {
    Integer left = step.attemptsLeft();
    if (step.reason() == Step.Reason.NO_MATCH && left != null) {
      output.say(Style.DIM, "  " + (left == 1 ? "1 attempt" : left + " attempts") + " left");
    }
  }

  /** What cannot be done on a terminal: each alternative is taken once. */
  private Answer another(Step step) {
    impossible.add(step.id());
    String what =
        step.kind() == StepKind.PASSKEY
            ? "A passkey cannot be used on a terminal"
            : "This program does not know how to ask for \""
                + PlainText.line(step.kindName(), 64)
                + "\"";
    for (Step.Alternative other : step.alternatives()) {
      if (!impossible.contains(other.id())) {
        output.say(what + "; asking for " + name(other) + " instead.");
        return Answer.switchTo(other.id());
      }
    }
    throw new ClientException(
        Problem.NOT_SHOWN,
        what + ", and there is nothing else to answer instead",
        "log in with a code: latch login without --flow challenge");
  }

  /** Asked only where there is a choice, so that any letter can be an answer. */
  private @Nullable Answer instead(Step step) {
    List<Step.Alternative> others =
        step.alternatives().stream().filter(other -> !impossible.contains(other.id())).toList();
    boolean resend = step.kind() == StepKind.OTP;
    if (others.isEmpty() && !resend) {
      return null;
    }
    for (int i = 0; i < others.size(); i++) {
      output.say("  " + (i + 1) + "  " + name(others.get(i)) + " instead");
    }
    if (resend) {
      output.say("  r  send a new code");
    }
    while (true) {
      output.ask(
          step.kind() == StepKind.APPROVAL
              ? "Enter to wait for the approval, or one of these:"
              : "Enter to answer, or one of these:");
      String choice = read(false);
      if (choice == null) {
        return Answer.abandon();
      }
      choice = choice.strip().toLowerCase(Locale.ROOT);
      if (choice.isEmpty()) {
        return null;
      }
      if (resend && choice.equals("r")) {
        return Answer.resend();
      }
      if (choice.matches("[1-9][0-9]?") && Integer.parseInt(choice) <= others.size()) {
        return Answer.switchTo(others.get(Integer.parseInt(choice) - 1).id());
      }
    }
  }

  private static String name(Step.Alternative other) {
    return switch (other.kind()) {
      case IDENTIFY -> "saying who you are in another way (" + PlainText.line(other.id(), 64) + ")";
      case KNOWLEDGE -> "another question (" + PlainText.line(other.id(), 64) + ")";
      case PASSWORD -> "your password";
      case PIN -> "your PIN";
      case OTP -> "a code that is sent to you (" + PlainText.line(other.id(), 64) + ")";
      case TOTP -> "the code of your authenticator app";
      case PASSKEY -> "a passkey";
      case APPROVAL -> "an approval where you are signed in";
      case UNKNOWN -> PlainText.line(other.kindName(), 64);
    };
  }

  private Answer values(Step step) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Field field : step.fields()) {
      output.ask(
          "  "
              + PlainText.line(field.title(), 200)
              + (field.required() ? "" : " (may be empty)")
              + (field.choices().isEmpty() ? "" : " " + field.choices())
              + ":");
      String value = read(field.sensitive());
      if (value == null) {
        return Answer.abandon();
      }
      values.put(field.name(), value);
    }
    return Answer.values(values);
  }

  private @Nullable String read(boolean unseen) {
    reading = true;
    try {
      return unseen ? environment.readUnseen() : environment.readLine();
    } catch (IOException e) {
      return null;
    } finally {
      reading = false;
    }
  }

  @Override
  public void close() {
    Waiting running = waiting;
    waiting = null;
    if (running != null) {
      running.close();
    }
  }
}

package dev.latchstring.cli.demo;

import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the demo step by step: a heading, what was asked (&gt;), what was answered (&lt;), what it
 * means, and how long it took. With JSON, an object per step.
 */
final class Story {
  private static final int WIDTH = 72;
  private static final int LONGEST = 200;

  private final Output output;
  private int number;

  Story(Output output) {
    this.output = output;
  }

  void title(String text) {
    output.result(Style.BOLD, text);
  }

  /** A step that was done. */
  void tell(Step step) {
    number++;
    String heading = number + ". " + step.title;
    String took = Durations.took(step.took);
    int gap = Math.max(2, WIDTH - heading.length() - took.length());
    output.result("");
    output.result(Style.BOLD, heading + " ".repeat(gap) + took);
    step.lines.forEach(output::result);
    output.json(
        new StepLine(
            number, step.title, step.asked, step.answered, step.notes, step.took.toMillis()));
  }

  /** A line between the steps. */
  void line(String text) {
    output.result("   " + text);
  }

  static Step step(String title, Duration took) {
    return new Step(title, took);
  }

  /** What one step was, in the order in which it is to be read. */
  static final class Step {
    private final String title;
    private final Duration took;
    private final List<String> lines = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Step(String title, Duration took) {
      this.title = title;
      this.took = took;
    }

    Step asked(String text) {
      asked.add(text);
      lines.add("   > " + PlainText.line(text, LONGEST));
      return this;
    }

    Step answered(String text) {
      answered.add(text);
      lines.add("   < " + PlainText.line(text, LONGEST));
      return this;
    }

    Step note(String text) {
      notes.add(text);
      lines.add("     " + PlainText.line(text, LONGEST));
      return this;
    }
  }

  private record StepLine(
      int step,
      String title,
      List<String> asked,
      List<String> answered,
      List<String> notes,
      long took_ms) {}
}

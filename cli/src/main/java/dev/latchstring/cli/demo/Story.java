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
  private static final int WIDTH = 78;
  private static final int LONGEST = 600;

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
    output.result(text.isEmpty() ? "" : "   " + text);
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
      wrap("   > ", text);
      return this;
    }

    Step answered(String text) {
      answered.add(text);
      wrap("   < ", text);
      return this;
    }

    Step note(String text) {
      notes.add(text);
      wrap("     ", text);
      return this;
    }

    /** Long lines go on below, indented; they break at a space or a comma where there is one. */
    private void wrap(String prefix, String text) {
      String rest = PlainText.line(text, LONGEST);
      String indent = prefix;
      while (indent.length() + rest.length() > WIDTH) {
        int room = WIDTH - indent.length();
        int end = Math.max(rest.lastIndexOf(' ', room), rest.lastIndexOf(',', room - 1) + 1);
        end = end <= room / 2 ? room : end;
        lines.add(indent + rest.substring(0, end).stripTrailing());
        rest = rest.substring(end).stripLeading();
        indent = "       ";
      }
      lines.add(indent + rest);
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

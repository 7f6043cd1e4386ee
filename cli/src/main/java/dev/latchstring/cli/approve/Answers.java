package dev.latchstring.cli.approve;

import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Locale;

/** What the person types, line by line. */
final class Answers {
  private final Output output;
  private final BufferedReader typed;

  Answers(Output output, Environment environment) {
    this.output = output;
    this.typed =
        new BufferedReader(new InputStreamReader(environment.in(), Charset.defaultCharset()));
  }

  /** Whether somebody is there to be asked. */
  boolean canAsk() {
    return output.terminal().input() && output.terminal().error() && !output.isJson();
  }

  /** The answer without spaces around it, in lower case; empty at the end of the input. */
  String ask(String question) {
    output.ask(question);
    try {
      String line = typed.readLine();
      return line == null ? "" : line.strip().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      return "";
    }
  }
}

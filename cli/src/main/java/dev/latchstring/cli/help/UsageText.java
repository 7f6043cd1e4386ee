package dev.latchstring.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Reads the options out of the usage text of a command that is parsed by hand. */
public final class UsageText {
  private static final Pattern OPTION =
      Pattern.compile("^ {2,8}((?:-\\w, )?)(--[a-z][a-z-]*)(?: (\\S+(?: \\S+\")?))? {2,}(\\S.*)$");
  private static final Pattern ARGUMENT = Pattern.compile("^ {2}([A-Z]+) {2,}(\\S.*)$");
  private static final Pattern MORE = Pattern.compile("^ {12,}(\\S.*)$");
  private static final Pattern SYNOPSIS = Pattern.compile("^(?:usage:| {6}) (latch .*)$");

  private UsageText() {}

  /** Adds them to a command, so that help, completion and man pages know them. */
  public static void describe(CommandSpec command, String usage) {
    List<String> lines = usage.lines().toList();
    command.usageMessage().customSynopsis(synopsis(lines));
    for (int i = 0; i < lines.size(); i++) {
      Matcher argument = ARGUMENT.matcher(lines.get(i));
      if (argument.matches()) {
        command.addPositional(
            PositionalParamSpec.builder()
                .paramLabel(argument.group(1))
                .arity("1")
                .type(String.class)
                .description(description(argument.group(2), lines, i))
                .build());
      }
      Matcher option = OPTION.matcher(lines.get(i));
      if (option.matches() && command.findOption(option.group(2)) == null) {
        command.addOption(spec(option, description(option.group(4), lines, i)));
      }
    }
  }

  /**
   * What a command does, in a line. picocli's own has it above its usage, and breaks lines by %n.
   */
  static String summary(CommandSpec command) {
    String[] header = command.usageMessage().header();
    String[] description = command.usageMessage().description();
    return Stream.concat(Stream.of(header), Stream.of(description))
        .map(text -> text.replace("%n", ""))
        .filter(text -> !text.isBlank())
        .findFirst()
        .orElse("");
  }

  private static String[] synopsis(List<String> lines) {
    return lines.stream()
        .map(SYNOPSIS::matcher)
        .filter(Matcher::matches)
        .map(line -> line.group(1))
        .toArray(String[]::new);
  }

  /** With the lines below it, as picocli writes it: it has a meaning for % and $. */
  private static String description(String first, List<String> lines, int at) {
    List<String> text = new ArrayList<>(List.of(first));
    for (int next = at + 1; next < lines.size(); next++) {
      Matcher more = MORE.matcher(lines.get(next));
      if (!more.matches()) {
        break;
      }
      text.add(more.group(1));
    }
    return String.join(" ", text).replace("%", "%%").replace("$", "$$");
  }

  private static OptionSpec spec(Matcher option, String text) {
    List<String> names = new ArrayList<>(List.of(option.group(2)));
    if (!option.group(1).isEmpty()) {
      names.addFirst(option.group(1).substring(0, 2));
    }
    OptionSpec.Builder spec = OptionSpec.builder(names.toArray(String[]::new)).description(text);
    return option.group(3) == null
        ? spec.type(boolean.class).arity("0").build()
        : spec.type(String.class).arity("1").paramLabel(option.group(3)).build();
  }
}

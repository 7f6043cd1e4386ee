package dev.latchstring.cli.help;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish, which picocli makes none for. */
final class FishCompletion {
  private FishCompletion() {}

  static String of(CommandLine latch) {
    StringBuilder script = new StringBuilder("# latch completion fish\ncomplete -c latch -f\n");
    latch
        .getSubcommands()
        .forEach((name, command) -> {
          script
              .append("complete -c latch -n __fish_use_subcommand -a ")
              .append(name)
              .append(" -d ")
              .append(quoted(UsageText.summary(command.getCommandSpec()).replace("%%", "%")))
              .append('\n');
          for (OptionSpec option : command.getCommandSpec().options()) {
            append(script, name, option);
          }
          for (ArgSpec argument : command.getCommandSpec().positionalParameters()) {
            String names = names(argument);
            if (!names.isEmpty()) {
              script.append(seen(name)).append(names).append('\n');
            }
          }
        });
    return script.toString();
  }

  private static void append(StringBuilder script, String command, OptionSpec option) {
    if (option.hidden()) {
      return;
    }
    script.append(seen(command));
    for (String name : option.names()) {
      script.append(
          name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      script.append(Candidates.takesFile(option) ? " -r -F" : " -r").append(names(option));
    }
    script.append(" -d ").append(quoted(firstLine(option.description()))).append('\n');
  }

  private static String seen(String command) {
    return "complete -c latch -n '__fish_seen_subcommand_from " + command + "'";
  }

  private static String names(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    return candidates == null ? "" : " -a " + quoted(String.join(" ", candidates));
  }

  private static String firstLine(String[] text) {
    return text.length == 0 ? "" : text[0].replace("%%", "%");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

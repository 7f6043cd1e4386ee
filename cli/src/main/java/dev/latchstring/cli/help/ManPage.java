package dev.latchstring.cli.help;

import dev.latchstring.cli.Version;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** man(7). One command as a page of the manual. */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** The page of a command, or of all of them. */
  static String of(CommandLine command) {
    return new ManPage().write(command);
  }

  /** The name of a command's page, without section: {@code latch-login}. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private String write(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String name = name(command);
    page.append(".TH ")
        .append(argument(name.toUpperCase(java.util.Locale.ROOT)))
        .append(" 1 \"\" ")
        .append(argument("latch " + Version.number()))
        .append(" \"Latchstring\"\n");
    section("NAME");
    line(name + " \\- ", UsageText.summary(spec));
    section("SYNOPSIS");
    synopsis(spec);
    description(spec);
    arguments("ARGUMENTS", spec.positionalParameters());
    arguments("OPTIONS", spec.options());
    subcommands(command);
    footer(spec);
    section("SEE ALSO");
    line("", command.getParent() == null ? "latch help COMMAND" : "latch(1), latch help");
    return page.toString();
  }

  private void description(CommandSpec spec) {
    List<String> more =
        Stream.of(spec.usageMessage().description())
            .map(text -> text.replace("%n", ""))
            .filter(text -> !text.equals(UsageText.summary(spec)))
            .toList();
    if (!more.isEmpty()) {
      section("DESCRIPTION");
      more.forEach(text -> line("", text));
    }
  }

  private void synopsis(CommandSpec spec) {
    String[] lines = spec.usageMessage().customSynopsis();
    if (lines.length > 0) {
      page.append(".nf\n");
      Stream.of(lines).forEach(line -> line("", line));
      page.append(".fi\n");
      return;
    }
    page.append(".B ").append(text(spec.qualifiedName())).append('\n');
    StringBuilder rest = new StringBuilder();
    if (!spec.subcommands().isEmpty()) {
      rest.append("COMMAND ");
    }
    rest.append("[OPTIONS]");
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      boolean needed = argument.arity().min() > 0;
      rest.append(' ').append(needed ? "" : "[").append(argument.paramLabel());
      rest.append(needed ? "" : "]");
    }
    line("", rest.toString());
  }

  private void arguments(String title, List<? extends ArgSpec> arguments) {
    List<? extends ArgSpec> shown = arguments.stream().filter(each -> !each.hidden()).toList();
    if (shown.isEmpty()) {
      return;
    }
    section(title);
    for (ArgSpec argument : shown) {
      page.append(".TP\n");
      String label =
          switch (argument) {
            case OptionSpec option -> String.join(", ", option.names());
            default -> argument.paramLabel();
          };
      boolean valued = argument instanceof OptionSpec && argument.arity().max() > 0;
      page.append(valued ? ".BI " : ".B ").append(argument(label));
      page.append(valued ? " " + argument(" " + argument.paramLabel()) : "").append('\n');
      line("", String.join(" ", argument.description()));
    }
  }

  private void subcommands(CommandLine command) {
    if (command.getSubcommands().isEmpty()) {
      return;
    }
    section("COMMANDS");
    command
        .getSubcommands()
        .forEach((name, sub) -> {
          page.append(".TP\n.B ").append(text(name)).append('\n');
          line("", UsageText.summary(sub.getCommandSpec()));
        });
  }

  private void footer(CommandSpec spec) {
    List<String> footer =
        Stream.of(spec.usageMessage().footer()).filter(text -> !text.isBlank()).toList();
    if (footer.isEmpty()) {
      return;
    }
    section("NOTES");
    page.append(".nf\n");
    footer.forEach(text -> line("", text));
    page.append(".fi\n");
  }

  private void section(String title) {
    page.append(".SH ").append(argument(title)).append('\n');
  }

  private void line(String before, String body) {
    String escaped = text(body.replace("%%", "%"));
    boolean control = before.isEmpty() && (escaped.startsWith(".") || escaped.startsWith("'"));
    page.append(control ? "\\&" : "").append(text(before)).append(escaped).append('\n');
  }

  private static String argument(String text) {
    return '"' + text(text).replace("\"", "\\(dq") + '"';
  }

  /** Backslashes, and hyphens that are to stay what was typed. */
  private static String text(String text) {
    return text.replace("\\- ", "\u0001")
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\u0001", "\\- ");
  }
}

package dev.latchstring.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Reads the options out of the usage text of a command that is parsed by hand. */
public final class UsageText {
  private static final Pattern OPTION =
      Pattern.compile("^ {2,8}((?:-\\w, )?)(--[a-z][a-z-]*)(?: (\\S+(?: \\S+\")?))? {2,}(\\S.*)$");
  private static final Pattern MORE = Pattern.compile("^ {12,}(\\S.*)$");

  private UsageText() {}

  /** Adds them to a command, so that help, completion and man pages know them. */
  public static void describe(CommandSpec command, String usage) {
    List<String> lines = usage.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher option = OPTION.matcher(lines.get(i));
      if (!option.matches() || command.findOption(option.group(2)) != null) {
        continue;
      }
      List<String> text = new ArrayList<>(List.of(option.group(4)));
      for (int next = i + 1; next < lines.size(); next++) {
        Matcher more = MORE.matcher(lines.get(next));
        if (!more.matches()) {
          break;
        }
        text.add(more.group(1));
      }
      command.addOption(spec(option, String.join(" ", text)));
    }
  }

  private static OptionSpec spec(Matcher option, String text) {
    List<String> names = new ArrayList<>(List.of(option.group(2)));
    if (!option.group(1).isEmpty()) {
      names.addFirst(option.group(1).substring(0, 2));
    }
    OptionSpec.Builder spec =
        OptionSpec.builder(names.toArray(String[]::new)).description(text.replace("%", "%%"));
    return option.group(3) == null
        ? spec.type(boolean.class).arity("0").build()
        : spec.type(String.class).arity("1").paramLabel(option.group(3)).build();
  }
}

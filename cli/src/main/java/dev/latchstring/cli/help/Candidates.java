package dev.latchstring.cli.help;

import dev.latchstring.cli.HelpTopics;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.settings.Preset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What options and arguments take, so that a shell can complete it: one of a few names, or a file.
 * A command that knows them is for completion alone, and parses nothing.
 */
public final class Candidates {
  private Candidates() {}

  /** Tells them to every command. */
  public static void addTo(CommandLine latch) {
    List<String> commands = List.copyOf(latch.getSubcommands().keySet());
    for (CommandLine each : latch.getSubcommands().values()) {
      CommandSpec command = each.getCommandSpec();
      for (OptionSpec option : List.copyOf(command.options())) {
        if (takesFile(option)) {
          replace(command, option, file(option));
        } else if (!names(option).isEmpty()) {
          List<String> names = names(option);
          replace(command, option, OptionSpec.builder(option).completionCandidates(names).build());
        }
      }
      for (PositionalParamSpec argument : List.copyOf(command.positionalParameters())) {
        List<String> names = names(command.name(), commands);
        if (!names.isEmpty()) {
          replace(
              command,
              argument,
              PositionalParamSpec.builder(argument).completionCandidates(names).build());
        }
      }
    }
  }

  private static void replace(CommandSpec command, ArgSpec before, ArgSpec after) {
    command.remove(before);
    command.add(after);
  }

  /** Made anew: a copy keeps the type of what it is copied from. */
  private static OptionSpec file(OptionSpec option) {
    return OptionSpec.builder(option.names())
        .paramLabel(option.paramLabel())
        .description(option.description())
        .arity("1")
        .type(Path.class)
        .build();
  }

  /** Whether a file or directory is named. */
  static boolean takesFile(ArgSpec argument) {
    return argument.arity().max() > 0 && List.of("FILE", "DIR").contains(argument.paramLabel());
  }

  private static List<String> names(OptionSpec option) {
    return switch (option.longestName()) {
      case "--flow" -> Stream.of(FlowName.values()).map(FlowName::text).toList();
      case "--preset" -> Stream.of(Preset.values()).map(Preset::key).toList();
      case "--log-level" -> List.of("error", "warn", "info", "debug", "trace");
      default -> List.of();
    };
  }

  private static List<String> names(String command, List<String> commands) {
    return switch (command) {
      case "completion" -> List.of("bash", "zsh", "fish");
      case "man" -> commands;
      case "help" -> {
        List<String> topics = new ArrayList<>(commands);
        topics.addAll(HelpTopics.NAMES);
        yield topics;
      }
      default -> List.of();
    };
  }
}

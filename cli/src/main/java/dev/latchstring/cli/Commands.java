package dev.latchstring.cli;

import dev.latchstring.cli.account.AccountsCommand;
import dev.latchstring.cli.account.ClientMetadataCommand;
import dev.latchstring.cli.account.LoginCommand;
import dev.latchstring.cli.account.LogoutCommand;
import dev.latchstring.cli.account.StatusCommand;
import dev.latchstring.cli.account.TokenCommand;
import dev.latchstring.cli.approve.ApproveCommand;
import dev.latchstring.cli.connect.ConnectCommand;
import dev.latchstring.cli.demo.DemoCommand;
import dev.latchstring.cli.doctor.DoctorCommand;
import dev.latchstring.cli.help.Candidates;
import dev.latchstring.cli.help.CompletionCommand;
import dev.latchstring.cli.help.ManCommand;
import dev.latchstring.cli.help.UsageText;
import dev.latchstring.cli.run.RunCommand;
import dev.latchstring.cli.serve.ServeCommand;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Every command but {@code connect} and {@code run}, as picocli sees them.
 *
 * <p>Only the one that was asked for is built, since building them all costs more than {@code latch
 * token} does.
 */
@Command(
    name = "latch",
    description = "Authorization for MCP that works where no browser can go.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Start with:  latch demo", "Details:     latch help COMMAND, and docs/cli.md"})
final class Commands implements Runnable {
  private static final List<String> ORDER =
      List.of(
          "demo",
          "login",
          "approve",
          "token",
          "status",
          "accounts",
          "logout",
          "doctor",
          "connect",
          "run",
          "serve",
          "client-metadata",
          "completion",
          "man",
          "version",
          "help");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Spec @Nullable CommandSpec spec;

  /** Runs a command in an environment and returns its status; never throws. */
  static int run(String[] args, Environment environment) {
    boolean json = Arrays.asList(args).contains("--json");
    boolean debug = Arrays.asList(args).contains("--debug");
    Output output = environment.output().with(json, debug);
    List<String> words = Arrays.stream(args).filter(arg -> !arg.equals("--json")).toList();
    if (words.size() == 2
        && words.getFirst().equals("help")
        && HelpTopics.NAMES.contains(words.getLast())) {
      new HelpTopics(output).show(words.getLast());
      return ExitStatus.DONE.number();
    }
    try {
      return commandLine(environment, args.length == 0 ? "" : args[0], output).execute(args);
    } catch (RuntimeException | Error e) {
      Explanation explanation = Explanation.of(e);
      explanation.print(output, e);
      return explanation.status().number();
    }
  }

  private static CommandLine commandLine(Environment environment, String name, Output output) {
    CommandLine latch = new CommandLine(new Commands());
    latch.getCommandSpec().versionProvider(new Version());
    if (ORDER.contains(name) && !name.equals("help")) {
      latch.addSubcommand(name, make(name, environment));
    } else {
      for (String each : ORDER) {
        latch.addSubcommand(each, make(each, environment));
      }
    }
    boolean colours = environment.terminal().output() && environment.terminal().colours();
    latch
        .setOut(new PrintWriter(environment.out(), true, Charset.defaultCharset()))
        .setErr(new PrintWriter(environment.err(), true, Charset.defaultCharset()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(80)
        .setUsageHelpLongOptionsMaxWidth(24)
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(explaining(output))
        .setParameterExceptionHandler(correcting(output));
    return latch;
  }

  /** Every command with all that it takes, also of those that are parsed by hand; to be shown. */
  private static CommandLine whole(Environment environment) {
    CommandLine latch = commandLine(environment, "", environment.output());
    describe(latch, "connect", ConnectCommand.USAGE);
    describe(latch, "run", RunCommand.USAGE);
    Candidates.addTo(latch);
    return latch;
  }

  private static void describe(CommandLine latch, String name, String usage) {
    CommandLine command = latch.getSubcommands().get(name);
    if (command != null) {
      UsageText.describe(command.getCommandSpec(), usage);
    }
  }

  private static Object make(String name, Environment environment) {
    Output output = environment.output();
    return switch (name) {
      case "demo" -> new DemoCommand(environment, output);
      case "login" -> new LoginCommand(environment, output);
      case "approve" -> new ApproveCommand(environment, output);
      case "token" -> new TokenCommand(environment, output);
      case "status" -> new StatusCommand(environment, output);
      case "accounts" -> new AccountsCommand(environment, output);
      case "logout" -> new LogoutCommand(environment, output);
      case "doctor" -> new DoctorCommand(environment, output);
      case "serve" -> new ServeCommand(environment, output);
      case "client-metadata" -> new ClientMetadataCommand(environment, output);
      case "completion" -> new CompletionCommand(output, () -> whole(environment));
      case "man" -> new ManCommand(output, () -> whole(environment));
      case "connect" -> new ConnectPlaceholder();
      case "run" -> new RunPlaceholder();
      case "version" -> new VersionCommand(environment);
      default -> new HelpCommand();
    };
  }

  private static IExecutionExceptionHandler explaining(Output output) {
    return (fault, command, parsed) -> {
      Explanation explanation = Explanation.of(fault);
      explanation.print(output, fault);
      return explanation.status().number();
    };
  }

  private static IParameterExceptionHandler correcting(Output output) {
    return (fault, args) -> {
      output.error(ExitStatus.USAGE.code(), message(fault), suggestion(fault));
      return ExitStatus.USAGE.number();
    };
  }

  private static String message(ParameterException fault) {
    if (fault instanceof UnmatchedArgumentException unmatched) {
      String first = PlainText.line(unmatched.getUnmatched().getFirst(), 80);
      boolean option = first.startsWith("-");
      String command = fault.getCommandLine().getCommandSpec().qualifiedName();
      if (!option && fault.getCommandLine().getParent() == null) {
        return "'" + first + "' is not a latch command";
      }
      return option
          ? command + " has no option " + first
          : command + " takes no further argument: '" + first + "'";
    }
    if (fault instanceof MissingParameterException missing) {
      return missing.getCommandLine().getCommandSpec().qualifiedName()
          + ": "
          + PlainText.line(String.valueOf(missing.getMessage()), 200);
    }
    return PlainText.line(String.valueOf(fault.getMessage()), 300);
  }

  private static String suggestion(ParameterException fault) {
    String help = "latch help";
    if (fault.getCommandLine().getParent() != null) {
      help += " " + fault.getCommandLine().getCommandName();
    }
    if (fault instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        return "did you mean " + near.getFirst() + "? " + help + " lists everything";
      }
    }
    return help + " shows how it is used";
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** Stands in the help alone: {@link Latch} runs the real one. */
  @Command(
      name = "connect",
      description = "Connect an MCP host on stdin and stdout to an MCP server that needs a login.",
      footer = {"", "latch connect --help shows how it is used."})
  static final class ConnectPlaceholder implements Runnable {
    @Override
    public void run() {}
  }

  /** Stands in the help alone: {@link Latch} runs the real one. */
  @Command(
      name = "run",
      description = "Run a local MCP server with a fresh access token in its environment.",
      footer = {"", "latch run --help shows how it is used."})
  static final class RunPlaceholder implements Runnable {
    @Override
    public void run() {}
  }

  /** {@code latch version}. */
  @Command(name = "version", description = "Show the version.")
  static final class VersionCommand implements Runnable {
    @picocli.CommandLine.Mixin CommonOptions common = new CommonOptions();

    private final Environment environment;

    VersionCommand(Environment environment) {
      this.environment = environment;
    }

    @Override
    public void run() {
      Output output = environment.output().with(common.json, common.debug);
      output.result("latch " + Version.number());
      output.json(Map.of("version", Version.number(), "java", Runtime.version().toString()));
    }
  }
}

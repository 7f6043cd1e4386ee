package dev.latchstring.cli.help;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch man [COMMAND]}: pages for man(1). */
@Command(
    name = "man",
    description = "Print a page of the manual for man, or write all of them.",
    footer = {
      "",
      "  latch man login | man -l -",
      "  latch man --to ~/.local/share/man/man1     and from then on: man latch-login"
    })
public final class ManCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..1",
      description = "Its page; latch's own without.")
  @Nullable String command;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Write the pages of all commands into this directory, which is made.")
  @Nullable Path directory;

  @Mixin CommonOptions common = new CommonOptions();

  private final Output output;
  private final Supplier<CommandLine> latch;

  /**
   * @param latch every command, with its options
   */
  public ManCommand(Output output, Supplier<CommandLine> latch) {
    this.output = output;
    this.latch = latch;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    CommandLine whole = latch.get();
    if (directory != null) {
      write(out, whole, directory);
      return ExitStatus.DONE.number();
    }
    CommandLine wanted = command == null ? whole : whole.getSubcommands().get(command);
    if (wanted == null) {
      throw new CommandFailure(
          ExitStatus.USAGE, "'" + command + "' is not a latch command", "latch help lists them");
    }
    out.result(ManPage.of(wanted).stripTrailing());
    out.json(Map.of("page", ManPage.name(wanted) + ".1", "roff", ManPage.of(wanted)));
    return ExitStatus.DONE.number();
  }

  private static void write(Output out, CommandLine whole, Path directory) {
    List<CommandLine> commands = new ArrayList<>(List.of(whole));
    commands.addAll(whole.getSubcommands().values());
    List<String> written = new ArrayList<>();
    try {
      Files.createDirectories(directory);
      for (CommandLine each : commands) {
        Path page = directory.resolve(ManPage.name(each) + ".1");
        Files.writeString(page, ManPage.of(each), UTF_8);
        written.add(page.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.say("Wrote " + written.size() + " pages to " + directory + ".");
    out.json(Map.of("pages", written));
  }
}

package dev.latchstring.cli.help;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code latch completion SHELL}: the script that completes commands and options. */
@Command(
    name = "completion",
    description = "Print a script that completes commands and options in a shell.",
    footer = {
      "",
      "  bash  eval \"$(latch completion bash)\"     in ~/.bashrc",
      "  zsh   eval \"$(latch completion zsh)\"      in ~/.zshrc",
      "  fish  latch completion fish > ~/.config/fish/completions/latch.fish"
    })
public final class CompletionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  String shell = "";

  @Mixin CommonOptions common = new CommonOptions();

  private final Output output;
  private final Supplier<CommandLine> latch;

  /**
   * @param latch every command, with its options
   */
  public CompletionCommand(Output output, Supplier<CommandLine> latch) {
    this.output = output;
    this.latch = latch;
  }

  @Override
  public Integer call() {
    String script =
        switch (shell) {
          case "bash" -> AutoComplete.bash("latch", latch.get());
          // picocli's script speaks both; zsh needs its own completion to be on.
          case "zsh" ->
              "autoload -Uz compinit && compinit -u\n" + AutoComplete.bash("latch", latch.get());
          case "fish" -> FishCompletion.of(latch.get());
          default ->
              throw new CommandFailure(
                  ExitStatus.USAGE,
                  "there is no completion for '" + shell + "'",
                  "give bash, zsh or fish");
        };
    Output out = output.with(common.json, common.debug);
    out.result(script.stripTrailing());
    out.json(Map.of("shell", shell, "script", script));
    return ExitStatus.DONE.number();
  }
}

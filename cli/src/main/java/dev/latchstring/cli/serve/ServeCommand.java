package dev.latchstring.cli.serve;

import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "serve", description = "Run the authorization server.")
public final class ServeCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  public ServeCommand(Environment environment, Output output) {}

  @Override
  public Integer call() {
    return 0;
  }
}

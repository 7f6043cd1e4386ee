package dev.latchstring.cli.demo;

import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "demo", description = "demo")
public final class DemoCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  public DemoCommand(Environment environment, Output output) {}

  @Override
  public Integer call() {
    return 0;
  }
}

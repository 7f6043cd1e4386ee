package dev.latchstring.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
public final class CommonOptions {
  @Option(names = "--json", description = "Print JSON on standard output, one object per line.")
  public boolean json;

  @Option(
      names = "--debug",
      description = "Print detail about a failure on standard error. Never a secret.")
  public boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}

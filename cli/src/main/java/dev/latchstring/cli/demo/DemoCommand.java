package dev.latchstring.cli.demo;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.Interrupt;
import dev.latchstring.cli.demo.HostConfigurations.HostConfiguration;
import dev.latchstring.cli.serve.ServerLife;
import dev.latchstring.cli.serve.ServerLog;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.Style;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code latch demo}: an authorization server, an MCP server that it protects, a login without a
 * browser, calls of tools, a call on the telephone. It plays the person's part unless {@code
 * --interactive} leaves that to the person.
 */
@Command(
    name = "demo",
    description =
        "Show the whole journey: two servers, a login with a code, tool calls, a telephone call.",
    footer = {
      "",
      "It needs no network and leaves nothing behind. It approves the login itself,",
      "over HTTP, through the same pages that a person uses; --interactive leaves",
      "that to you."
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = {"-i", "--interactive"},
      description = "You approve the login yourself, in any browser on this machine.")
  boolean interactive;

  @Option(
      names = "--keep",
      description = "Leave both servers running, and print what to paste into an MCP host.")
  boolean keep;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The authorization server's port (default: a free one; 9000 with --keep).")
  @Nullable Integer port;

  @Option(
      names = "--mcp-port",
      paramLabel = "N",
      description = "The MCP server's port (default: a free one; 9100 with --keep).")
  @Nullable Integer mcpPort;

  @Option(names = "--no-qr", description = "Do not draw QR codes.")
  boolean noQrCode;

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public DemoCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() throws Exception {
    Output out = output.with(common.json, common.debug);
    ServerLog.quiet(common.debug);
    DemoPeople people = DemoPeople.of(environment.random());
    DemoServers servers =
        DemoServers.prepare(port(port, 9000, "--port"), port(mcpPort, 9100, "--mcp-port"));
    try (DemoPhone phone = DemoPhone.of(environment.random())) {
      return show(
          new Demo(environment, out, servers, people, phone, interactive, !noQrCode),
          out,
          servers,
          people);
    }
  }

  private int show(Demo demo, Output out, DemoServers servers, DemoPeople people) throws Exception {
    if (!keep) {
      Interrupt.runs(servers::close, () -> tell(demo, servers));
      return ExitStatus.DONE.number();
    }
    return ServerLife.run(
        out,
        servers,
        () -> {
          demo.run();
          printConfigurations(out, servers, people);
        });
  }

  private static boolean tell(Demo demo, DemoServers servers) {
    try (servers) {
      demo.run();
    }
    demo.end();
    return true;
  }

  /** What was asked for, else with --keep the usual port if it is free, else any. */
  private int port(@Nullable Integer wanted, int usual, String option) {
    if (wanted == null) {
      return keep && DemoServers.isFree(usual) ? usual : 0;
    }
    if (wanted < 0 || wanted > 65_535) {
      throw new CommandFailure(
          ExitStatus.USAGE, option + " " + wanted + " is not between 0 and 65535", null);
    }
    return wanted;
  }

  private void printConfigurations(Output out, DemoServers servers, DemoPeople people) {
    String command = LatchCommand.ofThisProcess(environment.variables());
    URI mcp = servers.mcp();
    out.result("");
    out.result(Style.BOLD, "Both servers keep running. Use them from an MCP host:");
    List<HostConfiguration> hosts = HostConfigurations.of(command, "clinic", mcp);
    for (HostConfiguration host : hosts) {
      out.result("");
      out.result(Style.CYAN, host.host() + ", " + host.where());
      host.lines().forEach(line -> out.result("  " + line));
    }
    out.result("");
    out.result("The host's first call shows a code. Sign in with");
    out.result("  " + DemoPeople.PERSON + "  (may find and book)       " + people.password());
    out.result("  " + DemoPeople.COLLEAGUE + "  (may read records, too)   " + people.password());
    out.result("or log in beforehand:  " + command + " login " + mcp);
    out.result("");
    out.result("Press Ctrl-C to stop both servers and delete " + servers.directory() + ".");
    out.json(
        new Kept(
            "running",
            servers.issuer(),
            mcp,
            DemoPeople.PERSON,
            people.password(),
            servers.directory().toString(),
            hosts));
  }

  private record Kept(
      String event,
      URI issuer,
      URI mcp,
      String username,
      String password,
      String directory,
      List<HostConfiguration> hosts) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Kept[" + issuer + ", " + mcp + "]";
    }
  }
}

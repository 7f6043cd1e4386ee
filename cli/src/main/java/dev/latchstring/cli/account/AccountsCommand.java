package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LoginStatus;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch accounts URL}: the accounts of a server, and which is meant where none is named. */
@Command(
    name = "accounts",
    description = "List your accounts of an MCP server, and choose the default one.",
    footer = {
      "",
      "An account is a login under a name of your own: latch login URL --account NAME makes one.",
      "The default one is meant where no --account is given."
    })
public final class AccountsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Option(
      names = "--default",
      paramLabel = "NAME",
      description = "Use this account where none is named.")
  @Nullable String chosen;

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public AccountsCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    try (LatchClient client = Clients.open(environment)) {
      URI server = client.account(Clients.address(url)).server();
      LatchClient.Stored stored = client.stored();
      List<LoginStatus> logins =
          stored.logins().stream()
              .filter(login -> Clients.isSame(login.server(), server))
              .sorted(Comparator.comparing(LoginStatus::account))
              .toList();
      if (chosen != null) {
        choose(client, server, logins, chosen);
      }
      String preferred = client.defaultAccount(server);
      int width = logins.stream().mapToInt(login -> name(login).length()).max().orElse(0);
      logins.forEach(login -> show(out, login, login.account().equals(preferred), width));
      for (ClientException damaged : stored.damaged()) {
        out.error("store_damaged", damaged.description(), damaged.hint());
      }
      if (logins.isEmpty() && stored.damaged().isEmpty()) {
        throw new CommandFailure(
            ExitStatus.LOGIN_REQUIRED, "nobody is logged in to " + url, "run latch login " + url);
      }
      return (stored.damaged().isEmpty() ? ExitStatus.DONE : ExitStatus.FILES).number();
    }
  }

  private void choose(LatchClient client, URI server, List<LoginStatus> logins, String name) {
    if (logins.stream().noneMatch(login -> login.account().equals(name))) {
      throw new CommandFailure(
          ExitStatus.LOGIN_REQUIRED,
          "nobody is logged in to " + url + " as " + PlainText.line(name, 64),
          "run latch login " + url + " --account " + PlainText.line(name, 64));
    }
    client.chooseDefault(server, name);
  }

  private static String name(LoginStatus login) {
    return PlainText.line(login.account(), 64);
  }

  private static void show(Output out, LoginStatus login, boolean isDefault, int width) {
    String name = name(login);
    out.result(
        (isDefault ? "* " : "  ")
            + name
            + " ".repeat(width - name.length())
            + "  "
            + PlainText.line(login.identity().display(), 200)
            + (login.ended() ? ", has to log in again" : ""));
    out.json(
        new AccountLine(
            login.server().toString(),
            login.account(),
            isDefault,
            login.identity().name(),
            login.identity().subject(),
            login.identity().issuer(),
            login.ended()));
  }

  private record AccountLine(
      String server,
      String account,
      boolean is_default,
      @Nullable String name,
      @Nullable String subject,
      String issuer,
      boolean ended) {}
}

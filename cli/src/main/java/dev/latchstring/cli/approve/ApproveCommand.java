package dev.latchstring.cli.approve;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.http.Network;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code latch approve [CODE]}: a signed-in person answers what is asked of them, without a
 * browser.
 */
@Command(
    name = "approve",
    description = {
      "Approve what a call or a login asks of you, with the number you were told.",
      "With a CODE: decide the device login that shows this code."
    },
    footer = {
      "",
      "Needs a login at the authorization server itself, in a client that may approve:",
      "  LATCH_CLIENT_ID=ID latch login ISSUER",
      "Without a terminal: --number NN, --yes (with a CODE) or --deny."
    })
public final class ApproveCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CODE",
      arity = "0..1",
      description = "The code that a device shows, such as WDJB-MJHT.")
  @Nullable String code;

  @Option(
      names = {"--issuer", "--server"},
      paramLabel = "URL",
      description = "The authorization server (default: the only one you are logged in at).")
  @Nullable String issuer;

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "The login of this name (default: default).")
  String accountName = Account.DEFAULT_NAME;

  @Option(names = "--wait", description = "Wait for a request where there is none.")
  boolean wait;

  @Option(
      names = "--number",
      paramLabel = "NN",
      description = "Approve with the number you were told, and do not ask.")
  @Nullable String number;

  @Option(
      names = "--request",
      paramLabel = "ID",
      description = "Which request, where several wait; --json names them.")
  @Nullable String request;

  @Option(names = "--yes", description = "With a CODE: allow it, and do not ask.")
  boolean yes;

  @Option(names = "--deny", description = "Deny it, and do not ask.")
  boolean deny;

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public ApproveCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    requireSense();
    try (LatchClient client = Clients.open(network.in(environment))) {
      ApprovingLogin login =
          ApprovingLogin.choose(client, issuer, accountName, environment.variables());
      String howToLogIn = ApprovingLogin.command(login.issuer(), environment.variables());
      try (ApprovalServer server =
          new ApprovalServer(
              login.issuer(),
              login.account().tokens(),
              howToLogIn,
              Network.of(network.in(environment).variables()))) {
        Answers answers = new Answers(out, environment);
        ExitStatus status =
            code != null
                ? new DeviceDecision(out, server, answers, environment.clock())
                    .decide(code, yes, deny)
                : new WaitingRequests(out, server, answers, environment.clock(), login.issuer())
                    .answer(wait, request, number, deny);
        return status.number();
      }
    }
  }

  /** What cannot go together, said before anything is asked. */
  private void requireSense() {
    if (number != null && !number.strip().matches("[0-9]{2}")) {
      throw usage("--number has two digits", "give the number that the call or program told you");
    }
    if (deny && (yes || number != null)) {
      throw usage("--deny goes with neither --yes nor --number", "say one of them");
    }
    if (code == null && yes) {
      throw usage(
          "an approval takes the number you were told, not --yes", "add --number NN, or a CODE");
    }
    if (code != null && (number != null || wait || request != null)) {
      throw usage("a CODE goes with --yes or --deny alone", "leave the rest out");
    }
  }

  private static CommandFailure usage(String message, String hint) {
    return new CommandFailure(ExitStatus.USAGE, message, hint);
  }
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch logout URL}: revokes the tokens at the server (RFC 7009) and forgets them here. */
@Command(name = "logout", description = "Revoke the tokens for an MCP server, and forget them.")
public final class LogoutCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The address of the MCP server's endpoint.")
  String url = "";

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "The login of this name (default: default).")
  String accountName = Account.DEFAULT_NAME;

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public LogoutCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    try (LatchClient client = Clients.open(network.in(environment))) {
      Account account = client.account(Clients.address(url), accountName);
      LogoutResult result = account.logout();
      out.json(
          new LogoutLine(
              account.server().toString(),
              account.name(),
              result.revocation().name().toLowerCase(Locale.ROOT),
              result.detail()));
      return say(out, result).number();
    }
  }

  private ExitStatus say(Output out, LogoutResult result) {
    switch (result.revocation()) {
      case NOTHING_STORED -> out.say("Nobody was logged in to " + url + ".");
      case REVOKED -> out.say("Logged out of " + url + ": the tokens are revoked and forgotten.");
      case NOT_OFFERED -> {
        out.say("Logged out of " + url + ": the tokens are forgotten here.");
        out.warning("its authorization server revokes no tokens: the last one lives to its expiry");
      }
      case FAILED ->
          // Forgotten all the same; but somebody who counts on the revocation has to know.
          throw new CommandFailure(
              ExitStatus.NETWORK,
              "the tokens are forgotten here, but could not be revoked"
                  + (result.detail() == null ? "" : ": " + result.detail()),
              "they live until they expire; revoke them at the authorization server if that"
                  + " matters");
    }
    return ExitStatus.DONE;
  }

  private record LogoutLine(
      String server, String account, String revocation, @Nullable String detail) {}
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.NetworkOptions;
import dev.latchstring.cli.ServerOptions;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch logout URL}: revokes the tokens at the server (RFC 7009) and forgets them here. */
@Command(
    name = "logout",
    description = "Revoke the tokens for an MCP server, and forget them.",
    footer = {"", "With --all and no URL, of every account of every server."})
public final class LogoutCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description = "The address of the MCP server's endpoint.")
  @Nullable String url;

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "The login of this name, instead of the default one.")
  @Nullable String accountName;

  @Option(names = "--all", description = "Every account: of the server, or of all servers.")
  boolean all;

  @Mixin NetworkOptions network = new NetworkOptions();

  @Mixin ServerOptions server = new ServerOptions();

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
    requireWhich();
    try (LatchClient client = Clients.open(network.in(environment), server.settings())) {
      LatchClient.Stored stored =
          all ? client.stored() : new LatchClient.Stored(List.of(), List.of(), List.of());
      List<Account> accounts =
          all || url == null
              ? everyAccount(stored, client)
              : List.of(Clients.account(client, url, accountName));
      if (accounts.isEmpty()) {
        out.say("Nobody was logged in" + (url == null ? " anywhere." : " to " + url + "."));
      }
      List<String> failures = new ArrayList<>();
      for (Account account : accounts) {
        logout(out, account, failures);
      }
      if (!failures.isEmpty()) {
        // Forgotten all the same; but somebody who counts on the revocation has to know.
        throw new CommandFailure(
            ExitStatus.NETWORK,
            "the tokens are forgotten here, but could not be revoked: "
                + String.join("; ", failures),
            "they live until they expire; revoke them at the authorization server if that"
                + " matters");
      }
      for (ClientException damaged : stored.damaged()) {
        out.error("store_damaged", damaged.description(), damaged.hint());
      }
      return (stored.damaged().isEmpty() ? ExitStatus.DONE : ExitStatus.FILES).number();
    }
  }

  private void requireWhich() {
    if (url == null && !all) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "latch logout: which server?",
          "give its URL; or --all for every server");
    }
    if (all && accountName != null) {
      throw new CommandFailure(
          ExitStatus.USAGE, "--all and --account exclude each other", "give one of them");
    }
  }

  /** Of what is stored and of logins that wait for a person. */
  private List<Account> everyAccount(LatchClient.Stored stored, LatchClient client) {
    URI server = url == null ? null : Clients.address(url);
    return Stream.concat(
            stored.logins().stream().map(login -> client.account(login.server(), login.account())),
            stored.pending().stream().map(login -> client.account(login.server(), login.account())))
        .filter(account -> server == null || Clients.isSame(account.server(), server))
        .distinct()
        .toList();
  }

  private void logout(Output out, Account account, List<String> failures) {
    LogoutResult result = account.logout();
    String place =
        account.server()
            + (account.name().equals(Account.DEFAULT_NAME) ? "" : " as " + account.name());
    out.json(
        new LogoutLine(
            account.server().toString(),
            account.name(),
            result.revocation().name().toLowerCase(Locale.ROOT),
            result.detail()));
    switch (result.revocation()) {
      case NOTHING_STORED -> out.say("Nobody was logged in to " + place + ".");
      case REVOKED -> out.say("Logged out of " + place + ": the tokens are revoked and forgotten.");
      case NOT_OFFERED -> {
        out.say("Logged out of " + place + ": the tokens are forgotten here.");
        out.warning(
            "its authorization server revokes no access tokens: the last one lives to its expiry");
      }
      case FAILED -> failures.add(result.detail() == null ? place : result.detail());
    }
  }

  private record LogoutLine(
      String server, String account, String revocation, @Nullable String detail) {}
}

package dev.latchstring.cli.account;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Durations;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.cli.terminal.PlainText;
import dev.latchstring.cli.terminal.Style;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LatchClient.Stored;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.PendingStatus;
import dev.latchstring.client.settings.ServerSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code latch status [URL]}: who is logged in where, from the store alone, without network. */
@Command(
    name = "status",
    description = "Show who is logged in where: account, scopes, expiry, issuer, storage.",
    footer = {"", "With a URL, ends with status 3 where nobody is logged in there."})
public final class StatusCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description = "Only the logins to this MCP server.")
  @Nullable String url;

  @Mixin CommonOptions common = new CommonOptions();

  private final Environment environment;
  private final Output output;

  public StatusCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    try (LatchClient client = Clients.open(environment)) {
      URI wanted = url == null ? null : client.account(Clients.address(url)).server();
      Stored stored = client.stored();
      List<LoginStatus> logins =
          stored.logins().stream()
              .filter(login -> wanted == null || Clients.isSame(login.server(), wanted))
              .sorted(
                  Comparator.comparing((LoginStatus login) -> login.server().toString())
                      .thenComparing(LoginStatus::account))
              .toList();
      logins.forEach(login -> show(out, client, login, isDefault(client, login)));
      List<PendingStatus> pending =
          stored.pending().stream()
              .filter(login -> wanted == null || Clients.isSame(login.server(), wanted))
              .toList();
      pending.forEach(login -> show(out, login));
      List<URI> met =
          Stream.concat(
                  logins.stream().map(LoginStatus::server),
                  pending.stream().map(PendingStatus::server))
              .toList();
      (wanted == null ? client.pinnedServers() : List.of(wanted))
          .stream()
              .filter(server -> met.stream().noneMatch(known -> Clients.isSame(known, server)))
              .forEach(server -> show(out, server, client.pinned(server, null)));
      for (ClientException damaged : stored.damaged()) {
        out.error("store_damaged", damaged.description(), damaged.hint());
      }
      return end(out, logins, stored).number();
    }
  }

  private ExitStatus end(Output out, List<LoginStatus> logins, Stored stored) {
    if (!stored.damaged().isEmpty()) {
      return ExitStatus.FILES;
    }
    if (logins.isEmpty() && url != null) {
      throw new CommandFailure(
          ExitStatus.LOGIN_REQUIRED, "nobody is logged in to " + url, "run latch login " + url);
    }
    if (logins.isEmpty()) {
      out.say("Nobody is logged in anywhere.");
      out.hint("latch login URL logs in to an MCP server; latch demo shows it with one of its own");
    }
    return ExitStatus.DONE;
  }

  private static boolean isDefault(LatchClient client, LoginStatus login) {
    return client.defaultAccount(login.server()).equals(login.account());
  }

  private void show(Output out, PendingStatus login) {
    Duration left = Duration.between(environment.clock().instant(), login.expiresAt());
    out.result(Style.BOLD, PlainText.line(login.server().toString(), 300));
    out.result("  account  " + PlainText.line(login.account(), 64) + ", a login is under way");
    out.result("  scopes   " + (login.scope().isEmpty() ? "(none named)" : login.scope()));
    out.result(
        "  waits    "
            + (login.approved()
                ? "for you to say that it was you who approved it"
                : "for its code to be entered, " + Durations.remaining(left) + " more"));
    out.result("  issuer   " + PlainText.line(login.issuer(), 300));
    out.json(
        new PendingLine(
            login.server().toString(),
            login.account(),
            login.issuer(),
            login.scope().toString(),
            login.approved() ? "approved" : "pending",
            login.expiresAt().toString()));
  }

  /** A server that nobody is logged in to by the store: a machine's login is kept nowhere. */
  private static void show(Output out, URI server, ServerSettings settings) {
    List<String> pinned = Pinned.of(ServerSettings.NONE, settings);
    if (pinned.isEmpty()) {
      return;
    }
    out.result(Style.BOLD, PlainText.line(server.toString(), 300));
    out.result("  account  nobody is logged in");
    pinned.forEach(line -> out.result("  pinned   " + PlainText.line(line, 300)));
    out.json(new PinnedLine(server.toString(), "none", pinned));
  }

  private void show(Output out, LatchClient client, LoginStatus login, boolean isDefault) {
    out.result(Style.BOLD, PlainText.line(login.server().toString(), 300));
    out.result("  account  " + account(login, isDefault));
    out.result("  scopes   " + (login.scope().isEmpty() ? "(none named)" : login.scope()));
    out.result("  expires  " + expiry(login));
    out.result("  issuer   " + PlainText.line(login.identity().issuer(), 300));
    out.result("  stored   " + storage());
    List<String> pinned =
        Pinned.of(login.settings(), client.pinned(login.server(), login.identity().issuer()));
    pinned.forEach(line -> out.result("  pinned   " + PlainText.line(line, 300)));
    out.json(
        new StatusLine(
            login.server().toString(),
            login.account(),
            isDefault,
            login.identity().name(),
            login.identity().subject(),
            login.identity().issuer(),
            login.clientId(),
            login.scope().toString(),
            login.loggedInAt().toString(),
            login.expiresAt() == null ? null : login.expiresAt().toString(),
            login.refreshable(),
            pinned,
            Clients.directories(environment).data().toString()));
  }

  private static String account(LoginStatus login, boolean isDefault) {
    String who = PlainText.line(login.identity().display(), 200);
    if (login.account().equals(Account.DEFAULT_NAME) && isDefault) {
      return who;
    }
    return who
        + " (as "
        + PlainText.line(login.account(), 64)
        + (isDefault ? ", the default)" : ")");
  }

  private String expiry(LoginStatus login) {
    Instant expires = login.expiresAt();
    if (expires == null) {
      return "the server does not say";
    }
    Duration left = Duration.between(environment.clock().instant(), expires);
    String when = left.isNegative() ? "expired" : "in " + Durations.remaining(left);
    return when + (login.refreshable() ? ", refreshed when needed" : ", then log in again");
  }

  private String storage() {
    return "encrypted, in " + Clients.directories(environment).data();
  }

  private record PendingLine(
      String server,
      String account,
      String issuer,
      String scope,
      String login,
      String expires_at) {}

  private record PinnedLine(String server, String login, List<String> pinned) {}

  private record StatusLine(
      String server,
      String account,
      boolean is_default,
      @Nullable String name,
      @Nullable String subject,
      String issuer,
      String client_id,
      String scope,
      String logged_in_at,
      @Nullable String expires_at,
      boolean refreshable,
      List<String> pinned,
      String stored_in) {}
}

package dev.latchstring.cli.approve;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.account.Clients;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LoginStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * At which authorization server to approve: the one that is named, else the only one at which
 * somebody is logged in as at a resource of its own.
 */
record ApprovingLogin(String issuer, Account account) {
  static ApprovingLogin choose(
      LatchClient client,
      @Nullable String named,
      String accountName,
      Map<String, String> variables) {
    if (named != null) {
      String issuer = named.endsWith("/") ? named.substring(0, named.length() - 1) : named;
      Account account = client.account(Clients.address(issuer), accountName);
      return new ApprovingLogin(issuer, account);
    }
    List<LoginStatus> logins = client.stored().logins();
    TreeSet<String> own =
        logins.stream()
            .filter(login -> login.server().toString().equals(login.identity().issuer()))
            .map(login -> login.identity().issuer())
            .collect(Collectors.toCollection(TreeSet::new));
    if (own.size() == 1) {
      return new ApprovingLogin(
          own.first(), client.account(Clients.address(own.first()), accountName));
    }
    if (own.size() > 1) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          "you are logged in at several authorization servers: " + String.join(", ", own),
          "say which: latch approve --issuer " + own.first());
    }
    TreeSet<String> issuers =
        logins.stream()
            .map(login -> login.identity().issuer())
            .collect(Collectors.toCollection(TreeSet::new));
    throw new CommandFailure(
        ExitStatus.LOGIN_REQUIRED,
        "there is no login at an authorization server with which to approve",
        "run " + command(issuers.size() == 1 ? issuers.first() : "ISSUER", variables));
  }

  /** The login that may approve needs a first-party client, which the operator names. */
  static String command(String issuer, Map<String, String> variables) {
    boolean named = !variables.getOrDefault("LATCH_CLIENT_ID", "").isEmpty();
    return (named ? "" : "LATCH_CLIENT_ID=ID ")
        + "latch login "
        + issuer
        + (named ? "" : ", with the ID that the server's operator gave you for this");
  }
}

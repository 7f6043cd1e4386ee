package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.ForwardingAccount;
import dev.latchstring.client.login.LoginOptions;
import java.util.List;

/**
 * An account of an API that is no MCP server: it is not asked for a challenge by an MCP request,
 * but found by its metadata (RFC 9728 §3).
 */
final class ApiAccount extends ForwardingAccount {
  private final Account account;

  ApiAccount(Account account) {
    this.account = account;
  }

  @Override
  protected Account account() {
    return account;
  }

  @Override
  protected LoginOptions changed(LoginOptions options) {
    return options.challenges() == null ? options.withChallenges(List.of()) : options;
  }
}

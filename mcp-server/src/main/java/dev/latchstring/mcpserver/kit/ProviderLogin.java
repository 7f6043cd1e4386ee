package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.PendingStatus;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.mcpserver.extension.AuthDeclaration;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginLead;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The accounts of one provider, and which of them is meant where a request names none. */
final class ProviderLogin {
  /** Accounts that may be used in one process. */
  private static final int MAX_ACCOUNTS = 32;

  private final Provider provider;
  private final KitParts parts;
  private final @Nullable GivenToken given;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, AccountLogin> accounts = new LinkedHashMap<>();
  private final Runnable onChange;
  private @Nullable LatchClient client;
  private @Nullable HttpClient sender;
  private @Nullable String hostClientId;
  private String current;

  /**
   * @param onChange runs after a login
   */
  ProviderLogin(Provider provider, KitParts parts, Runnable onChange) {
    this.provider = provider;
    this.parts = parts;
    this.onChange = onChange;
    this.given = parts.given(provider);
    this.current = parts.wishes().account();
  }

  Provider provider() {
    return provider;
  }

  boolean isGiven() {
    return given != null;
  }

  /** MCP, "Client ID Metadata Documents": the host's own, before the first login is made. */
  void metHost(HostFace face) {
    if (provider.hostIdentity() && parts.wishes().hostIdentity()) {
      lock.lock();
      try {
        if (hostClientId == null) {
          hostClientId = AuthDeclaration.clientId(face);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * The account of that name.
   *
   * @param name null for the one that is meant where none is named
   * @throws RpcError where it cannot be a name, or there are too many
   */
  AccountLogin account(@Nullable String name) {
    lock.lock();
    try {
      String wanted = name == null ? current : name;
      if (wanted.isBlank()
          || wanted.length() > 64
          || wanted.chars().anyMatch(Character::isISOControl)) {
        throw new RpcError(
            RpcError.INVALID_PARAMS,
            "an account's name has 1 to 64 characters, none of them a control");
      }
      AccountLogin known = accounts.get(wanted);
      if (known == null) {
        if (accounts.size() == MAX_ACCOUNTS) {
          throw new RpcError(
              RpcError.INVALID_PARAMS, "at most " + MAX_ACCOUNTS + " accounts can be used at once");
        }
        known =
            new AccountLogin(
                provider,
                wanted,
                given,
                () -> open(wanted),
                this::desk,
                this::sender,
                parts.clock(),
                parts.authorizer().declaredScopes());
        accounts.put(wanted, known);
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** From now on this account is meant where a request names none. */
  void switchTo(String name) {
    account(name);
    lock.lock();
    try {
      current = name;
    } finally {
      lock.unlock();
    }
  }

  String current() {
    lock.lock();
    try {
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** Those that were used here or are kept. */
  List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    lock.lock();
    try {
      names.add(current);
      names.addAll(accounts.keySet());
    } finally {
      lock.unlock();
    }
    for (LoginStatus kept : client().stored().logins()) {
      if (kept.server().equals(provider.api())) {
        names.add(kept.account());
      }
    }
    return List.copyOf(names);
  }

  /**
   * What a login asks for that an earlier process began, for more than the account may; null where
   * none waits for its person.
   */
  @Nullable Scope waiting(AccountLogin account) {
    AccountLogin.Held held = account.held();
    return client().stored().pending().stream()
        .filter(login -> login.server().equals(provider.api()))
        .filter(login -> login.account().equals(account.name()))
        .map(PendingStatus::scope)
        .filter(scope -> held == null || !held.caller().scope().containsAll(scope))
        .findFirst()
        .orElse(null);
  }

  /** Those that were used here. */
  List<AccountLogin> used() {
    lock.lock();
    try {
      return new ArrayList<>(accounts.values());
    } finally {
      lock.unlock();
    }
  }

  private Account open(String name) {
    return new ApiAccount(client().account(provider.api(), name));
  }

  /** One for all calls: each has threads of its own. */
  private HttpClient sender() {
    lock.lock();
    try {
      if (sender == null) {
        sender = parts.network().client().followRedirects(HttpClient.Redirect.NEVER).build();
      }
      return sender;
    } finally {
      lock.unlock();
    }
  }

  private LoginDesk desk(Account account) {
    LoginLead lead =
        parts.isKept() ? new LoginLead(note(account.server(), account.name())) : LoginLead.alone();
    Scope scope = provider.scope();
    LoginWish wish = new LoginWish(scope, parts.wishes().flow(), parts::surroundings);
    return new LoginDesk(account, wish, lead, parts.random(), onChange);
  }

  private Path note(URI api, String account) {
    String name = HexFormat.of().formatHex(Secrets.sha256(api + "\n" + account), 0, 16);
    return parts.directories().cache().resolve("stdio-login").resolve(provider.name() + "-" + name);
  }

  private LatchClient client() {
    lock.lock();
    try {
      if (client == null) {
        TokenStore store = parts.store();
        Settings user = parts.userSettings();
        ClientIdentity identity =
            hostClientId == null ? provider.client() : ClientIdentity.publicClient(hostClientId);
        client =
            LatchClient.using(store)
                .clock(parts.clock())
                .random(parts.random())
                .clientName(parts.clientName())
                .clientIdentity(identity)
                .environment(parts.environment())
                .network(parts.network())
                .settings(Settings.of(user.of(provider.api()).over(provider.settings())))
                .build();
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    for (AccountLogin account : used()) {
      LoginDesk desk = account.deskInUse();
      if (desk != null) {
        desk.close();
      }
    }
    lock.lock();
    try {
      if (client != null) {
        client.close();
      }
      if (sender != null) {
        sender.shutdownNow();
      }
    } finally {
      lock.unlock();
    }
  }
}

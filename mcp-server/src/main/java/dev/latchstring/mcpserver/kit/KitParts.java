package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.browser.MachineSurroundings;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.machine.EnvironmentToken;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a kit share.
 *
 * @param clientName what verification pages call the server
 * @param keepable where logins are kept that the user wants kept; null for the user's own store
 * @param environment the process's
 */
public record KitParts(
    ToolAuthorizer authorizer,
    String clientName,
    Mode mode,
    UserWishes wishes,
    @Nullable TokenStore keepable,
    Map<String, String> environment,
    SecureRandom random,
    Clock clock) {

  /** The first of a provider's variables that is set; null where none is. */
  @Nullable GivenToken given(Provider provider) {
    for (String variable : provider.variables()) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isBlank()) {
        return new GivenToken(
            variable, new EnvironmentToken(provider.api(), variable, value, clock));
      }
    }
    return null;
  }

  /**
   * What a login asks for that no tool has asked for yet: enough for a tool that is not declared.
   */
  LoginRequired firstLogin(AccountLogin account) {
    return login(account, null);
  }

  /**
   * The same, or the login for this where it waits for its person already.
   *
   * @param waiting what that asks for; null where none waits
   */
  LoginRequired login(AccountLogin account, @Nullable Scope waiting) {
    Scope scope = waiting == null ? authorizer.defaultScope() : waiting;
    List<Challenge> challenges =
        scope.isEmpty()
            ? List.of()
            : List.of(Challenge.of("Bearer").with("scope", scope.toString()));
    return new LoginRequired(401, challenges, account.key());
  }

  /** Whether logins outlive the process. */
  boolean isKept() {
    return wishes.keep() || keepable != null;
  }

  TokenStore store() {
    if (keepable != null) {
      return keepable;
    }
    return wishes.keep()
        ? TokenStores.open(directories(), environment, System.getProperty("os.name", ""), random)
        : new MemoryTokenStore();
  }

  Settings userSettings() {
    return Settings.of(ServerSettings.NONE, directories().config().resolve(Settings.FILE_NAME));
  }

  UserDirectories directories() {
    return UserDirectories.of(
        environment, System.getProperty("os.name", ""), System.getProperty("user.home", "."));
  }

  /** Proxies and certificate authorities of the environment. */
  Network network() {
    return Network.of(environment);
  }

  Surroundings surroundings() {
    return MachineSurroundings.detect(environment, System.getProperty("os.name", ""), false);
  }

  /** Without the environment, which may hold tokens. */
  @Override
  public String toString() {
    return "KitParts[clientName=" + clientName + ", mode=" + mode + "]";
  }
}

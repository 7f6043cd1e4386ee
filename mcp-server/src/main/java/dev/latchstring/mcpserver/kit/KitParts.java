package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.browser.MachineSurroundings;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.machine.EnvironmentToken;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
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
  @Nullable EnvironmentToken given(Provider provider) {
    for (String variable : provider.variables()) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isBlank()) {
        return new EnvironmentToken(provider.api(), variable, value, clock);
      }
    }
    return null;
  }

  /** Whether logins outlive the process. */
  boolean isKept() {
    return wishes.keep() || keepable != null;
  }

  TokenStore store() {
    if (keepable != null) {
      return keepable;
    }
    return wishes.keep() ? TokenStores.ofThisUser() : new MemoryTokenStore();
  }

  Settings userSettings() {
    return Settings.ofThisUser();
  }

  Path cache() {
    return UserDirectories.ofThisUser().cache();
  }

  Surroundings surroundings() {
    return MachineSurroundings.detect(environment, System.getProperty("os.name", ""), false);
  }
}

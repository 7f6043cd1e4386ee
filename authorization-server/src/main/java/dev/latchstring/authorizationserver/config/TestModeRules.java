package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server in test mode may not be, and what no other may have; each is a {@link
 * ConfigurationException} that says what to change.
 */
final class TestModeRules {
  private TestModeRules() {}

  /** A server that others could reach would give them tokens that say what they like. */
  static void requireOutOfReach(@Nullable URI issuer, String bind, TrustedProxies proxies) {
    if (issuer != null && !HttpsUri.isLoopback(issuer)) {
      throw refused("issuer: " + issuer + " is not on loopback");
    }
    if (!HttpsUri.isLoopbackHost(bind)) {
      throw refused("bind: " + bind + " is not a loopback address");
    }
    if (!proxies.networks().isEmpty()) {
      throw refused("trusted_proxies: nothing is forwarded to a test server");
    }
  }

  /** It forgets everything, so nothing of it is anywhere else. */
  static void requireOwn(DatabaseConfiguration database, DatabaseConfiguration own) {
    if (!database.equals(own)) {
      throw refused("database: a test server keeps everything in its own data directory");
    }
  }

  /** Their secrets are known to whoever reads the tests. */
  static void requireNoTests(List<ClientSettings> clients) {
    for (ClientSettings client : clients) {
      if (client.test()) {
        throw new ConfigurationException(
            "clients: '"
                + client.clientId()
                + "' is marked test: true; start with --test-mode, or take the mark out");
      }
    }
  }

  private static ConfigurationException refused(String why) {
    return new ConfigurationException(why + "; change that, or start without --test-mode");
  }
}

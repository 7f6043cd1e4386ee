package dev.latchstring.authorizationserver.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.authorizationserver.config.ClientSettings;
import dev.latchstring.authorizationserver.registration.ClientStore;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every client this server knows: those of the configuration, then those that registered
 * themselves, which are remembered for a minute.
 */
public final class RegisteredClients {
  private static final int MAX_CLIENT_ID = 255;

  private final Map<String, RegisteredClient> configured;
  private final ClientStore store;
  private final Cache<String, RegisteredClient> recent =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  public RegisteredClients(List<ClientSettings> configured, Instant now, ClientStore store) {
    Map<String, RegisteredClient> byId = new HashMap<>();
    for (ClientSettings client : configured) {
      byte[] hash = client.clientSecret() == null ? null : Secrets.sha256(client.clientSecret());
      byId.put(
          client.clientId(),
          new RegisteredClient(client.clientId(), hash, client.metadata(), now, Origin.CONFIGURED));
    }
    this.configured = Map.copyOf(byId);
    this.store = store;
  }

  public Optional<RegisteredClient> find(String clientId) {
    RegisteredClient client = configured.get(clientId);
    if (client == null) {
      client = recent.getIfPresent(clientId);
    }
    if (client != null) {
      return Optional.of(client);
    }
    if (clientId.isEmpty() || clientId.length() > MAX_CLIENT_ID) {
      return Optional.empty();
    }
    Optional<RegisteredClient> stored = store.find(clientId);
    stored.ifPresent(found -> recent.put(clientId, found));
    return stored;
  }
}

package dev.latchstring.authorizationserver.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchstring.authorizationserver.config.ClientSettings;
import dev.latchstring.authorizationserver.document.MetadataDocuments;
import dev.latchstring.authorizationserver.registration.ClientStore;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Every client this server knows: those of the configuration, then those whose identifier is the
 * address of their metadata, then those that registered themselves, which are remembered for a
 * minute.
 *
 * <p>A request that a client makes goes through {@link #resolve}, which may fetch; a page that
 * shows a client goes through {@link #find}, which never does.
 */
public final class RegisteredClients {
  private static final int MAX_CLIENT_ID = 255;

  private final Map<String, RegisteredClient> configured;
  private final Set<String> debugging;
  private final Map<String, List<String>> instanceKeys;
  private final ClientStore store;
  private final MetadataDocuments documents;
  private final Cache<String, RegisteredClient> recent;

  public RegisteredClients(
      List<ClientSettings> configured,
      ClientStore store,
      MetadataDocuments documents,
      Clock clock) {
    Instant now = clock.instant();
    Map<String, RegisteredClient> byId = new HashMap<>();
    for (ClientSettings client : configured) {
      byte[] hash = client.clientSecret() == null ? null : Secrets.sha256(client.clientSecret());
      byId.put(
          client.clientId(),
          new RegisteredClient(client.clientId(), hash, client.metadata(), now, Origin.CONFIGURED));
    }
    this.configured = Map.copyOf(byId);
    this.debugging =
        configured.stream()
            .filter(ClientSettings::debug)
            .map(ClientSettings::clientId)
            .collect(Collectors.toUnmodifiableSet());
    this.instanceKeys =
        configured.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    ClientSettings::clientId, ClientSettings::instanceKeys));
    this.store = store;
    this.documents = documents;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.recent =
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .ticker(ticker)
            .build();
  }

  /**
   * The client that a request names.
   *
   * @param requestedFrom the network address of the request
   * @throws OAuthException {@code invalid_client} where it publishes its metadata and they cannot
   *     be had or used; {@code temporarily_unavailable} where too much is fetched already
   */
  public Optional<RegisteredClient> resolve(String clientId, String requestedFrom) {
    return documents.concerns(clientId) && !configured.containsKey(clientId)
        ? Optional.of(documents.resolve(clientId, requestedFrom))
        : find(clientId);
  }

  /** What is known of a client; nothing is fetched. */
  public Optional<RegisteredClient> find(String clientId) {
    RegisteredClient client = configured.get(clientId);
    if (client == null) {
      client = recent.getIfPresent(clientId);
    }
    if (client != null) {
      return Optional.of(client);
    }
    if (documents.concerns(clientId)) {
      return documents.known(clientId);
    }
    if (clientId.isEmpty() || clientId.length() > MAX_CLIENT_ID) {
      return Optional.empty();
    }
    Optional<RegisteredClient> stored = store.find(clientId);
    stored.ifPresent(found -> recent.put(clientId, found));
    return stored;
  }

  /** Whether the operator lets a client see why its requests are decided as they are. */
  public boolean mayDebug(RegisteredClient client) {
    return client.origin() == Origin.CONFIGURED && debugging.contains(client.clientId());
  }

  /** Whether a key is one that the operator knows of an installation of a public client. */
  public boolean isEnrolled(RegisteredClient client, String keyThumbprint) {
    return client.isFirstParty()
        && instanceKeys.getOrDefault(client.clientId(), List.of()).contains(keyThumbprint);
  }

  /** Looks a client up anew: it is not any more what it was. */
  public void forget(String clientId) {
    recent.invalidate(clientId);
  }
}

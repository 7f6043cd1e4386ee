package dev.latchstring.authorizationserver.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The public keys of clients, by value or from their {@code jwks_uri}. */
public final class ClientKeys {
  /** How many requests may wait for keys, so that slow hosts cannot take all threads. */
  static final int WAITING = 48;

  private final Semaphore waiting = new Semaphore(WAITING);
  private final FetchedKeys fetched;
  private final Cache<JsonNode, List<JWK>> parsed =
      Caffeine.newBuilder().maximumSize(1000).weakKeys().build();

  public ClientKeys(FetchedKeys fetched) {
    this.fetched = fetched;
  }

  /** The keys that may have signed with this {@code kid}; all of them where there is none. */
  List<JWK> find(RegisteredClient client, @Nullable String keyId) {
    JsonNode inline = client.metadata().jwks();
    if (inline != null) {
      return FetchedKeys.matching(parsed.get(inline, FetchedKeys::parse), keyId);
    }
    String uri = client.metadata().jwksUri();
    return uri == null ? List.of() : fetch(uri, keyId);
  }

  private List<JWK> fetch(String uri, @Nullable String keyId) {
    try {
      return fetched.find(URI.create(uri), keyId, waiting);
    } catch (IOException | IllegalArgumentException e) {
      throw new OAuthException(
              ErrorCode.INVALID_CLIENT, "the keys at the client's jwks_uri cannot be fetched")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }
}

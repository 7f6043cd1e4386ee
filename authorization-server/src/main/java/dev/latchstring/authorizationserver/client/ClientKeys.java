package dev.latchstring.authorizationserver.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The public keys of clients, by value or from their {@code jwks_uri}.
 *
 * <p>A fetched set is kept for five minutes. A key that is not in it makes it fetched again, but
 * not within 30 seconds of the last time: a stranger with made-up key identifiers must not make
 * this server hammer another.
 */
public final class ClientKeys {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private record Fetched(List<JWK> keys, Instant at) {}

  private final KeyFetcher fetcher;
  private final Clock clock;
  private final Cache<String, Fetched> fetched;
  private final Cache<JsonNode, List<JWK>> parsed =
      Caffeine.newBuilder().maximumSize(1000).weakKeys().build();

  public ClientKeys(KeyFetcher fetcher, Clock clock) {
    this.fetcher = fetcher;
    this.clock = clock;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.fetched =
        Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(KEPT).ticker(ticker).build();
  }

  /** The keys that may have signed with this {@code kid}; all of them where there is none. */
  List<JWK> find(RegisteredClient client, @Nullable String keyId) {
    JsonNode inline = client.metadata().jwks();
    if (inline != null) {
      return matching(parsed.get(inline, ClientKeys::parse), keyId);
    }
    String uri = client.metadata().jwksUri();
    return uri == null ? List.of() : fetch(uri, keyId);
  }

  private List<JWK> fetch(String uri, @Nullable String keyId) {
    Fetched known = fetched.get(uri, this::load);
    List<JWK> matching = matching(known.keys(), keyId);
    if (!matching.isEmpty() || clock.instant().isBefore(known.at().plus(PAUSE))) {
      return matching;
    }
    Fetched again =
        fetched
            .asMap()
            .compute(
                uri, (key, now) -> (now == null || now.at().equals(known.at())) ? load(key) : now);
    return matching(again.keys(), keyId);
  }

  private Fetched load(String uri) {
    try {
      byte[] body = fetcher.get(URI.create(uri));
      return new Fetched(parse(Json.readTree(body)), clock.instant());
    } catch (IOException | dev.latchstring.oauth.JsonException | IllegalArgumentException e) {
      throw new OAuthException(
              ErrorCode.INVALID_CLIENT, "the keys at the client's jwks_uri cannot be fetched")
          .withDetail(uri + ": " + e.getMessage());
    }
  }

  private static List<JWK> parse(JsonNode jwks) {
    try {
      return List.copyOf(JWKSet.parse(Json.write(jwks)).getKeys());
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a JWK set", e);
    }
  }

  private static List<JWK> matching(List<JWK> keys, @Nullable String keyId) {
    return keyId == null
        ? keys
        : keys.stream()
            .filter(key -> keyId.equals(key.getKeyID()) || key.getKeyID() == null)
            .toList();
  }
}

package dev.latchstring.authorizationserver.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7517 §5. Key sets at addresses.
 *
 * <p>A fetched set is kept for five minutes. A key that is not in it makes it fetched again, but
 * not within 30 seconds of the last attempt, failed ones included: a stranger with made-up key
 * identifiers must not make this server hammer another.
 */
public final class FetchedKeys {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /**
   * What is known of an address.
   *
   * @param fetchedAt when the keys arrived
   * @param triedAt when they were last asked for
   * @param failure why there are none, or null
   */
  private record Known(
      List<JWK> keys, Instant fetchedAt, Instant triedAt, @Nullable String failure) {}

  private static final Semaphore UNBOUNDED = new Semaphore(Integer.MAX_VALUE / 2);

  private final KeyFetcher fetcher;
  private final Clock clock;
  private final Cache<URI, Known> known = Caffeine.newBuilder().maximumSize(1000).build();

  public FetchedKeys(KeyFetcher fetcher, Clock clock) {
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /**
   * The keys that may have signed with this {@code kid}; all of them where there is none.
   *
   * @throws IOException where the set cannot be fetched or read, now or a moment ago
   */
  public List<JWK> find(URI uri, @Nullable String keyId) throws IOException {
    return find(uri, keyId, UNBOUNDED);
  }

  /**
   * The same, for an address that a stranger named.
   *
   * @param waiting how many may wait for such addresses at once
   * @throws IOException where too many wait already, too
   */
  List<JWK> find(URI uri, @Nullable String keyId, Semaphore waiting) throws IOException {
    Known now = known.getIfPresent(uri);
    if (now == null || isDue(now, keyId)) {
      if (!waiting.tryAcquire()) {
        throw new IOException("too many key sets are being fetched");
      }
      try {
        now = known.asMap().compute(uri, (key, before) -> current(key, before, keyId));
      } finally {
        waiting.release();
      }
    }
    if (now.failure() != null) {
      throw new IOException(now.failure());
    }
    return matching(now.keys(), keyId);
  }

  /** The keys of a set that may have signed with this {@code kid}. */
  public static List<JWK> matching(List<JWK> keys, @Nullable String keyId) {
    return keyId == null
        ? keys
        : keys.stream()
            .filter(key -> keyId.equals(key.getKeyID()) || key.getKeyID() == null)
            .toList();
  }

  /**
   * The keys of a set.
   *
   * @throws IllegalArgumentException where it is not one
   */
  public static List<JWK> parse(JsonNode jwks) {
    try {
      return List.copyOf(JWKSet.parse(Json.write(jwks)).getKeys());
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a JWK set", e);
    }
  }

  private Known current(URI uri, @Nullable Known before, @Nullable String keyId) {
    Instant now = clock.instant();
    if (before == null) {
      return load(uri, null, now);
    }
    return isDue(before, keyId) ? load(uri, isExpired(before) ? null : before, now) : before;
  }

  private boolean isExpired(Known before) {
    return !clock.instant().isBefore(before.fetchedAt().plus(KEPT));
  }

  private boolean isDue(Known before, @Nullable String keyId) {
    Instant now = clock.instant();
    boolean expired = isExpired(before);
    boolean wanted =
        expired || before.failure() != null || matching(before.keys(), keyId).isEmpty();
    boolean rested = !now.isBefore(before.triedAt().plus(PAUSE));
    return wanted && (rested || (expired && before.failure() == null));
  }

  /** Where a set that is not old yet cannot be fetched again, it is still what is known. */
  private Known load(URI uri, @Nullable Known before, Instant now) {
    try {
      return new Known(parse(Json.readTree(fetcher.get(uri))), now, now, null);
    } catch (IOException | JsonException | IllegalArgumentException e) {
      return before == null || before.failure() != null
          ? new Known(List.of(), now, now, uri + ": " + e.getMessage())
          : new Known(before.keys(), before.fetchedAt(), now, null);
    }
  }
}

package dev.latchstring.mcpserver.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 7517 §5. The issuer's public keys.
 *
 * <p>They are fetched when first needed and every {@value #LIFETIME_MINUTES} minutes. A {@code kid}
 * that is not known has them fetched at once, but not more often than every {@value
 * #COOLDOWN_SECONDS} seconds, whatever tokens arrive. Where a fetch fails the known keys stay in
 * use for {@value #STALE_HOURS} hours; then, as in the beginning, nothing can be verified.
 */
public final class IssuerKeys implements JwtVerification.Keys {
  public static final int LIFETIME_MINUTES = 10;
  public static final int COOLDOWN_SECONDS = 10;
  public static final int STALE_HOURS = 24;

  /** The most keys that are kept of one set. */
  public static final int MAX_KEYS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private final IssuerMetadata metadata;
  private final GuardedFetcher fetcher;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Known known;
  private volatile Instant lastAttempt = Instant.MIN;

  private record Known(List<JWK> keys, Instant fetchedAt) {
    List<JWK> named(@Nullable String keyId) {
      return keyId == null
          ? keys
          : keys.stream().filter(key -> keyId.equals(key.getKeyID())).toList();
    }
  }

  public IssuerKeys(IssuerMetadata metadata, GuardedFetcher fetcher, InstantSource clock) {
    this.metadata = metadata;
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /**
   * @throws OAuthException {@code temporarily_unavailable} where no keys are known
   */
  @Override
  public List<JWK> find(@Nullable String keyId) {
    Known current = known;
    if (current == null || isOlderThan(current, Duration.ofHours(STALE_HOURS))) {
      return refresh(true, current).named(keyId);
    }
    // One request waits for fresh keys; the others go on with the known ones.
    if (isOlderThan(current, Duration.ofMinutes(LIFETIME_MINUTES)) && !fetching.isLocked()) {
      current = refresh(false, current);
    }
    List<JWK> found = current.named(keyId);
    return found.isEmpty() ? refresh(false, current).named(keyId) : found;
  }

  private boolean isOlderThan(Known current, Duration age) {
    return clock.instant().isAfter(current.fetchedAt().plus(age));
  }

  private Known refresh(boolean required, @Nullable Known seen) {
    fetching.lock();
    try {
      Known current = known;
      if (current != null && !current.equals(seen)) {
        return current;
      }
      Instant now = clock.instant();
      if (!lastAttempt.equals(Instant.MIN)
          && now.isBefore(lastAttempt.plusSeconds(COOLDOWN_SECONDS))) {
        return orUnavailable(required, current, "the last attempt was too short ago");
      }
      lastAttempt = now;
      try {
        Known fresh = new Known(fetch(), now);
        known = fresh;
        return fresh;
      } catch (IOException e) {
        LOG.warn("keys of the authorization server could not be fetched: {}", e.getMessage());
        return orUnavailable(required, current, e.getMessage());
      }
    } finally {
      fetching.unlock();
    }
  }

  private static Known orUnavailable(
      boolean required, @Nullable Known current, @Nullable String why) {
    if (required || current == null) {
      throw new OAuthException(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "the token cannot be checked now: the authorization server's keys are out of reach")
          .withDetail(String.valueOf(why));
    }
    return current;
  }

  private List<JWK> fetch() throws IOException {
    String address = metadata.get().jwksUri();
    if (address == null) {
      throw new IOException("the authorization server's metadata names no jwks_uri");
    }
    try {
      byte[] body = fetcher.get(URI.create(address), "application/json").body();
      List<JWK> keys = JWKSet.parse(new String(body, UTF_8)).toPublicJWKSet().getKeys();
      if (keys.size() > MAX_KEYS) {
        throw new IOException(address + " has more than " + MAX_KEYS + " keys");
      }
      return List.copyOf(keys);
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException(address + " is not a JWK set", e);
    }
  }
}

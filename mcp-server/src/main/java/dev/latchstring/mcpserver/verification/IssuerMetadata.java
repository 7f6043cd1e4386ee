package dev.latchstring.mcpserver.verification;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8414 §3. What the issuer says of itself, looked up when it is first needed and again after an
 * hour. Where it cannot be looked up again, what was known stays in use.
 */
public final class IssuerMetadata {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String issuer;
  private final GuardedFetcher fetcher;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Known known;
  private volatile @Nullable Instant failedAt;

  private record Known(AuthorizationServerMetadata metadata, Instant fetchedAt) {}

  public IssuerMetadata(String issuer, GuardedFetcher fetcher, InstantSource clock) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /**
   * @throws OAuthException {@code temporarily_unavailable} where nothing is known and nothing can
   *     be learnt
   */
  public AuthorizationServerMetadata get() {
    Known current = known;
    if (current != null && isFresh(current)) {
      return current.metadata();
    }
    if (current != null && fetching.isLocked()) {
      return current.metadata();
    }
    fetching.lock();
    try {
      current = known;
      if (current != null && isFresh(current)) {
        return current.metadata();
      }
      return refresh(current);
    } finally {
      fetching.unlock();
    }
  }

  private boolean isFresh(Known current) {
    return clock.instant().isBefore(current.fetchedAt().plus(LIFETIME));
  }

  private AuthorizationServerMetadata refresh(@Nullable Known stale) {
    Instant failed = failedAt;
    if (failed == null || !clock.instant().isBefore(failed.plus(RETRY))) {
      try {
        Known fresh = new Known(fetch(), clock.instant());
        known = fresh;
        failedAt = null;
        return fresh.metadata();
      } catch (IOException e) {
        failedAt = clock.instant();
        if (stale == null) {
          throw unavailable(e.getMessage());
        }
      }
    }
    if (stale == null) {
      throw unavailable("the last attempt failed less than " + RETRY.toSeconds() + " s ago");
    }
    return stale.metadata();
  }

  private OAuthException unavailable(@Nullable String why) {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE,
            "the token cannot be checked now: the authorization server's metadata is out of reach")
        .withDetail("issuer " + issuer + ": " + why);
  }

  private AuthorizationServerMetadata fetch() throws IOException {
    IOException last = new IOException("no place to look");
    for (URI place : WellKnown.authorizationServer(URI.create(issuer))) {
      try {
        AuthorizationServerMetadata metadata =
            Json.read(
                fetcher.get(place, "application/json").body(), AuthorizationServerMetadata.class);
        // RFC 8414 §3.3: it must be the issuer's own document.
        if (!issuer.equals(metadata.issuer())) {
          throw new IOException(place + " is the metadata of another issuer");
        }
        return metadata;
      } catch (IOException e) {
        last = new IOException(place + ": " + e.getMessage(), e);
      } catch (JsonException e) {
        last = new IOException(place + ": " + e.getMessage(), e);
      }
    }
    throw last;
  }
}

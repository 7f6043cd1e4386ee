package dev.latchstring.authorizationserver.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How much may be fetched because strangers ask: at most {@value #WAITING} requests wait for a
 * document at once, so that slow hosts cannot take all threads; at most {@value #PER_HOST}
 * documents a minute come from one host; and one address may name so many clients nobody has seen.
 */
final class FetchLimits {
  static final int WAITING = 48;
  static final int PER_HOST = 120;

  private final Semaphore waiting = new Semaphore(WAITING);
  private final AddressLimit addresses;
  private final Cache<String, AtomicInteger> hosts;

  FetchLimits(AddressLimit addresses, Clock clock) {
    this.addresses = addresses;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.hosts =
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .ticker(ticker)
            .build();
  }

  /**
   * Runs what may wait for a document.
   *
   * @throws OAuthException {@code temporarily_unavailable} where too many wait
   */
  <T> T waiting(Supplier<T> work) {
    if (!waiting.tryAcquire()) {
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE, "too many clients' documents are being fetched");
    }
    try {
      return work.get();
    } finally {
      waiting.release();
    }
  }

  /**
   * Counts one fetch.
   *
   * @param requestedFrom the address of whoever named a client that is not known; null where it is
   *     known, and is asked for again
   * @throws OAuthException {@code temporarily_unavailable} where it is too many
   */
  void count(String host, @Nullable String requestedFrom) {
    if (requestedFrom != null) {
      addresses.count(AttemptKey.Kind.METADATA_DOCUMENT_ADDRESS, requestedFrom);
    }
    AtomicInteger fetched = hosts.get(host.toLowerCase(Locale.ROOT), name -> new AtomicInteger());
    if (fetched.incrementAndGet() > PER_HOST) {
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          "too many clients' documents are fetched from that host");
    }
  }
}

package dev.latchstring.authorizationserver.client;

import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Fetches key sets through the guarded fetcher, which is started by the first that asks: many
 * servers have no client with a {@code jwks_uri}.
 */
public final class KeyFetcher implements AutoCloseable {
  private final AddressPolicy policy;
  private @Nullable GuardedFetcher fetcher;

  /**
   * @param policy which addresses a client's keys may be at
   */
  public KeyFetcher(AddressPolicy policy) {
    this.policy = policy;
  }

  /** A document that is a key set, or says where one is. */
  public byte[] get(URI uri) throws IOException {
    return fetcher().get(uri, "application/jwk-set+json, application/json").body();
  }

  private synchronized GuardedFetcher fetcher() {
    if (fetcher == null) {
      fetcher = GuardedFetcher.start(policy);
    }
    return fetcher;
  }

  @Override
  public synchronized void close() {
    if (fetcher != null) {
      fetcher.close();
    }
  }
}

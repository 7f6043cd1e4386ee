package dev.latchstring.authorizationserver.client;

import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.fetch.OwnNetwork;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Fetches key sets, and clients' metadata, through the guarded fetcher, which is started by the
 * first that asks: many servers have no client that needs it.
 */
public final class KeyFetcher implements AutoCloseable {
  private final AddressPolicy policy;
  private final OwnNetwork network;
  private @Nullable GuardedFetcher fetcher;

  /**
   * @param policy which addresses a client's keys and metadata may be at
   * @param network the operator's own network, where they may be, too
   */
  public KeyFetcher(AddressPolicy policy, OwnNetwork network) {
    this.policy = policy;
    this.network = network;
  }

  /** A document that is a key set, or says where one is. */
  public byte[] get(URI uri) throws IOException {
    return fetcher().get(uri, "application/jwk-set+json, application/json").body();
  }

  /** Fetches a document unless it is the one that is known; see {@link GuardedFetcher}. */
  public GuardedFetcher.Answer get(URI uri, String accept, int maxBytes, @Nullable String entityTag)
      throws IOException {
    return fetcher().get(uri, accept, maxBytes, entityTag);
  }

  private synchronized GuardedFetcher fetcher() {
    if (fetcher == null) {
      fetcher = GuardedFetcher.start(policy, network);
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

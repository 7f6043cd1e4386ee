package dev.latchstring.authorizationserver.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.FetchStatusException;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.metadata.ClientIdUrl;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * draft-ietf-oauth-client-id-metadata-document §5. Who a client is whose identifier is an address.
 *
 * <p>Requests for the same document share one fetch. A fetch that failed is not tried again for
 * {@link #PAUSE}, so that who repeats a request does not make this server repeat it.
 */
public final class MetadataDocuments {
  /** How long after a failure nobody is asked again. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** After how long nobody expects a document back that its host says is not there. */
  static final Duration GIVEN_UP = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(MetadataDocuments.class);
  private static final int IN_MEMORY = 1000;

  private final DocumentPolicy policy;
  private final boolean loopbackAllowed;
  private final DocumentFetch fetch;
  private final MetadataDocumentStore store;
  private final FetchLimits limits;
  private final DocumentChanges changes;
  private final ClientEvents events;
  private final Clock clock;
  private final Cache<String, MetadataDocument> recent =
      Caffeine.newBuilder().maximumSize(IN_MEMORY).build();
  private final Cache<String, Outcome> failures;
  private final Map<String, CompletableFuture<MetadataDocument>> underWay =
      new ConcurrentHashMap<>();

  /**
   * @param loopbackAllowed whether documents may be on this machine, without TLS: for development
   * @param events told of clients that are not what they were
   * @param addresses how many unknown clients one address may name
   */
  public MetadataDocuments(
      DocumentPolicy policy,
      boolean loopbackAllowed,
      DocumentFetch fetch,
      MetadataDocumentStore store,
      AddressLimit addresses,
      ClientEvents events,
      Clock clock) {
    this.policy = policy;
    this.loopbackAllowed = loopbackAllowed;
    this.fetch = fetch;
    this.store = store;
    this.limits = new FetchLimits(addresses, clock);
    this.changes = new DocumentChanges(events);
    this.events = events;
    this.clock = clock;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.failures =
        Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(PAUSE).ticker(ticker).build();
  }

  /** Whether an identifier is one of these. */
  public boolean concerns(String clientId) {
    return policy.enabled() && ClientIdUrl.isOne(clientId, loopbackAllowed);
  }

  /** What is known of a client, to be shown: nothing is fetched, however old it is. */
  public Optional<RegisteredClient> known(String clientId) {
    return clientId.length() > ClientIdUrl.MAX_LENGTH
        ? Optional.empty()
        : remembered(clientId).map(MetadataDocument::client);
  }

  /**
   * The client, for a request that it makes.
   *
   * @param requestedFrom the network address of the request
   * @throws OAuthException {@code invalid_client} where the identifier, its host or the document is
   *     not accepted, or the document cannot be had; {@code temporarily_unavailable} where too much
   *     is fetched already
   */
  public RegisteredClient resolve(String clientId, String requestedFrom) {
    URI address = ClientIdUrl.parse(clientId, loopbackAllowed);
    policy.require(address.getHost());
    MetadataDocument known = recent.getIfPresent(clientId);
    if (known != null && known.isFresh(clock.instant())) {
      return known.client();
    }
    return limits.waiting(() -> together(clientId, address, requestedFrom)).client();
  }

  /** The first of those who ask at the same time does it; the others wait for the outcome. */
  private MetadataDocument together(String clientId, URI address, String requestedFrom) {
    CompletableFuture<MetadataDocument> mine = new CompletableFuture<>();
    CompletableFuture<MetadataDocument> theirs = underWay.putIfAbsent(clientId, mine);
    if (theirs != null) {
      return outcome(theirs);
    }
    try {
      mine.complete(current(clientId, address, requestedFrom));
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
    } finally {
      underWay.remove(clientId);
      // Whatever happened, nobody waits for ever; this does nothing where there is an outcome.
      mine.completeExceptionally(new IllegalStateException("the fetch ended without an outcome"));
    }
    return outcome(mine);
  }

  private static MetadataDocument outcome(CompletableFuture<MetadataDocument> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof OAuthException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  private MetadataDocument current(String clientId, URI address, String requestedFrom) {
    Instant now = clock.instant();
    MetadataDocument known = remembered(clientId).orElse(null);
    if (known != null && known.isFresh(now)) {
      return known;
    }
    Outcome outcome = attempt(clientId, address, known, requestedFrom);
    return switch (outcome) {
      case Outcome.Fetched(MetadataDocument document) -> {
        if (known != null) {
          changes.between(known.client(), document.client());
        }
        store.save(document);
        recent.put(clientId, document);
        yield document;
      }
      case Outcome.Refused(OAuthException why) -> {
        if (known != null) {
          gone(known, now);
        }
        throw why;
      }
      case Outcome.OutOfReach(OAuthException why) -> {
        if (known == null || !known.isUsable(now)) {
          throw why;
        }
        yield known;
      }
    };
  }

  private sealed interface Outcome {
    record Fetched(MetadataDocument document) implements Outcome {}

    /** Its host says that there is none, or what it says is not acceptable. */
    record Refused(OAuthException why) implements Outcome {
      @Override
      public String toString() {
        return "refused, " + why.forLog();
      }
    }

    /** Nobody can tell what its host would say. */
    record OutOfReach(OAuthException why) implements Outcome {
      @Override
      public String toString() {
        return "out of reach, " + why.forLog();
      }
    }
  }

  private Outcome attempt(
      String clientId, URI address, @Nullable MetadataDocument known, String requestedFrom) {
    Outcome failure = failures.getIfPresent(clientId);
    if (failure != null) {
      return failure;
    }
    try {
      limits.count(address.getHost(), known == null ? requestedFrom : null);
    } catch (OAuthException e) {
      return new Outcome.OutOfReach(e);
    }
    Outcome outcome = fetch(clientId, address, known);
    if (!(outcome instanceof Outcome.Fetched)) {
      failures.put(clientId, outcome);
      if (known != null) {
        LOG.warn("the metadata document {} was not renewed: {}", clientId, outcome);
      }
    }
    return outcome;
  }

  private Outcome fetch(String clientId, URI address, @Nullable MetadataDocument known) {
    try {
      return new Outcome.Fetched(fetched(clientId, address, known));
    } catch (OAuthException e) {
      return new Outcome.Refused(e);
    } catch (FetchStatusException e) {
      return e.isTransient()
          ? new Outcome.OutOfReach(notFetched(e))
          : new Outcome.Refused(notFetched(e));
    } catch (IOException e) {
      return new Outcome.OutOfReach(notFetched(e));
    }
  }

  /**
   * Why is for the log alone: an answer that told what an address inside a network does would be a
   * way to look into it.
   */
  private static OAuthException notFetched(IOException e) {
    Throwable cause = e.getCause();
    return new OAuthException(
            ErrorCode.INVALID_CLIENT, "the client's metadata document cannot be fetched")
        .withDetail(e.getMessage() + (cause == null ? "" : ": " + cause));
  }

  private MetadataDocument fetched(String clientId, URI address, @Nullable MetadataDocument known)
      throws IOException {
    String tag = known == null ? null : known.entityTag();
    GuardedFetcher.Answer answer =
        fetch.get(address, MetadataDocumentRules.ACCEPT, MetadataDocumentRules.MAX_BYTES, tag);
    Instant now = clock.instant();
    return switch (answer) {
      case GuardedFetcher.Unchanged unchanged when known != null ->
          MetadataDocument.of(known.client(), unchanged.headers(), tag, now);
      case GuardedFetcher.Unchanged unchanged ->
          throw new IOException("unchanged, but nothing is known");
      case GuardedFetcher.Document document ->
          MetadataDocument.of(
              new RegisteredClient(
                  clientId,
                  null,
                  MetadataDocumentRules.check(clientId, document),
                  now,
                  Origin.METADATA_DOCUMENT),
              document.headers(),
              null,
              now);
    };
  }

  /**
   * It counts no longer, but is kept to be compared with what may come in its place. Where it has
   * been gone for {@link #GIVEN_UP}, so are the logins.
   */
  private void gone(MetadataDocument known, Instant now) {
    String clientId = known.client().clientId();
    recent.invalidate(clientId);
    if (!known.isGone()) {
      store.save(known.gone(now));
    } else if (!now.isBefore(known.usableUntil().plus(GIVEN_UP))) {
      SecurityLog.warn("client_changed", "what", "gone", "client_id", clientId);
      events.endLogins(clientId);
      store.delete(clientId);
    }
  }

  /** From memory, or, where that is none or no longer fresh, from what all nodes share. */
  private Optional<MetadataDocument> remembered(String clientId) {
    MetadataDocument document = recent.getIfPresent(clientId);
    if (document != null && document.isFresh(clock.instant())) {
      return Optional.of(document);
    }
    Optional<MetadataDocument> stored = store.find(clientId);
    stored.ifPresentOrElse(found -> recent.put(clientId, found), () -> recent.invalidate(clientId));
    return stored;
  }
}

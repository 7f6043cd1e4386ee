package dev.latchstring.oauth.fetch;

import dev.latchstring.oauth.HttpsUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a document from an address that a stranger named: client metadata, keys, logos.
 *
 * <p>Only https (http on loopback where the policy allows loopback). The addresses a name resolves
 * to are filtered by {@link AddressPolicy} and {@link OwnNetwork} and the connection goes to one of
 * those that remain, so a name that resolves differently the second time gains nothing. No
 * redirects, cookies, credentials or content codings. At most {@value #MAX_BYTES} bytes of answer,
 * {@value #MAX_SECONDS} seconds in all, and {@value #MAX_WAITING} fetches of one host that wait.
 */
public final class GuardedFetcher implements AutoCloseable {
  /** The longest document, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  /** The longest fetch, in seconds, name resolution and connection included. */
  public static final int MAX_SECONDS = 5;

  /** How many fetches of one host may wait for a connection. */
  public static final int MAX_WAITING = 64;

  private final AddressPolicy policy;
  private final HttpClient http;

  /**
   * A document that arrived with status 200.
   *
   * @param headers names in lower case; the values of a repeated field are joined by commas
   */
  public record Document(byte[] body, Map<String, String> headers) implements Answer {}

  /** What a conditional fetch may bring. */
  public sealed interface Answer permits Document, Unchanged {
    /** The answer's fields; see {@link Document}. */
    Map<String, String> headers();
  }

  /** RFC 9110 §15.4.5: what was fetched before is still the document. */
  public record Unchanged(Map<String, String> headers) implements Answer {}

  private GuardedFetcher(AddressPolicy policy, HttpClient http) {
    this.policy = policy;
    this.http = http;
  }

  /** Starts a fetcher; it holds a thread pool until it is closed. */
  public static GuardedFetcher start(AddressPolicy policy) {
    return start(policy, OwnNetwork.NONE);
  }

  /** Starts a fetcher that reaches into the operator's own network, too. */
  public static GuardedFetcher start(AddressPolicy policy, OwnNetwork network) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 1);
    threads.setName("guarded-fetcher");
    threads.setDaemon(true);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("guarded-fetcher", true);
    return start(
        policy,
        network,
        threads,
        scheduler,
        new SocketAddressResolver.Async(
            threads, scheduler, TimeUnit.SECONDS.toMillis(MAX_SECONDS)));
  }

  /** The same, with another way to resolve names. */
  static GuardedFetcher start(
      AddressPolicy policy,
      OwnNetwork network,
      QueuedThreadPool threads,
      ScheduledExecutorScheduler scheduler,
      SocketAddressResolver resolver) {
    HttpClient http = new HttpClient();
    KeyStore trustStore = network.trustStore();
    if (trustStore != null) {
      SslContextFactory.Client tls = new SslContextFactory.Client();
      tls.setTrustStore(trustStore);
      http.setSslContextFactory(tls);
    }
    http.setExecutor(threads);
    http.setScheduler(scheduler);
    http.setSocketAddressResolver(new Filter(resolver, policy, network));
    http.setFollowRedirects(false);
    http.setHttpCookieStore(new org.eclipse.jetty.http.HttpCookieStore.Empty());
    http.setMaxConnectionsPerDestination(4);
    http.setMaxRequestsQueuedPerDestination(MAX_WAITING);
    http.setConnectTimeout(TimeUnit.SECONDS.toMillis(MAX_SECONDS));
    http.setIdleTimeout(TimeUnit.SECONDS.toMillis(30));
    http.setMaxResponseHeadersSize(16 * 1024);
    http.setUserAgentField(null);
    try {
      http.start();
      // Nothing is unpacked: a small answer that unpacks to a large one gains nothing.
      http.getContentDecoderFactories().clear();
      return new GuardedFetcher(policy, http);
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP client did not start", e);
    }
  }

  /**
   * Fetches a document by GET.
   *
   * @param accept the media type that is asked for
   * @throws IOException where the address is not allowed, cannot be reached in time, answers with
   *     another status than 200 (a redirect included), or with too much
   */
  public Document get(URI uri, String accept) throws IOException {
    return switch (get(uri, accept, MAX_BYTES, null)) {
      case Document document -> document;
      case Unchanged unchanged -> throw new FetchStatusException(304);
    };
  }

  /**
   * Fetches a document unless it is the one that is known.
   *
   * @param maxBytes the most bytes of the body, up to {@value #MAX_BYTES}
   * @param entityTag the {@code ETag} of the known one, or null to fetch whatever there is
   * @throws FetchStatusException where the answer has another status than 200, or 304 for a known
   *     document
   * @throws IOException in every other case of {@link #get(URI, String)}
   */
  public Answer get(URI uri, String accept, int maxBytes, @Nullable String entityTag)
      throws IOException {
    requireAllowed(uri);
    ContentResponse response = send(uri, accept, Math.min(maxBytes, MAX_BYTES), entityTag);
    Map<String, String> headers = headers(response);
    if (response.getStatus() == 304 && entityTag != null) {
      return new Unchanged(headers);
    }
    if (response.getStatus() != 200) {
      throw new FetchStatusException(response.getStatus());
    }
    if (!headers.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
      throw new IOException("answered with a content encoding that was not asked for");
    }
    return new Document(response.getContent(), headers);
  }

  private void requireAllowed(URI uri) throws IOException {
    boolean loopbackAllowed = policy != AddressPolicy.PUBLIC_ONLY;
    boolean https = "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
    if (!https && !(loopbackAllowed && HttpsUri.isHttpsOrLoopback(uri))) {
      throw new IOException("only https addresses are fetched");
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IOException("an address with user information or fragment is not fetched");
    }
  }

  private static Map<String, String> headers(ContentResponse response) {
    Map<String, String> headers = new java.util.HashMap<>();
    response
        .getHeaders()
        .forEach(field -> {
          String value = field.getValue() == null ? "" : field.getValue();
          headers.merge(field.getLowerCaseName(), value, (one, next) -> one + ", " + next);
        });
    return Map.copyOf(headers);
  }

  private ContentResponse send(URI uri, String accept, int maxBytes, @Nullable String entityTag)
      throws IOException {
    Request request =
        http.newRequest(uri)
            .headers(headers -> {
              headers.put(HttpHeader.ACCEPT, accept);
              if (entityTag != null) {
                headers.put(HttpHeader.IF_NONE_MATCH, entityTag);
              }
            })
            .timeout(MAX_SECONDS, TimeUnit.SECONDS);
    try {
      return new CompletableResponseListener(request, maxBytes)
          .send()
          .get(Duration.ofSeconds(MAX_SECONDS).plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("could not be fetched", e.getCause());
    } catch (TimeoutException e) {
      var unused = request.abort(e);
      throw new IOException("took longer than " + MAX_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      var unused = request.abort(e);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      http.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP client did not stop", e);
    }
  }

  /** Resolves as Jetty does, then keeps the addresses that are allowed. */
  private record Filter(SocketAddressResolver resolver, AddressPolicy policy, OwnNetwork network)
      implements SocketAddressResolver {
    @Override
    public void resolve(
        String host,
        int port,
        Map<String, Object> context,
        Promise<List<InetSocketAddress>> promise) {
      resolver.resolve(
          host,
          port,
          context,
          new Promise<>() {
            @Override
            public void succeeded(List<InetSocketAddress> addresses) {
              List<InetSocketAddress> allowed =
                  addresses.stream().filter(a -> allows(host, a.getAddress())).toList();
              if (allowed.isEmpty()) {
                promise.failed(new UnknownHostException("the host's address is not allowed"));
              } else {
                promise.succeeded(allowed);
              }
            }

            @Override
            public void failed(Throwable failure) {
              promise.failed(failure);
            }
          });
    }

    private boolean allows(String host, InetAddress address) {
      return policy.allows(address) || network.allows(host, address);
    }
  }
}

package dev.latchstring.oauth.fetch;

import dev.latchstring.oauth.HttpsUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
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
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Fetches a document from an address that a stranger named: client metadata, keys, logos.
 *
 * <p>Only https (http on loopback where the policy allows loopback). The addresses a name resolves
 * to are filtered by {@link AddressPolicy} and the connection goes to one of those that remain, so
 * a name that resolves differently the second time gains nothing. No redirects, cookies or
 * credentials. At most {@value #MAX_BYTES} bytes of answer, {@value #MAX_SECONDS} seconds in all,
 * and {@value #MAX_WAITING} fetches of one host that wait.
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

  /** A document that arrived with status 200. Header names are in lower case. */
  public record Document(byte[] body, Map<String, String> headers) {}

  private GuardedFetcher(AddressPolicy policy, HttpClient http) {
    this.policy = policy;
    this.http = http;
  }

  /** Starts a fetcher; it holds a thread pool until it is closed. */
  public static GuardedFetcher start(AddressPolicy policy) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 1);
    threads.setName("guarded-fetcher");
    threads.setDaemon(true);
    ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("guarded-fetcher", true);
    HttpClient http = new HttpClient();
    http.setExecutor(threads);
    http.setScheduler(scheduler);
    http.setSocketAddressResolver(
        new Filter(
            new SocketAddressResolver.Async(
                threads, scheduler, TimeUnit.SECONDS.toMillis(MAX_SECONDS)),
            policy));
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
    boolean loopbackAllowed = policy != AddressPolicy.PUBLIC_ONLY;
    boolean https = "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
    if (!https && !(loopbackAllowed && HttpsUri.isHttpsOrLoopback(uri))) {
      throw new IOException("only https addresses are fetched");
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IOException("an address with user information or fragment is not fetched");
    }
    ContentResponse response = send(uri, accept);
    if (response.getStatus() != 200) {
      throw new IOException("answered with HTTP status " + response.getStatus());
    }
    Map<String, String> headers = new java.util.HashMap<>();
    response
        .getHeaders()
        .forEach(field -> headers.putIfAbsent(field.getLowerCaseName(), field.getValue()));
    return new Document(response.getContent(), Map.copyOf(headers));
  }

  private ContentResponse send(URI uri, String accept) throws IOException {
    Request request =
        http.newRequest(uri)
            .headers(headers -> headers.put(HttpHeader.ACCEPT, accept))
            .timeout(MAX_SECONDS, TimeUnit.SECONDS);
    try {
      return new CompletableResponseListener(request, MAX_BYTES)
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
  private record Filter(SocketAddressResolver resolver, AddressPolicy policy)
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
                  addresses.stream().filter(a -> policy.allows(a.getAddress())).toList();
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
  }
}

package dev.latchstring.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.fetch.BoundedBody;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and reads one bounded answer. No redirect is followed: the caller sees the 3xx.
 *
 * <p>A request takes at most 20 seconds in all, 10 of them to connect; a body has at most {@value
 * #MAX_BYTES} bytes, and an event stream's body is not read. Every failure to get an answer is
 * {@link Problem#NETWORK}; a body that is too long is {@link Problem#METADATA_INVALID}.
 */
public final class Http implements AutoCloseable {
  /** The most bytes of a body. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration WHOLE = Duration.ofSeconds(20);

  private final Network network;
  private final Duration limit;
  private @Nullable HttpClient client;
  private boolean closed;

  /** With the network of this process's environment. */
  public Http() {
    this(Network.ofThisProcess());
  }

  public Http(Network network) {
    this(network, WHOLE);
  }

  /** With another limit for one whole exchange. */
  public Http(Duration limit) {
    this(Network.ofThisProcess(), limit);
  }

  public Http(Network network, Duration limit) {
    this.network = network;
    this.limit = limit;
  }

  /** Gets a JSON document. */
  public Reply get(URI uri) {
    return send(HttpRequest.newBuilder(uri).GET().header("Accept", "application/json"));
  }

  /** Gets a JSON document with further headers, such as {@code Authorization}. */
  public Reply get(URI uri, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).GET().header("Accept", "application/json");
    headers.forEach(request::header);
    return send(request);
  }

  /** Posts a form, with an {@code Authorization} header or without. */
  public Reply postForm(
      URI uri, Map<String, ? extends @Nullable String> form, @Nullable String authorization) {
    return postForm(uri, form, authorization, Map.of());
  }

  /** The same with further headers. */
  public Reply postForm(
      URI uri,
      Map<String, ? extends @Nullable String> form,
      @Nullable String authorization,
      Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(form)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    headers.forEach(request::header);
    return send(request);
  }

  /** Posts JSON, with further headers. */
  public Reply postJson(URI uri, String json, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .POST(HttpRequest.BodyPublishers.ofString(json, UTF_8))
            .header("Content-Type", "application/json");
    headers.forEach(request::header);
    return send(request);
  }

  private Reply send(HttpRequest.Builder builder) {
    HttpClient open = client();
    URI target = builder.build().uri();
    network.addTo(builder, target);
    HttpRequest request = builder.timeout(limit).header("User-Agent", "latchstring").build();
    // Not sendAsync: its answers come by the common pool, which the program around may have filled.
    FutureTask<HttpResponse<byte[]>> exchange =
        new FutureTask<>(() -> open.send(request, Http::subscriber));
    Thread.ofVirtual().name("latchstring-http").start(exchange);
    try {
      // The request's own timeout ends with the headers; this one covers the body too.
      HttpResponse<byte[]> response = exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      ClientException refusal = network.refusal(target, response.statusCode());
      if (refusal != null) {
        throw refusal;
      }
      return new Reply(target, response.statusCode(), response.headers(), response.body());
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new ClientException(
          Problem.NETWORK, "interrupted while asking " + place(request), null);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw tooSlow(request);
    } catch (ExecutionException e) {
      throw explain(request, e.getCause() == null ? e : e.getCause());
    }
  }

  private static BodySubscriber<byte[]> subscriber(HttpResponse.ResponseInfo info) {
    String type = info.headers().firstValue("Content-Type").orElse("");
    return type.startsWith("text/event-stream") ? new IgnoredStream() : new BoundedBody(MAX_BYTES);
  }

  private synchronized HttpClient client() {
    if (closed) {
      throw new ClientException(Problem.NETWORK, "this client is closed", null);
    }
    HttpClient open = client;
    if (open == null) {
      open = network.client().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
      client = open;
    }
    return open;
  }

  private ClientException explain(HttpRequest request, Throwable failure) {
    String place = place(request);
    if (failure instanceof BoundedBody.TooLong
        || failure.getCause() instanceof BoundedBody.TooLong) {
      return new ClientException(
          Problem.METADATA_INVALID,
          place + " answered with more than " + MAX_BYTES + " bytes",
          "check the address; no document of this protocol is that long");
    }
    boolean connecting = failure instanceof HttpConnectTimeoutException;
    if (failure instanceof HttpTimeoutException && !connecting) {
      return tooSlow(request);
    }
    NetworkFault fault = network.explain(request.uri(), failure);
    return new ClientException(Problem.NETWORK, fault.message(), fault.hint(), failure);
  }

  private ClientException tooSlow(HttpRequest request) {
    return new ClientException(
        Problem.NETWORK,
        place(request) + " did not answer within " + limit.toSeconds() + " seconds",
        "try again; check the network connection and any proxy");
  }

  /** The address without its query, which may hold what is not for logs. */
  private static String place(HttpRequest request) {
    URI uri = request.uri();
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdownNow();
      client = null;
    }
  }

  /** Ends the exchange as soon as its headers are there. */
  private static final class IgnoredStream implements BodySubscriber<byte[]> {
    @Override
    public CompletionStage<byte[]> getBody() {
      return CompletableFuture.completedFuture(new byte[0]);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}

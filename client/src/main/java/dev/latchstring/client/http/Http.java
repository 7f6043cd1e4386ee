package dev.latchstring.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
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

  private final Duration limit;
  private @Nullable HttpClient client;
  private boolean closed;

  public Http() {
    this(WHOLE);
  }

  /** With another limit for one whole exchange. */
  public Http(Duration limit) {
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
    HttpRequest request = builder.timeout(limit).header("User-Agent", "latchstring").build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client().sendAsync(request, Http::subscriber);
    try {
      // The request's own timeout ends with the headers; this one covers the body too.
      HttpResponse<byte[]> response = exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(request.uri(), response.statusCode(), response.headers(), response.body());
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
      open =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT)
              .build();
      client = open;
    }
    return open;
  }

  private ClientException explain(HttpRequest request, Throwable failure) {
    String place = place(request);
    if (failure instanceof BoundedBody.TooLong) {
      return new ClientException(
          Problem.METADATA_INVALID,
          place + " answered with more than " + MAX_BYTES + " bytes",
          "check the address; no document of this protocol is that long");
    }
    if (failure instanceof HttpTimeoutException) {
      return tooSlow(request);
    }
    if (failure instanceof SSLException) {
      return new ClientException(
          Problem.NETWORK,
          "no secure connection to " + place + ": " + failure.getMessage(),
          "check the server's certificate, and that its authority is trusted on this machine",
          failure);
    }
    if (failure instanceof ConnectException) {
      boolean unknown =
          failure.getCause() instanceof UnresolvedAddressException
              || hasCause(failure, UnknownHostException.class)
              || hasCause(failure, UnresolvedAddressException.class);
      return new ClientException(
          Problem.NETWORK,
          unknown
              ? "the host " + request.uri().getHost() + " is not known"
              : "nothing answers at " + place,
          unknown
              ? "check the spelling and the network connection"
              : "check that the server is running and that the network lets you reach it",
          failure);
    }
    return new ClientException(
        Problem.NETWORK,
        "the connection to " + place + " broke: " + reason(failure),
        "try again; check the network connection and any proxy",
        failure);
  }

  private ClientException tooSlow(HttpRequest request) {
    return new ClientException(
        Problem.NETWORK,
        place(request) + " did not answer within " + limit.toSeconds() + " seconds",
        "try again; check the network connection and any proxy");
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null || !(failure instanceof IOException)
        ? failure.getClass().getSimpleName()
        : ServerText.clean(message, 100);
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

package dev.latchstring.client.call;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that may not be the last. That of a 401 or 403 is kept until it is known
 * whether the request is sent again, and then handed to the application's handler; any other goes
 * there as it comes, so that streams stream.
 *
 * @param <T> what the application's handler makes of a body
 */
final class HeldBody<T> {
  static final int MAX_BYTES = 64 * 1024;

  private final @Nullable Refused<T> refused;
  private final @Nullable T delivered;

  private record Refused<T>(BodyHandler<T> handler, ResponseInfo info, byte[] bytes) {}

  private HeldBody(@Nullable Refused<T> refused, @Nullable T delivered) {
    this.refused = refused;
    this.delivered = delivered;
  }

  static <T> BodyHandler<HeldBody<T>> of(BodyHandler<T> handler) {
    return info ->
        info.statusCode() == 401 || info.statusCode() == 403
            ? BodySubscribers.mapping(
                new FirstBytes(),
                bytes -> new HeldBody<>(new Refused<>(handler, info, bytes), null))
            : BodySubscribers.mapping(handler.apply(info), body -> new HeldBody<>(null, body));
  }

  /** The answer as the application sees it, to the request as it made it. */
  static <T> HttpResponse<T> deliver(HttpResponse<HeldBody<T>> response, HttpRequest request) {
    HeldBody<T> held = response.body();
    Refused<T> refused = held.refused;
    T body = refused == null ? held.delivered : replay(refused);
    return new Delivered<>(response, request, body);
  }

  private static <T> @Nullable T replay(Refused<T> refused) {
    BodySubscriber<T> subscriber = refused.handler().apply(refused.info());
    CompletionStage<T> body = subscriber.getBody();
    subscriber.onSubscribe(new OneBuffer(subscriber, refused.bytes()));
    return body.toCompletableFuture().join();
  }

  /** Gives all bytes at the first request for any. */
  private static final class OneBuffer implements Flow.Subscription {
    private final BodySubscriber<?> subscriber;
    private final byte[] bytes;
    private boolean done;

    OneBuffer(BodySubscriber<?> subscriber, byte[] bytes) {
      this.subscriber = subscriber;
      this.bytes = bytes;
    }

    @Override
    public void request(long n) {
      if (!finish()) {
        return;
      }
      if (bytes.length > 0) {
        subscriber.onNext(List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
      }
      subscriber.onComplete();
    }

    @Override
    public void cancel() {
      finish();
    }

    private synchronized boolean finish() {
      boolean first = !done;
      done = true;
      return first;
    }
  }

  /** Reads up to the limit, and lets go of the rest. */
  private static final class FirstBytes implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        byte[] some = new byte[Math.min(buffer.remaining(), MAX_BYTES - read.size())];
        buffer.get(some);
        read.writeBytes(some);
      }
      if (read.size() == MAX_BYTES && subscription != null) {
        subscription.cancel();
        onComplete();
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(read.toByteArray());
    }
  }

  private record Delivered<T>(HttpResponse<?> response, HttpRequest request, @Nullable T body)
      implements HttpResponse<T> {
    @Override
    public int statusCode() {
      return response.statusCode();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return response.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return response.sslSession();
    }

    @Override
    public URI uri() {
      return response.uri();
    }

    @Override
    public HttpClient.Version version() {
      return response.version();
    }
  }
}

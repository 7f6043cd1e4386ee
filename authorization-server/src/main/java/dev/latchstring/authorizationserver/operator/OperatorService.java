package dev.latchstring.authorizationserver.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.config.ServiceSettings;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A POST to a service of the operator's: two seconds for all of it, at most 64 KiB of an answer, no
 * redirect.
 *
 * <p>Where there is a key, a request is signed as Standard Webhooks 1.0.0 has it: {@code
 * webhook-id}, {@code webhook-timestamp} in seconds, and {@code webhook-signature} with {@code v1,}
 * and HMAC-SHA256 over {@code id.timestamp.body} in base64.
 */
public final class OperatorService implements AutoCloseable {
  private static final int MAX_BYTES = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int AT_ONCE = 64;

  private final ServiceSettings settings;
  private final Clock clock;
  private final SecureRandom random;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final HttpClient http;

  public OperatorService(ServiceSettings settings, Clock clock, SecureRandom random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE);
    if (!settings.authorities().isEmpty()) {
      builder.sslContext(believing(settings.authorities()));
    }
    this.http = builder.build();
  }

  /**
   * What the service answers.
   *
   * @throws OAuthException {@code temporarily_unavailable} where it is not 200 and a JSON object
   */
  public JsonNode ask(Map<String, ?> question) {
    if (!places.tryAcquire()) {
      throw unavailable("too many requests wait for the service");
    }
    try {
      HttpResponse<byte[]> answer = send(request(Json.write(question)));
      if (answer.statusCode() != 200) {
        throw unavailable("the service answered " + answer.statusCode());
      }
      return object(answer.body());
    } finally {
      places.release();
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, head -> new LimitedBody());
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unavailable("the service did not answer in time");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw unavailable(
          cause instanceof TooLarge
              ? "the service's answer is too large"
              : "the service could not be asked: " + String.valueOf(cause).split(":", 2)[0]);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the server is stopping");
    } finally {
      answer.cancel(true);
    }
  }

  private HttpRequest request(String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.url())
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8));
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    byte[] key = settings.signingKey();
    if (key != null) {
      String id = "msg_" + Secrets.newToken(random).substring(0, 22);
      long now = clock.instant().getEpochSecond();
      request
          .header("webhook-id", id)
          .header("webhook-timestamp", String.valueOf(now))
          .header("webhook-signature", signature(key, id + "." + now + "." + body));
    }
    return request.build();
  }

  private static String signature(byte[] key, String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static SSLContext believing(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("own-" + i, authorities.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificates cannot be used", e);
    }
  }

  /** The answer is larger than {@link #MAX_BYTES}. */
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Takes what comes up to the limit, and ends the exchange beyond it. */
  private static final class LimitedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> bytes =
        HttpResponse.BodySubscribers.ofByteArray();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private long size;

    LimitedBody() {
      bytes
          .getBody()
          .whenComplete((all, failure) -> {
            if (failure != null) {
              body.completeExceptionally(failure);
            } else {
              body.complete(all);
            }
          });
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      this.subscription = given;
      bytes.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      size += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
      if (size <= MAX_BYTES) {
        bytes.onNext(buffers);
      } else if (!body.isDone() && subscription != null) {
        subscription.cancel();
        body.completeExceptionally(new TooLarge());
      }
    }

    @Override
    public void onError(Throwable failure) {
      bytes.onError(failure);
    }

    @Override
    public void onComplete() {
      bytes.onComplete();
    }
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode answer = Json.readTree(body);
      if (answer.isObject()) {
        return answer;
      }
    } catch (JsonException e) {
      // Told below.
    }
    throw unavailable("the service's answer is not a JSON object");
  }

  private static OAuthException unavailable(String detail) {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE, "this cannot be checked now; try again soon")
        .withDetail(detail);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

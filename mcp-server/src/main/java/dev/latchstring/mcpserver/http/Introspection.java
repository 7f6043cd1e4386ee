package dev.latchstring.mcpserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.mcpserver.verification.IssuerMetadata;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.fetch.BoundedBody;
import dev.latchstring.oauth.message.IntrospectionResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7662 §2. Asks the authorization server about a token, as a client that is registered there
 * ({@code client_secret_basic}).
 *
 * <p>At most {@value #MAX_AT_ONCE} questions at once: the next one is refused with {@code
 * temporarily_unavailable} rather than queued. An answer takes at most {@value #MAX_SECONDS}
 * seconds and {@value #MAX_BYTES} bytes.
 */
final class Introspection implements AutoCloseable {
  static final int MAX_AT_ONCE = 32;
  static final int MAX_SECONDS = 5;
  static final int MAX_BYTES = 64 * 1024;

  private final IssuerMetadata metadata;
  private final String authorization;
  private final HttpClient http;
  private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);

  Introspection(IssuerMetadata metadata, String clientId, String clientSecret) {
    this.metadata = metadata;
    // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
    String credentials =
        URLEncoder.encode(clientId, UTF_8) + ":" + URLEncoder.encode(clientSecret, UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(MAX_SECONDS))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * @throws OAuthException {@code temporarily_unavailable} where there is no usable answer
   */
  IntrospectionResponse ask(String token) {
    if (!atOnce.tryAcquire()) {
      throw unavailable("more than " + MAX_AT_ONCE + " introspections at once", null);
    }
    try {
      HttpResponse<byte[]> response =
          http.sendAsync(request(token), head -> new BoundedBody(MAX_BYTES))
              .get(MAX_SECONDS, TimeUnit.SECONDS);
      if (response.statusCode() != 200) {
        throw unavailable("introspection answered with HTTP status " + response.statusCode(), null);
      }
      return Json.read(response.body(), IntrospectionResponse.class);
    } catch (ExecutionException | TimeoutException | JsonException e) {
      throw unavailable("introspection failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    } finally {
      atOnce.release();
    }
  }

  private HttpRequest request(String token) {
    String address = metadata.get().introspectionEndpoint();
    if (address == null) {
      throw unavailable(
          "the authorization server's metadata names no introspection endpoint", null);
    }
    URI endpoint;
    try {
      endpoint = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw unavailable("the introspection endpoint is not a URI", e);
    }
    if (!HttpsUri.isHttpsOrLoopback(endpoint)) {
      throw unavailable("the introspection endpoint is not https", null);
    }
    SequencedMap<String, String> form = new LinkedHashMap<>();
    form.put("token", token);
    form.put("token_type_hint", "access_token");
    return HttpRequest.newBuilder(endpoint)
        .timeout(Duration.ofSeconds(MAX_SECONDS))
        .header("Authorization", authorization)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(form)))
        .build();
  }

  private static OAuthException unavailable(String why, @Nullable Exception cause) {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE,
            "the token cannot be checked now: the authorization server gave no answer about it")
        .withDetail(cause == null ? why : why + ": " + cause);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return "Introspection[]";
  }
}

package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.message.ErrorResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §2.3 and RFC 9449 §4 and §8. Forms that this client sends to an authorization server:
 * authenticated, and proven by a key where there is one. Each is made anew each time it is sent,
 * for an assertion and a proof are good once.
 *
 * <p>The latest nonce of each server is remembered for all that is sent there; one that the server
 * wants is tried once. Safe for use by many threads.
 */
public final class ClientRequests {
  private static final int MAX_NONCE = 512;
  private static final int MAX_SERVERS = 256;

  private final Http http;
  private final Map<String, String> nonces = new ConcurrentHashMap<>();

  public ClientRequests(Http http) {
    this.http = http;
  }

  /**
   * Sends a form, and once more where the server answers with a nonce to use.
   *
   * @param key makes the proof; null for none
   * @throws ClientException {@link Problem#NETWORK}, {@link Problem#METADATA_INVALID} as {@link
   *     Http}
   */
  public Reply post(
      URI endpoint,
      ClientAuthentication client,
      @Nullable DpopProofs key,
      Map<String, String> parameters) {
    String origin = HttpsUri.origin(endpoint);
    String nonce = key == null ? null : nonces.get(origin);
    Reply reply = send(endpoint, client, key, nonce, parameters);
    if (key == null) {
      return reply;
    }
    Optional<String> given = nonce(reply);
    given.ifPresent(next -> remember(origin, next));
    return given.isPresent() && !given.get().equals(nonce) && wantsNonce(reply)
        ? again(endpoint, client, key, given.get(), parameters)
        : reply;
  }

  private Reply again(
      URI endpoint,
      ClientAuthentication client,
      DpopProofs key,
      String nonce,
      Map<String, String> parameters) {
    Reply reply = send(endpoint, client, key, nonce, parameters);
    nonce(reply).ifPresent(next -> remember(HttpsUri.origin(endpoint), next));
    return reply;
  }

  private Reply send(
      URI endpoint,
      ClientAuthentication client,
      @Nullable DpopProofs key,
      @Nullable String nonce,
      Map<String, String> parameters) {
    Map<String, String> form = new LinkedHashMap<>(parameters);
    client.addTo(form);
    return http.postForm(
        endpoint,
        form,
        client.authorization(),
        key == null
            ? Map.of()
            : Map.of(DpopVerifier.HEADER, key.proof("POST", endpoint, nonce, null)));
  }

  private static boolean wantsNonce(Reply reply) {
    try {
      return !reply.isOk()
          && ErrorCode.USE_DPOP_NONCE
              .code()
              .equals(Json.read(reply.body(), ErrorResponse.class).error());
    } catch (JsonException e) {
      return false;
    }
  }

  private static Optional<String> nonce(Reply reply) {
    return reply
        .headers()
        .firstValue(DpopVerifier.NONCE_HEADER)
        .filter(nonce ->
            !nonce.isEmpty()
                && nonce.length() <= MAX_NONCE
                && nonce.chars().allMatch(c -> c > 0x20 && c < 0x7F));
  }

  private void remember(String origin, String nonce) {
    if (nonces.size() < MAX_SERVERS || nonces.containsKey(origin)) {
      nonces.put(origin, nonce);
    }
  }
}

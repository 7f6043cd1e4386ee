package dev.latchstring.client;

import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750 §2.1 and RFC 9449 §7.1. An access token, where it may go, and the key it is bound to.
 *
 * @param value a secret
 * @param type {@code Bearer} or {@code DPoP}, as it is to be sent
 * @param resource the only resource it may be sent to (RFC 8707)
 * @param scope what was granted
 * @param expiresAt absolute; null where the server did not say
 * @param key makes the proofs that a token of the type {@code DPoP} is worthless without; null
 *     where it is bound to nothing
 */
public record AccessToken(
    String value,
    String type,
    URI resource,
    Scope scope,
    @Nullable Instant expiresAt,
    @Nullable DpopProofs key) {
  /** RFC 6750: who holds it may use it. */
  public static final String BEARER = "Bearer";

  /** RFC 9449: who holds the key may use it. */
  public static final String DPOP = "DPoP";

  /** A token that is bound to nothing. */
  public AccessToken(
      String value, String type, URI resource, Scope scope, @Nullable Instant expiresAt) {
    this(value, type, resource, scope, expiresAt, null);
  }

  /** The value of the {@code Authorization} header. */
  public String authorization() {
    return type + " " + value;
  }

  /** Whether a proof has to go with every use. */
  public boolean isBound() {
    return key != null;
  }

  /**
   * RFC 9449 §7. The value of the {@code DPoP} header for one request with this token; null where
   * it is bound to nothing. A request that is sent again needs a new one.
   *
   * @param target where it is sent
   * @param nonce the latest {@code DPoP-Nonce} that the same server gave; null where it gave none.
   *     A 401 with {@code error="use_dpop_nonce"} brings one: send the request again with it
   */
  public @Nullable String proof(String method, URI target, @Nullable String nonce) {
    return key == null ? null : key.proof(method, target, nonce, value);
  }

  /** The headers of one request with this token: {@code Authorization}, and {@code DPoP} if due. */
  public Map<String, String> headers(String method, URI target, @Nullable String nonce) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", authorization());
    String proof = proof(method, target, nonce);
    if (proof != null) {
      headers.put("DPoP", proof);
    }
    return headers;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "AccessToken[resource="
        + resource
        + ", type="
        + type
        + ", scope="
        + scope
        + ", expiresAt="
        + expiresAt
        + "]";
  }
}

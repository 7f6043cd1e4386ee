package dev.latchstring.oauth.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.SigningKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9449 §4.2. Makes proofs with one key: a new one for each request, a repeated request
 * included.
 *
 * <p>Safe for use by many threads at once.
 */
public final class DpopProofs {
  /** What a {@link #newKey} signs with. */
  public static final String ALGORITHM = "ES256";

  private final SigningKey key;
  private final byte[] header;
  private final String keyThumbprint;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param key a private key: EC on P-256 (ES256), or RSA of at least 2048 bits (RS256)
   * @throws IllegalArgumentException where it is not private, or of another type
   */
  public DpopProofs(JWK key, InstantSource clock, SecureRandom random) {
    try {
      this.keyThumbprint = key.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalArgumentException("a key without a thumbprint", e);
    }
    this.key = SigningKey.of(key);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("typ", "dpop+jwt");
    json.put("alg", this.key.algorithm());
    json.put("jwk", key.toPublicJWK().getRequiredParams());
    this.header = Json.bytes(json);
    this.clock = clock;
    this.random = random;
  }

  /** A new key, for {@code ES256}; its {@code kid} is its thumbprint. */
  public static ECKey newKey(SecureRandom random) {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyIDFromThumbprint(true)
          .secureRandom(random)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  /** {@code jkt} (§6.1), as in {@code dpop_jkt} and {@code cnf}. */
  public String keyThumbprint() {
    return keyThumbprint;
  }

  /**
   * A proof for one request.
   *
   * @param target where it is sent; query and fragment are left out
   * @param nonce the latest that the same server gave; null where it gave none
   * @param accessToken the token that is sent along; null where none is
   */
  public String proof(
      String method, URI target, @Nullable String nonce, @Nullable String accessToken) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("jti", Secrets.newToken(random).substring(0, 22));
    claims.put("htm", method);
    claims.put("htu", withoutQuery(target.toString()));
    claims.put("iat", clock.instant().getEpochSecond());
    if (accessToken != null) {
      claims.put("ath", Secrets.sha256Base64Url(accessToken));
    }
    if (nonce != null) {
      claims.put("nonce", nonce);
    }
    return key.sign(header, Json.bytes(claims));
  }

  private static String withoutQuery(String uri) {
    int end = uri.length();
    for (char c : new char[] {'#', '?'}) {
      int at = uri.indexOf(c);
      end = at >= 0 && at < end ? at : end;
    }
    return uri.substring(0, end);
  }

  /** Without the private key. */
  @Override
  public String toString() {
    return "DpopProofs[jkt=" + keyThumbprint + "]";
  }
}

package dev.latchstring.client.registration;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.SigningKey;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7523 §2.2. A client's own key, by which it says who it is ({@code private_key_jwt}): with a
 * new assertion for each request, which lives one minute.
 */
public final class ClientKey {
  /** RFC 7523 §2.2: the value of {@code client_assertion_type}. */
  static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final Duration LIFE = Duration.ofMinutes(1);

  private final AssertionSigner key;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param key a private key: EC on P-256 (ES256), P-384 or P-521, RSA of at least 2048 bits
   *     (RS256, PS256), or Ed25519 (EdDSA). Without a {@code kid} its thumbprint (RFC 7638) is
   *     taken
   * @throws IllegalArgumentException where it is another
   */
  public ClientKey(JWK key, InstantSource clock, SecureRandom random) {
    this(AssertionSigner.of(key), clock, random);
  }

  private ClientKey(AssertionSigner key, InstantSource clock, SecureRandom random) {
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A private key as somebody keeps it: one JWK (RFC 7517), or PKCS #8 in PEM.
   *
   * @param what where it came from, for the message
   * @param kid by which the server knows a key in PEM; null where it knows it without
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it is no such key; never
   *     quoting it
   */
  public static ClientKey parse(
      String what, String text, @Nullable String kid, InstantSource clock, SecureRandom random) {
    try {
      String stripped = text.strip();
      return new ClientKey(
          stripped.startsWith("-----")
              ? AssertionSigner.ofPem(stripped, kid)
              : AssertionSigner.of(JWK.parse(stripped)),
          clock,
          random);
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      throw new ClientException(
          Problem.CREDENTIAL_UNAVAILABLE,
          what + " is no private key that can be used",
          "give one JWK, or PKCS #8 in PEM (openssl pkcs8 -topk8 -nocrypt makes it of older"
              + " files): EC on P-256, P-384 or P-521, RSA of at least 2048 bits, or Ed25519");
    }
  }

  /**
   * One JWK that a key which proves possession (RFC 9449) is made of. Without a {@code kid} its
   * thumbprint is taken.
   *
   * @param what where it came from, for the message
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where it is no such key; never
   *     quoting it
   */
  public static JWK read(String what, String json) {
    try {
      JWK key = JWK.parse(json);
      JWK named =
          switch (key) {
            case ECKey ec when ec.getKeyID() == null ->
                new ECKey.Builder(ec).keyIDFromThumbprint().build();
            case RSAKey rsa when rsa.getKeyID() == null ->
                new RSAKey.Builder(rsa).keyIDFromThumbprint().build();
            default -> key;
          };
      SigningKey usable = SigningKey.of(named);
      assert usable.kid() != null;
      return named;
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      throw new ClientException(
          Problem.CREDENTIAL_UNAVAILABLE,
          what + " is no private key that can be used",
          "give one JWK as JSON: EC on P-256, or RSA of at least 2048 bits, with its private part");
    }
  }

  /**
   * RFC 7517. Its public part, for the client's metadata: under the name that its assertions have,
   * where they have one.
   */
  public JWK published() {
    return key.published();
  }

  /**
   * RFC 7523 §3. A JWT with claims of the caller's, to which {@code jti}, {@code iat} and {@code
   * exp}, a minute from now, are added.
   *
   * @param algorithms what the receiver lists; null where it lists none
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where this key can do none of them
   */
  public String assertion(Map<String, String> claims, @Nullable List<String> algorithms) {
    long now = clock.instant().getEpochSecond();
    Map<String, Object> all = new LinkedHashMap<>(claims);
    all.put("jti", Secrets.newToken(random));
    all.put("iat", now);
    all.put("exp", now + LIFE.toSeconds());
    return key.sign(all, algorithms);
  }

  /** RFC 7523 §3, whose audience is the issuer and nothing else. */
  String assertion(String clientId, String issuer, @Nullable List<String> algorithms) {
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("iss", clientId);
    claims.put("sub", clientId);
    claims.put("aud", issuer);
    return assertion(claims, algorithms);
  }

  /** Without the private part. */
  @Override
  public String toString() {
    return "ClientKey[kid=" + key.name() + "]";
  }
}

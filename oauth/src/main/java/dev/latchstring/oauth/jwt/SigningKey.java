package dev.latchstring.oauth.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7515 §7.1. A private key that signs JWTs: {@code ES256} for an EC key on P-256, {@code RS256}
 * for an RSA key of at least 2048 bits.
 *
 * <p>The key is made native to the fastest provider once, for a foreign key costs half the speed of
 * each signature. Safe for use by many threads at once.
 */
public final class SigningKey {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final JWK publicJwk;
  private final JWSAlgorithm algorithm;
  private final PrivateKey privateKey;
  private final @Nullable Provider provider;
  private final Map<String, String> encodedHeaders = new ConcurrentHashMap<>();

  private SigningKey(
      JWK publicJwk, JWSAlgorithm algorithm, PrivateKey privateKey, @Nullable Provider provider) {
    this.publicJwk = publicJwk;
    this.algorithm = algorithm;
    this.privateKey = privateKey;
    this.provider = provider;
  }

  /**
   * A key from its JWK.
   *
   * @throws IllegalArgumentException where it has no private part, no {@code kid}, or is of another
   *     type
   */
  public static SigningKey of(JWK jwk) {
    if (jwk.getKeyID() == null || !jwk.isPrivate()) {
      throw new IllegalArgumentException("a signing key has a kid and a private part");
    }
    try {
      return switch (jwk) {
        case ECKey ec when ec.getCurve().equals(com.nimbusds.jose.jwk.Curve.P_256) ->
            nativeKey(jwk, JWSAlgorithm.ES256, "EC", ec.toECPrivateKey());
        case RSAKey rsa when rsa.size() >= 2048 ->
            nativeKey(jwk, JWSAlgorithm.RS256, "RSA", rsa.toRSAPrivateKey());
        default -> throw new IllegalArgumentException("a signing key is P-256 or RSA of 2048 bits");
      };
    } catch (JOSEException e) {
      throw new IllegalArgumentException("not a usable signing key", e);
    }
  }

  private static SigningKey nativeKey(
      JWK jwk, JWSAlgorithm algorithm, String type, PrivateKey key) {
    JWK publicJwk = jwk.toPublicJWK();
    Provider provider = CryptoProviders.nativeProvider();
    if (provider != null) {
      try {
        PrivateKey translated =
            KeyFactory.getInstance(type, provider)
                .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        return new SigningKey(publicJwk, algorithm, translated, provider);
      } catch (GeneralSecurityException e) {
        // The provider lacks this type of key: the JDK has it.
        return new SigningKey(publicJwk, algorithm, key, null);
      }
    }
    return new SigningKey(publicJwk, algorithm, key, null);
  }

  public String kid() {
    return publicJwk.getKeyID();
  }

  /** {@code ES256} or {@code RS256}. */
  public String algorithm() {
    return algorithm.getName();
  }

  /** The public part, with {@code kid}, {@code alg} and {@code use} as they were given. */
  public JWK publicJwk() {
    return publicJwk;
  }

  /**
   * Signs a JWT.
   *
   * @param type the header's {@code typ}, such as {@code at+jwt}
   * @param claims the payload: a JSON object in UTF-8
   * @return the compact serialization
   */
  public String sign(String type, byte[] claims) {
    return signEncoded(encodedHeaders.computeIfAbsent(type, this::encodeHeader), claims);
  }

  /**
   * Signs a JWT whose header is more than a type and a {@code kid}.
   *
   * @param header the whole header: a JSON object in UTF-8, whose {@code alg} is {@link
   *     #algorithm()}
   * @param claims the payload: a JSON object in UTF-8
   * @return the compact serialization
   */
  public String sign(byte[] header, byte[] claims) {
    return signEncoded(BASE64URL.encodeToString(header), claims);
  }

  private String signEncoded(String header, byte[] claims) {
    String payload = BASE64URL.encodeToString(claims);
    StringBuilder jwt = new StringBuilder(header.length() + payload.length() + 90);
    jwt.append(header).append('.').append(payload);
    byte[] signature = signature(jwt.toString().getBytes(US_ASCII));
    return jwt.append('.').append(BASE64URL.encodeToString(signature)).toString();
  }

  private String encodeHeader(String type) {
    String header =
        dev.latchstring.oauth.Json.write(
            new Header(algorithm.getName(), type, publicJwk.getKeyID()));
    return BASE64URL.encodeToString(header.getBytes(UTF_8));
  }

  private record Header(String alg, String typ, String kid) {}

  private byte[] signature(byte[] input) {
    boolean ec = algorithm.equals(JWSAlgorithm.ES256);
    String name = ec ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature signature =
          provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
      signature.initSign(privateKey);
      signature.update(input);
      byte[] signed = signature.sign();
      return ec ? ECDSA.transcodeSignatureToConcat(signed, 64) : signed;
    } catch (GeneralSecurityException | JOSEException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  /** Without the private part. */
  @Override
  public String toString() {
    return "SigningKey[kid=" + kid() + ", alg=" + algorithm() + "]";
  }
}

package dev.latchstring.oauth.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.CryptoProviders;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 9449 §4.3 (5) to (7). The public key in a proof's header: of the type that the algorithm
 * needs, without anything private, and spelled in the one way that a thumbprint can be taken of.
 *
 * @param thumbprint RFC 7638 with SHA-256, in base64url
 */
record ProofKey(ProofAlgorithm algorithm, JsonNode jwk, String thumbprint) {
  /** RFC 7518 §6: every member that belongs to a private or symmetric key. */
  private static final List<String> PRIVATE =
      List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

  /** RFC 8410 §4: what stands before the 32 bytes of an Ed25519 key in its X.509 form. */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /** 2048 bits are 342 characters of base64url; 8192 bits, 1366. */
  private static final int MIN_MODULUS = 342;

  private static final int MIN_OCTETS = 256;

  private static final int MAX_MODULUS = 1366;

  /**
   * @throws OAuthException {@code invalid_dpop_proof} with the rule that is broken
   */
  static ProofKey of(JsonNode jwk, ProofAlgorithm algorithm) {
    if (!jwk.isObject()) {
      throw DpopVerifier.invalid("has no jwk");
    }
    if (PRIVATE.stream().anyMatch(jwk::has)) {
      throw DpopVerifier.invalid("has a private or symmetric key in its jwk; replace that key");
    }
    String curve = algorithm.curve();
    boolean fits =
        algorithm.keyType().equals(text(jwk, "kty"))
            && (curve == null || curve.equals(text(jwk, "crv")))
            && (!jwk.has("use") || "sig".equals(text(jwk, "use")))
            && (!jwk.has("alg") || algorithm.code().equals(text(jwk, "alg")));
    if (!fits) {
      throw DpopVerifier.invalid("has a jwk that does not fit its alg");
    }
    return new ProofKey(algorithm, jwk, Secrets.sha256Base64Url(requiredMembers(jwk, algorithm)));
  }

  /** RFC 7638 §3.2 and RFC 8037 §2: in order, without white space. */
  private static String requiredMembers(JsonNode jwk, ProofAlgorithm algorithm) {
    int length = algorithm.coordinateLength();
    return switch (algorithm.keyType()) {
      case "EC" ->
          "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
              .formatted(
                  algorithm.curve(),
                  base64Url(jwk, "x", length, length),
                  base64Url(jwk, "y", length, length));
      case "OKP" ->
          "{\"crv\":\"%s\",\"kty\":\"OKP\",\"x\":\"%s\"}"
              .formatted(algorithm.curve(), base64Url(jwk, "x", length, length));
      default ->
          // A longer exponent would make a verification as slow as a signature.
          "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}"
              .formatted(base64Url(jwk, "e", 2, 6), base64Url(jwk, "n", MIN_MODULUS, MAX_MODULUS));
    };
  }

  /** A member that base64url encodes in the one canonical way. */
  private static String base64Url(JsonNode jwk, String name, int shortest, int longest) {
    String value = text(jwk, name);
    if (value != null && value.length() >= shortest && value.length() <= longest) {
      try {
        byte[] octets = Base64.getUrlDecoder().decode(value);
        boolean padded = (name.equals("n") || name.equals("e")) && octets[0] == 0;
        boolean small = name.equals("n") && octets.length == MIN_OCTETS && octets[0] > 0;
        if (!padded && !small && Base64URL.encode(octets).toString().equals(value)) {
          return value;
        }
      } catch (IllegalArgumentException e) {
        // Falls to the same answer.
      }
    }
    throw DpopVerifier.invalid(
        "has a jwk whose " + name + " is missing, misspelled, too short or too long");
  }

  /**
   * §4.3 (6).
   *
   * @param input the octets that were signed
   */
  boolean hasSigned(byte[] input, byte[] signature) {
    try {
      return switch (algorithm.keyType()) {
        case "EC" -> verifies(ecVerifier(), input, signature);
        case "OKP" -> ed25519(input, signature);
        default -> verifies(rsaVerifier(), input, signature);
      };
    } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
      // A point that is not on its curve, a modulus that is no modulus, a signature of odd length:
      // what cannot be verified has not been signed.
      return false;
    }
  }

  private boolean verifies(JWSVerifier verifier, byte[] input, byte[] signature)
      throws JOSEException {
    Provider provider = CryptoProviders.nativeProvider();
    if (provider != null) {
      verifier.getJCAContext().setProvider(provider);
    }
    return verifier.verify(algorithm.header(), input, Base64URL.encode(signature));
  }

  /** A key of the provider that verifies: a foreign one is translated with each signature. */
  private JWSVerifier ecVerifier() throws JOSEException {
    ECKey key = new ECKey.Builder(Curve.parse(algorithm.curve()), member("x"), member("y")).build();
    Provider provider = CryptoProviders.nativeProvider();
    return new ECDSAVerifier(provider == null ? key.toECPublicKey() : key.toECPublicKey(provider));
  }

  private JWSVerifier rsaVerifier() throws JOSEException {
    return new RSASSAVerifier(
        new RSAKey.Builder(member("n"), member("e")).build().toRSAPublicKey());
  }

  /** By the JDK: the JOSE library asks for another dependency. */
  private boolean ed25519(byte[] input, byte[] signature) throws GeneralSecurityException {
    byte[] encoded = java.util.Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + 32);
    System.arraycopy(member("x").decode(), 0, encoded, ED25519_PREFIX.length, 32);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    verifier.update(input);
    return verifier.verify(signature);
  }

  private Base64URL member(String name) {
    return new Base64URL(String.valueOf(text(jwk, name)));
  }

  private static @Nullable String text(JsonNode jwk, String name) {
    JsonNode value = jwk.get(name);
    return value != null && value.isString() ? value.stringValue() : null;
  }
}

package dev.latchstring.oauth.dpop;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** RFC 9449 §4.3 (5) and §11.6. The algorithms that a proof may be signed with, and their keys. */
enum ProofAlgorithm {
  ES256("ES256", "EC", "P-256", 43),
  ES384("ES384", "EC", "P-384", 64),
  ES512("ES512", "EC", "P-521", 88),
  /** RFC 9864: EdDSA with its curve said. */
  ED25519("Ed25519", "OKP", "Ed25519", 43),
  /** RFC 8037, with Ed25519 alone. */
  EDDSA("EdDSA", "OKP", "Ed25519", 43),
  PS256("PS256", "RSA", null, 0),
  RS256("RS256", "RSA", null, 0);

  private final String code;
  private final String keyType;
  private final @Nullable String curve;
  private final int coordinateLength;

  ProofAlgorithm(String code, String keyType, @Nullable String curve, int coordinateLength) {
    this.code = code;
    this.keyType = keyType;
    this.curve = curve;
    this.coordinateLength = coordinateLength;
  }

  /** Null where no such algorithm is accepted. */
  static @Nullable ProofAlgorithm of(String alg) {
    return Arrays.stream(values())
        .filter(algorithm -> algorithm.code.equals(alg))
        .findFirst()
        .orElse(null);
  }

  /** {@code alg}. */
  String code() {
    return code;
  }

  JWSHeader header() {
    return new JWSHeader(JWSAlgorithm.parse(code));
  }

  /** {@code kty}. */
  String keyType() {
    return keyType;
  }

  /** {@code crv}; null for a type of key that has none. */
  @Nullable String curve() {
    return curve;
  }

  /** RFC 7518 §6.2.1.2: the characters of a coordinate, whose octets are all written. */
  int coordinateLength() {
    return coordinateLength;
  }
}

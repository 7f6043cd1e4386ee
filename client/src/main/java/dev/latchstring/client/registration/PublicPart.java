package dev.latchstring.client.registration;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;

/**
 * The public key of a private one that comes alone, as PKCS #8 leaves it (RFC 5958, RFC 5915).
 *
 * <p>For a key of the user's own that is about to be published: how long it takes depends on the
 * key.
 */
final class PublicPart {
  private static final int ED25519_LENGTH = 32;
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private PublicPart() {}

  /**
   * As a JWK without a name.
   *
   * @throws IllegalArgumentException where it is of another type than a client's key can be, or an
   *     RSA key without its public exponent
   */
  static JWK of(PrivateKey key) {
    try {
      return switch (key) {
        case RSAPrivateCrtKey rsa -> {
          var spec = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
          var known = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
          yield new RSAKey.Builder(known).build();
        }
        case ECPrivateKey ec -> {
          var spec = new ECPublicKeySpec(multiplied(ec.getParams(), ec.getS()), ec.getParams());
          var known = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
          yield new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), known).build();
        }
        case EdECPrivateKey ed ->
            new OctetKeyPair.Builder(
                    Curve.Ed25519,
                    Base64URL.encode(ed25519(ed.getBytes().orElseThrow(PublicPart::unusable))))
                .build();
        default -> throw unusable();
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a usable key", e);
    }
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException("a key without what makes its public part");
  }

  /**
   * RFC 8032 §5.1.5, by the runtime: its generator makes the pair of what it is given as random.
   */
  private static byte[] ed25519(byte[] secret) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(
        255,
        new SecureRandom() {
          private static final long serialVersionUID = 1;

          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(secret, 0, bytes, 0, bytes.length);
          }
        });
    var pair = generator.generateKeyPair();
    if (!Arrays.equals(
        secret,
        ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow(PublicPart::unusable))) {
      throw unusable();
    }
    byte[] encoded = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - ED25519_LENGTH, encoded.length);
  }

  /** SEC 1 §3.2.1: the private number times the curve's base point, by doubling and adding. */
  private static ECPoint multiplied(ECParameterSpec curve, BigInteger secret) {
    BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger a = curve.getCurve().getA();
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = secret.bitLength() - 1; bit >= 0; bit--) {
      sum = added(sum, sum, a, prime);
      if (secret.testBit(bit)) {
        sum = added(sum, curve.getGenerator(), a, prime);
      }
    }
    return sum;
  }

  private static ECPoint added(ECPoint one, ECPoint other, BigInteger a, BigInteger prime) {
    if (one.equals(ECPoint.POINT_INFINITY)) {
      return other;
    }
    if (other.equals(ECPoint.POINT_INFINITY)) {
      return one;
    }
    BigInteger x = one.getAffineX();
    BigInteger y = one.getAffineY();
    boolean same = x.equals(other.getAffineX());
    if (same && !y.equals(other.getAffineY())) {
      return ECPoint.POINT_INFINITY;
    }
    BigInteger slope =
        same
            ? THREE.multiply(x.pow(2)).add(a).multiply(TWO.multiply(y).modInverse(prime))
            : other
                .getAffineY()
                .subtract(y)
                .multiply(other.getAffineX().subtract(x).modInverse(prime));
    BigInteger sumX = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(prime);
    return new ECPoint(sumX, slope.multiply(x.subtract(sumX)).subtract(y).mod(prime));
  }
}

package dev.latchstring.client.registration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.Json;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7515, RFC 7518 and RFC 8037. A private key that signs assertions: EC on P-256, P-384 or
 * P-521, RSA of at least 2048 bits, or Ed25519.
 */
final class AssertionSigner {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final int LEAST_RSA_BITS = 2048;

  private final PrivateKey key;
  private final @Nullable String kid;
  private final List<Algorithm> algorithms;
  private final Supplier<JWK> published;

  /** How a key can sign. */
  private enum Algorithm {
    ES256("SHA256withECDSAinP1363Format"),
    ES384("SHA384withECDSAinP1363Format"),
    ES512("SHA512withECDSAinP1363Format"),
    RS256("SHA256withRSA"),
    PS256("RSASSA-PSS"),
    /** RFC 8037, with Ed25519 alone. */
    EDDSA("Ed25519"),
    /** RFC 9864. */
    ED25519("Ed25519");

    private final String signature;

    Algorithm(String signature) {
      this.signature = signature;
    }

    /** Null where the signature's name says it all. */
    @Nullable AlgorithmParameterSpec parameters() {
      return this == PS256
          ? new PSSParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC)
          : null;
    }

    /** {@code alg}. */
    String code() {
      return switch (this) {
        case EDDSA -> "EdDSA";
        case ED25519 -> "Ed25519";
        default -> name();
      };
    }
  }

  private AssertionSigner(
      PrivateKey key, @Nullable String kid, @Nullable String alg, Supplier<JWK> published) {
    List<Algorithm> possible = algorithms(key);
    this.published = published;
    this.key = key;
    this.kid = kid;
    this.algorithms =
        alg == null
            ? possible
            : possible.stream().filter(algorithm -> algorithm.code().equals(alg)).toList();
    if (algorithms.isEmpty()) {
      throw new IllegalArgumentException("no such algorithm for this key");
    }
  }

  /**
   * @throws IllegalArgumentException where it has no private part or is of another type
   */
  static AssertionSigner of(JWK jwk) {
    if (!jwk.isPrivate()) {
      throw new IllegalArgumentException("a key without its private part");
    }
    String alg = jwk.getAlgorithm() == null ? null : jwk.getAlgorithm().getName();
    try {
      String kid = jwk.getKeyID() == null ? jwk.computeThumbprint().toString() : jwk.getKeyID();
      PrivateKey key =
          switch (jwk) {
            case ECKey ec -> ec.toECPrivateKey();
            case RSAKey rsa -> rsa.toRSAPrivateKey();
            case OctetKeyPair pair when pair.getCurve().equals(Curve.Ed25519) -> ed25519(pair);
            default -> throw new IllegalArgumentException("a key of another type");
          };
      return new AssertionSigner(key, kid, alg, () -> named(jwk.toPublicJWK(), kid));
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalArgumentException("not a usable key", e);
    }
  }

  private static PrivateKey ed25519(OctetKeyPair pair) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519")
        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getDecodedD()));
  }

  /**
   * RFC 5958 in RFC 7468's form: {@code BEGIN PRIVATE KEY}. Its assertions name no {@code kid}
   * unless one is given.
   *
   * @throws IllegalArgumentException where it is encrypted, of an older form, or of another type
   */
  static AssertionSigner ofPem(String text, @Nullable String kid) {
    Matcher pem = PEM.matcher(text);
    if (!pem.find() || !pem.group(1).equals("PRIVATE KEY")) {
      throw new IllegalArgumentException("not PKCS #8");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(2)));
    return Stream.of("EC", "RSA", "Ed25519")
        .flatMap(type -> Stream.ofNullable(read(type, spec)))
        .findFirst()
        .map(key -> new AssertionSigner(key, kid, null, () -> named(PublicPart.of(key), kid)))
        .orElseThrow(() -> new IllegalArgumentException("a key of another type"));
  }

  private static @Nullable PrivateKey read(String type, PKCS8EncodedKeySpec spec) {
    try {
      return KeyFactory.getInstance(type).generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      return null; // of another type
    }
  }

  private static List<Algorithm> algorithms(PrivateKey key) {
    return switch (key) {
      case ECPrivateKey ec ->
          switch (ec.getParams().getOrder().bitLength()) {
            case 256 -> List.of(Algorithm.ES256);
            case 384 -> List.of(Algorithm.ES384);
            case 521 -> List.of(Algorithm.ES512);
            default -> List.of();
          };
      case RSAPrivateKey rsa when rsa.getModulus().bitLength() >= LEAST_RSA_BITS ->
          List.of(Algorithm.RS256, Algorithm.PS256);
      case EdECPrivateKey ed when ed.getParams().getName().equals("Ed25519") ->
          List.of(Algorithm.EDDSA, Algorithm.ED25519);
      default -> List.of();
    };
  }

  /** The public part under the name that its assertions have, if they have one. */
  private static JWK named(JWK key, @Nullable String kid) {
    Map<String, Object> members = new LinkedHashMap<>(key.toJSONObject());
    if (kid != null) {
      members.put("kid", kid);
    }
    try {
      return JWK.parse(members);
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a usable key", e);
    }
  }

  /**
   * RFC 7517. What the server is to know of it.
   *
   * @throws IllegalArgumentException where it cannot be told from the private part
   */
  JWK published() {
    return published.get();
  }

  /** The {@code kid}, or words that say that there is none. */
  String name() {
    return kid == null ? "unnamed" : kid;
  }

  /**
   * A JWT.
   *
   * @param supported the algorithms that the receiver lists; null where it lists none
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where this key can do none of them
   */
  String sign(Map<String, Object> claims, @Nullable List<String> supported) {
    Algorithm algorithm =
        algorithms.stream()
            .filter(possible -> supported == null || supported.contains(possible.code()))
            .findFirst()
            .orElseThrow(() -> unsupported(supported));
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm.code());
    header.put("typ", "JWT");
    if (kid != null) {
      header.put("kid", kid);
    }
    String input =
        BASE64URL.encodeToString(Json.bytes(header))
            + "."
            + BASE64URL.encodeToString(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance(algorithm.signature);
      AlgorithmParameterSpec parameters = algorithm.parameters();
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      signature.initSign(key);
      signature.update(input.getBytes(US_ASCII));
      return input + "." + BASE64URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  private ClientException unsupported(@Nullable List<String> supported) {
    return new ClientException(
        Problem.CLIENT_REFUSED,
        "the client's key signs with "
            + String.join(" or ", algorithms.stream().map(Algorithm::code).toList())
            + ", and the authorization server takes "
            + ServerText.quote(supported == null ? "" : String.join(" ", supported)),
        "register a key of a type that it takes");
  }

  /** Without the private part. */
  @Override
  public String toString() {
    return "AssertionSigner[kid=" + kid + "]";
  }
}

package dev.latchstring.oauth.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 9449 §4.3. Whether a request proves that its sender holds a key.
 *
 * <p>Refused with {@code invalid_dpop_proof}: more than one {@code DPoP} header; more than {@value
 * #MAX_LENGTH} characters; what is not a signed JWT of type {@code dpop+jwt} with {@code jwk},
 * {@code jti}, {@code htm}, {@code htu} and {@code iat}; an algorithm that is not one of {@link
 * #ALGORITHMS}; a key that is private, does not fit the algorithm, or is RSA of fewer than 2048
 * bits; {@code crit}; a signature by another key; another method or address; an {@code ath} that is
 * not of the access token that came along; an {@code iat} more than {@value #WINDOW_MINUTES}
 * minutes away.
 *
 * <p>Where nonces are used, every proof must have one: one without, with a foreign or an old one is
 * refused with {@code use_dpop_nonce}, and the time of the nonce counts instead of {@code iat}, so
 * that the client's clock does not matter (§11.1).
 *
 * <p>What is left to the caller is what needs memory: that the proof was not used before ({@link
 * ProofReplays}), and that its key is the one something is bound to.
 */
public final class DpopVerifier {
  /** §5.1 and §7.1: the algorithms that are accepted, the recommended first. */
  public static final List<String> ALGORITHMS =
      Arrays.stream(ProofAlgorithm.values()).map(ProofAlgorithm::code).toList();

  /** The header that carries a proof. */
  public static final String HEADER = "DPoP";

  /** §8.1: the header that carries a nonce to the client. */
  public static final String NONCE_HEADER = "DPoP-Nonce";

  /** The most characters a proof may have. */
  public static final int MAX_LENGTH = 8192;

  /** The most characters of a {@code jti}. */
  public static final int MAX_ID = 128;

  /** How far {@code iat} may be from the server's time, in minutes, before and after. */
  public static final int WINDOW_MINUTES = 5;

  private static final Duration WINDOW = Duration.ofMinutes(WINDOW_MINUTES);

  /** How far the clocks of several nodes may be apart without one forgetting what another takes. */
  private static final Duration NODES = Duration.ofMinutes(1);

  private static final String TYPE = "dpop+jwt";

  /** 9999-12-31T23:59:59Z. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private final InstantSource clock;
  private final @Nullable DpopNonces nonces;

  /**
   * @param nonces null where none are given and none are asked for
   */
  public DpopVerifier(InstantSource clock, @Nullable DpopNonces nonces) {
    this.clock = clock;
    this.nonces = nonces;
  }

  /** §8.2: the nonce that a refused client needs next; null where none are used. */
  public @Nullable String nextNonce() {
    return nonces == null ? null : nonces.next();
  }

  /**
   * Checks the proof of a request.
   *
   * @param headers the values of the request's {@code DPoP} headers, one for each
   * @param method the request's method
   * @param target where the client sent it: the public address, whatever a proxy made of it
   * @param accessToken the token that came along; null at an endpoint that takes none
   * @throws OAuthException {@code invalid_dpop_proof} with the rule that is broken, or {@code
   *     use_dpop_nonce}
   */
  public DpopProof verify(
      List<String> headers, String method, TargetUri target, @Nullable String accessToken) {
    if (headers.size() != 1) {
      throw invalid(
          headers.isEmpty() ? "is missing; send one in the DPoP header" : "comes more than once");
    }
    Parts parts = Parts.of(headers.getFirst());
    ProofKey key = ProofKey.of(parts.header().path("jwk"), algorithm(parts.header()));
    JsonNode claims = parts.claims();
    String id = text(claims, "jti", MAX_ID);
    if (!text(claims, "htm", 32).equals(method)) {
      throw invalid("was made for another method than " + method);
    }
    if (!target.isNamedBy(text(claims, "htu", TargetUri.MAX_LENGTH))) {
      throw invalid("was made for another address than " + target.normal());
    }
    if (accessToken != null) {
      requireHash(claims, accessToken);
    }
    Instant issuedAt = issuedAt(claims);
    // Before the nonce: a proof that nobody made must not be told that only the nonce is missing.
    if (!key.hasSigned(parts.signed(), parts.signature())) {
      throw invalid("is not signed by the key in its jwk");
    }
    return nonces == null
        ? timely(key, id, issuedAt)
        : nonced(nonces, key, id, claims.path("nonce"));
  }

  private static ProofAlgorithm algorithm(JsonNode header) {
    if (!header.path("typ").isString() || !header.path("typ").stringValue().equals(TYPE)) {
      throw invalid("needs the typ " + TYPE);
    }
    if (header.has("crit")) {
      throw invalid("has a critical header parameter that is not understood");
    }
    JsonNode alg = header.path("alg");
    ProofAlgorithm algorithm = alg.isString() ? ProofAlgorithm.of(alg.stringValue()) : null;
    if (algorithm == null) {
      throw invalid("needs an alg of " + String.join(", ", ALGORITHMS));
    }
    return algorithm;
  }

  /** §4.3 (12). */
  private static void requireHash(JsonNode claims, String accessToken) {
    String hash = text(claims, "ath", 64);
    if (!Secrets.equal(hash, Secrets.sha256Base64Url(accessToken))) {
      throw invalid("was made for another access token");
    }
  }

  private static Instant issuedAt(JsonNode claims) {
    JsonNode iat = claims.path("iat");
    // RFC 7519 §2: seconds, of which there may be a fraction.
    double seconds = iat.isNumber() ? iat.doubleValue() : -1;
    if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
      throw invalid("needs an iat in seconds since 1970");
    }
    return Instant.ofEpochSecond((long) seconds);
  }

  /** §4.3 (11), by the client's clock. */
  private DpopProof timely(ProofKey key, String id, Instant issuedAt) {
    Duration age = Duration.between(issuedAt, clock.instant());
    if (age.abs().compareTo(WINDOW) > 0) {
      throw invalid(
          "was made "
              + age.abs().toSeconds()
              + (age.isNegative() ? " seconds from now" : " seconds ago")
              + "; make a new one for each request, and check the clock");
    }
    return new DpopProof(key.thumbprint(), id, issuedAt.plus(WINDOW).plus(NODES), null);
  }

  /** §4.3 (10) and (11), by the server's clock. */
  private static DpopProof nonced(DpopNonces nonces, ProofKey key, String id, JsonNode claim) {
    String nonce = claim.isString() ? claim.stringValue() : "";
    Optional<Instant> until = nonces.acceptedUntil(nonce);
    if (until.isEmpty()) {
      throw new OAuthException(
          ErrorCode.USE_DPOP_NONCE,
          "the DPoP proof needs the nonce of this answer's DPoP-Nonce header");
    }
    String next = nonces.next();
    Instant rememberUntil = until.get().plus(NODES);
    return new DpopProof(key.thumbprint(), id, rememberUntil, next.equals(nonce) ? null : next);
  }

  private static String text(JsonNode claims, String name, int longest) {
    JsonNode value = claims.path(name);
    String text = value.isString() ? value.stringValue() : "";
    if (text.isEmpty() || text.length() > longest) {
      throw invalid("needs the claim " + name + ", a text of 1 to " + longest + " characters");
    }
    return text;
  }

  static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_DPOP_PROOF, "the DPoP proof " + why);
  }

  /** RFC 7515 §7.1. A compact serialization, taken apart. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Parts(JsonNode header, JsonNode claims, byte[] signed, byte[] signature) {
    static Parts of(String proof) {
      if (proof.length() > MAX_LENGTH) {
        throw invalid("is longer than " + MAX_LENGTH + " characters");
      }
      String[] parts = proof.split("\\.", -1);
      if (parts.length != 3) {
        throw invalid("is not a signed JWT");
      }
      byte[] signed = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
      return new Parts(object(parts[0]), object(parts[1]), signed, octets(parts[2]));
    }

    private static JsonNode object(String part) {
      try {
        JsonNode json = Json.readTree(octets(part));
        if (json.isObject()) {
          return json;
        }
      } catch (JsonException e) {
        // Falls to the same answer.
      }
      throw invalid("is not a signed JWT");
    }

    /** RFC 7515 §2: without padding, white space or anything else. */
    private static byte[] octets(String part) {
      try {
        if (!part.isEmpty() && part.indexOf('=') < 0) {
          return Base64.getUrlDecoder().decode(part);
        }
      } catch (IllegalArgumentException e) {
        // Falls to the same answer.
      }
      throw invalid("is not a signed JWT");
    }
  }
}

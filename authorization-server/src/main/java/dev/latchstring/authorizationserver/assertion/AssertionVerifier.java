package dev.latchstring.authorizationserver.assertion;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.authorizationserver.client.FetchedKeys;
import dev.latchstring.authorizationserver.client.KeyFetcher;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings;
import dev.latchstring.authorizationserver.config.TrustedIssuerSettings.Use;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7523 §3 and RFC 7521 §5.2. Whether a JWT of somebody else may be believed.
 *
 * <p>Refused: an issuer that is not trusted for the use, compared as text; another {@code typ}; an
 * algorithm that is not asymmetric or not allowed; a signature by no key of the issuer; an {@code
 * aud} that is not exactly one audience, an expected one; no {@code sub} or one over {@value
 * #MAX_SUBJECT} characters; no {@code exp}, or one that is past or further away than the issuer's
 * {@code max_lifetime}; an {@code iat} longer ago than that; times in the future beyond 30 seconds;
 * JSON with a repeated member or nested deeper than {@value Json#MAX_DEPTH}; more than {@value
 * JwtVerification#MAX_LENGTH} characters.
 */
public final class AssertionVerifier {
  /** How far the clocks may be apart. */
  static final Duration SKEW = Duration.ofSeconds(30);

  private static final int MAX_SUBJECT = 512;

  private final Map<String, TrustedIssuerSettings> issuers;
  private final IssuerKeys keys;
  private final Clock clock;

  /**
   * @param self the issuer that this server is: it redeems nothing of its own
   */
  public AssertionVerifier(
      String self,
      List<TrustedIssuerSettings> issuers,
      KeyFetcher fetcher,
      FetchedKeys fetched,
      Clock clock) {
    this.issuers =
        issuers.stream()
            .filter(issuer -> !issuer.issuer().equals(self))
            .collect(Collectors.toUnmodifiableMap(TrustedIssuerSettings::issuer, i -> i));
    this.keys = new IssuerKeys(fetcher, fetched, clock);
    this.clock = clock;
  }

  /**
   * What was verified.
   *
   * @param payload the claims as JSON, for those that no method of {@code claims} reads
   */
  public record Verified(TrustedIssuerSettings issuer, JWTClaimsSet claims, JsonNode payload) {
    public String subject() {
      return String.valueOf(claims.getSubject());
    }

    public Instant expiresAt() {
      Date expires = claims.getExpirationTime();
      return expires == null ? Instant.MIN : expires.toInstant();
    }

    public @Nullable Instant issuedAt() {
      Date issued = claims.getIssueTime();
      return issued == null ? null : issued.toInstant();
    }

    /** A claim that is a text; null where it is not there, or is something else. */
    public @Nullable String text(String claim) {
      JsonNode value = payload.path(claim);
      return value.isString() ? value.asString() : null;
    }
  }

  /**
   * The header's {@code typ} in lower case, without {@code application/}; empty where there is
   * none. Nothing is verified yet.
   *
   * @throws OAuthException {@code invalid_grant} where it is not a JWT
   */
  public static String type(String jwt) {
    String type = json(jwt, 0).path("typ").asString("").toLowerCase(Locale.ROOT);
    return type.startsWith("application/") ? type.substring("application/".length()) : type;
  }

  /**
   * Whether a JWT says it is from an issuer that is trusted for this. Nothing is verified yet.
   *
   * @throws OAuthException {@code invalid_grant} where it is not a JWT
   */
  public boolean isOfTrusted(String jwt, Use use) {
    return trusted(json(jwt, 1), use).isPresent();
  }

  /**
   * Verifies by the rules of the class.
   *
   * @param types the {@code typ} values that are accepted
   * @param audiences who may be meant
   * @throws OAuthException {@code invalid_grant} with the rule that is broken
   */
  public Verified verify(
      String jwt,
      Use use,
      Set<String> types,
      Function<TrustedIssuerSettings, Set<String>> audiences) {
    JsonNode header = json(jwt, 0);
    JsonNode payload = json(jwt, 1);
    if (!header.isObject() || !payload.isObject()) {
      throw refused("the assertion is not a signed JWT");
    }
    TrustedIssuerSettings issuer =
        trusted(payload, use)
            .orElseThrow(() -> refused("the assertion's issuer is not trusted for this"));
    JWTClaimsSet claims = claims(jwt, issuer, types, audiences.apply(issuer));
    Verified verified = new Verified(issuer, claims, payload);
    requireOneAudience(claims);
    requireSubject(claims);
    requireLifetime(verified);
    requireTenant(verified);
    return verified;
  }

  private Optional<TrustedIssuerSettings> trusted(JsonNode payload, Use use) {
    JsonNode name = payload.path("iss");
    return name.isString()
        ? Optional.ofNullable(issuers.get(name.asString()))
            .filter(issuer -> issuer.uses().contains(use))
        : Optional.empty();
  }

  private JWTClaimsSet claims(
      String jwt, TrustedIssuerSettings issuer, Set<String> types, Set<String> audiences) {
    try {
      return new JwtVerification(
              types, issuer.algorithms(), issuer.issuer(), audiences, clock, SKEW)
          .verify(jwt, keyId -> keys.find(issuer, keyId));
    } catch (OAuthException e) {
      if (e.code() != ErrorCode.INVALID_TOKEN) {
        throw e;
      }
      String detail = e.detail();
      OAuthException refusal = refused("assertion: " + e.description());
      throw detail == null ? refusal : refusal.withDetail(detail);
    }
  }

  /** A token that somebody else may use as well is one that somebody else may use here. */
  private static void requireOneAudience(JWTClaimsSet claims) {
    if (claims.getAudience().size() != 1) {
      throw refused("the assertion must have one aud alone");
    }
  }

  private static void requireSubject(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    if (subject == null
        || subject.isBlank()
        || subject.length() > MAX_SUBJECT
        || subject.chars().anyMatch(Character::isISOControl)) {
      throw refused("the assertion needs a sub of 1 to " + MAX_SUBJECT + " visible characters");
    }
  }

  private void requireLifetime(Verified verified) {
    Duration most = verified.issuer().maxLifetime();
    Instant now = clock.instant();
    if (verified.expiresAt().isAfter(now.plus(most).plus(SKEW))) {
      throw refused("the assertion lives longer than is accepted of its issuer");
    }
    Instant issuedAt = verified.issuedAt();
    if (issuedAt != null && issuedAt.isBefore(now.minus(most).minus(SKEW))) {
      throw refused("the assertion is older than is accepted of its issuer");
    }
  }

  /** Of an issuer with tenants, a subject is somebody within a tenant only. */
  private static void requireTenant(Verified verified) {
    JsonNode tenant = verified.payload().path("tenant");
    String expected = verified.issuer().tenant();
    if (expected == null ? !tenant.isMissingNode() : !expected.equals(verified.text("tenant"))) {
      throw refused("the assertion is of another tenant of its issuer");
    }
  }

  private static JsonNode json(String jwt, int part) {
    if (jwt.length() > JwtVerification.MAX_LENGTH) {
      throw refused("the assertion is longer than " + JwtVerification.MAX_LENGTH + " characters");
    }
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      throw refused("the assertion is not a signed JWT");
    }
    try {
      return Json.readTree(Base64.getUrlDecoder().decode(parts[part]));
    } catch (IllegalArgumentException | JsonException e) {
      throw refused("the assertion is not a signed JWT");
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}

package dev.latchstring.mcpserver.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.verification.Callers;
import dev.latchstring.mcpserver.verification.IssuerKeys;
import dev.latchstring.mcpserver.verification.IssuerMetadata;
import dev.latchstring.mcpserver.verification.RememberedProofs;
import dev.latchstring.mcpserver.verification.VerifiedToken;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.dpop.ProofReplays;
import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code docs/tool-authorization.md}, "Identity assertions". Who makes a call, by the word of an
 * issuer that is configured.
 *
 * <p>An assertion is refused with {@code invalid_token} unless it is a JWT of type {@value
 * CallIdentity#TYPE}, signed by a published key of a configured issuer, for this server's audience
 * alone, no longer than 60 seconds from {@code iat} to {@code exp}, not expired, with the digest of
 * this very call, bound to no key, and seen for the first time.
 *
 * <p>Safe for use by many threads at once. Nothing is fetched before the first assertion.
 */
public final class IdentityAssertions implements AutoCloseable {
  /** How many assertions are remembered until they expire; beyond that calls are refused. */
  public static final int MAX_REMEMBERED = 100_000;

  private final String audience;
  private final boolean required;
  private final Duration skew;
  private final @Nullable String provider;
  private final List<GuardedFetcher> fetchers;
  private final Map<String, Issuer> issuers = new HashMap<>();
  private final ProofReplays replays;

  private record Issuer(JwtVerification verification, IssuerKeys keys) {}

  private IdentityAssertions(Builder builder) {
    this.audience = builder.audience;
    this.required = builder.required;
    this.skew = builder.skew;
    this.provider = builder.provider;
    ProofReplays shared = builder.replays;
    this.replays = shared == null ? new RememberedProofs(MAX_REMEMBERED, builder.clock) : shared;
    this.fetchers =
        builder.issuers.entrySet().stream()
            .map(issuer -> add(issuer.getKey(), issuer.getValue(), builder))
            .toList();
  }

  private GuardedFetcher add(String issuer, AddressPolicy addresses, Builder builder) {
    GuardedFetcher fetcher = GuardedFetcher.start(addresses);
    JwtVerification verification =
        new JwtVerification(
            Set.of(CallIdentity.TYPE),
            Set.of("ES256", "RS256"),
            issuer,
            Set.of(audience),
            builder.clock,
            skew);
    IssuerMetadata metadata = new IssuerMetadata(issuer, fetcher, builder.clock);
    issuers.put(issuer, new Issuer(verification, new IssuerKeys(metadata, fetcher, builder.clock)));
    return fetcher;
  }

  /**
   * Starts a configuration.
   *
   * @param audience what this server is called in assertions: a name that whoever issues them has
   *     in its configuration too, such as {@code urn:example:team-tools}. It is compared as text
   */
  public static Builder builder(String audience) {
    return new Builder(audience);
  }

  /**
   * Who makes a call, by its {@code params._meta}.
   *
   * @param meta null where the request has none
   * @param name the tool's; null where the request names nothing
   * @param arguments an object; null where there are none
   * @return empty where nobody is named and that is allowed
   * @throws OAuthException {@code invalid_token} where somebody is named and it is not believed, or
   *     nobody is and somebody has to be; {@code temporarily_unavailable} where it cannot be found
   *     out now
   */
  public Optional<Caller> caller(
      @Nullable JsonNode meta, String method, @Nullable String name, @Nullable JsonNode arguments) {
    JsonNode assertion = meta == null ? null : meta.get(CallIdentity.META_KEY);
    if (assertion == null) {
      if (required) {
        throw refused("the call has no identity assertion in _meta." + CallIdentity.META_KEY);
      }
      return Optional.empty();
    }
    if (!assertion.isString()) {
      throw refused("what is in _meta." + CallIdentity.META_KEY + " is not a signed assertion");
    }
    return Optional.of(verify(assertion.stringValue(), method, name, arguments));
  }

  private Caller verify(
      String assertion, String method, @Nullable String name, @Nullable JsonNode arguments) {
    if (assertion.length() > JwtVerification.MAX_LENGTH) {
      throw refused("the assertion is longer than " + JwtVerification.MAX_LENGTH + " characters");
    }
    Issuer issuer = issuers.get(claimedIssuer(assertion));
    if (issuer == null) {
      throw refused("the assertion is from an issuer that is not configured here");
    }
    JWTClaimsSet claims = issuer.verification().verify(assertion, issuer.keys());
    if (!claims.getAudience().equals(List.of(audience))) {
      throw refused("the assertion is for others as well");
    }
    VerifiedToken verified = Callers.of(claims);
    if (verified.keyThumbprint() != null) {
      throw refused("the assertion is bound to a key, which a message cannot prove");
    }
    requireShortLife(claims);
    requireDigest(claims, method, name, arguments);
    Caller caller = verified.caller();
    // Last, so that nobody uses up somebody else's assertion with another call.
    if (!replays.isFirstUse(caller.issuer(), claims.getJWTID(), caller.expiresAt().plus(skew))) {
      throw refused("the assertion was used before");
    }
    return provider == null ? caller : caller.of(provider);
  }

  /** By which keys it is to be verified; nothing else is believed yet. */
  private static String claimedIssuer(String assertion) {
    try {
      String issuer = SignedJWT.parse(assertion).getJWTClaimsSet().getIssuer();
      return issuer == null ? "" : issuer;
    } catch (ParseException | IllegalArgumentException e) {
      throw refused("the assertion is not a signed JWT");
    }
  }

  private static void requireShortLife(JWTClaimsSet claims) {
    Instant from = claims.getIssueTime().toInstant();
    Instant to = claims.getExpirationTime().toInstant();
    if (!to.isAfter(from) || to.isAfter(from.plus(CallIdentity.MAX_LIFE))) {
      throw refused("the assertion lives longer than " + CallIdentity.MAX_LIFE.toSeconds() + " s");
    }
  }

  private static void requireDigest(
      JWTClaimsSet claims, String method, @Nullable String name, @Nullable JsonNode arguments) {
    String expected;
    try {
      expected = CallDigest.of(method, name, arguments);
    } catch (JsonException e) {
      throw refused("the call cannot be bound to an assertion: " + e.getMessage());
    }
    if (!(claims.getClaim(CallIdentity.DIGEST_CLAIM) instanceof String digest)
        || !Secrets.equal(digest, expected)) {
      throw refused("the assertion is for another call: " + CallIdentity.DIGEST_CLAIM);
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }

  /** Releases the connections to the issuers. */
  @Override
  public void close() {
    fetchers.forEach(GuardedFetcher::close);
  }

  /** A configuration in the making. */
  public static final class Builder {
    private final String audience;
    private final Map<String, AddressPolicy> issuers = new LinkedHashMap<>();
    private boolean required;
    private Duration skew = Duration.ofSeconds(10);
    private Clock clock = Clock.systemUTC();
    private @Nullable String provider;
    private @Nullable ProofReplays replays;

    private Builder(String audience) {
      if (audience.isBlank()) {
        throw new IllegalArgumentException("an audience is a name that both sides configure");
      }
      this.audience = audience;
    }

    /**
     * Believes an issuer, whose keys are found through its metadata (RFC 8414): at addresses of the
     * public Internet, and on loopback where it is there itself.
     *
     * @throws OAuthException {@code invalid_request} where it is not an https URL (http on
     *     loopback)
     */
    public Builder issuer(String issuer) {
      URI uri = HttpsUri.requireIssuer(issuer);
      return issuer(
          issuer,
          HttpsUri.isLoopback(uri) ? AddressPolicy.PUBLIC_AND_LOOPBACK : AddressPolicy.PUBLIC_ONLY);
    }

    /** The same, whose metadata and keys may be at these addresses. */
    public Builder issuer(String issuer, AddressPolicy addresses) {
      HttpsUri.requireIssuer(issuer);
      issuers.put(issuer, addresses);
      return this;
    }

    /** A call without an assertion is refused. Otherwise it is the login's, or nobody's. */
    public Builder required() {
      this.required = true;
      return this;
    }

    /** Which of the server's logins these callers count as, for tools that name one. */
    public Builder provider(String name) {
      this.provider = name;
      return this;
    }

    /** How far the clocks may be apart: 10 seconds unless set, at most 60. */
    public Builder skew(Duration skew) {
      if (skew.isNegative() || skew.compareTo(Duration.ofSeconds(60)) > 0) {
        throw new IllegalArgumentException("skew must be between 0 and 60 s");
      }
      this.skew = skew;
      return this;
    }

    /**
     * A memory of used assertions that several processes share; each has its own otherwise. It is
     * given the issuer in place of a key's thumbprint.
     */
    public Builder replays(ProofReplays store) {
      this.replays = store;
      return this;
    }

    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * @throws IllegalStateException where no issuer is named
     */
    public IdentityAssertions build() {
      if (issuers.isEmpty()) {
        throw new IllegalStateException("name an issuer whose assertions are believed");
      }
      return new IdentityAssertions(this);
    }
  }
}

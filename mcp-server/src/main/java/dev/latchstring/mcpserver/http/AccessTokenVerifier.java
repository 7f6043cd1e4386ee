package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.RememberedTokens.Finding;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.verification.Callers;
import dev.latchstring.mcpserver.verification.IssuerKeys;
import dev.latchstring.mcpserver.verification.IssuerMetadata;
import dev.latchstring.mcpserver.verification.VerifiedToken;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.fetch.AddressPolicy;
import dev.latchstring.oauth.fetch.GuardedFetcher;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import dev.latchstring.oauth.message.IntrospectionResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9068 §4 and RFC 7662. Whether an access token is good for this server, and who calls with it.
 *
 * <p>A JWT is checked here, by the issuer's published keys: {@code typ} {@code at+jwt}, an allowed
 * algorithm, issuer, this resource as audience, expiry. Another token, where introspection is
 * configured, is asked about. That a token is bound to a key is found out here; the proof of that
 * key (RFC 9449) belongs to the request, and {@link BearerFilter} checks it with each.
 *
 * <p>What was found is remembered by the token's SHA-256, for at most {@value #MAX_TOKENS} tokens,
 * never beyond the token's own expiry. How long a revocation may go unnoticed:
 *
 * <ul>
 *   <li>a JWT: until it expires, unless {@link Builder#introspectJwts()} is set
 *   <li>an introspected token: {@link Builder#introspectionLifetime}, 30 seconds unless set
 *   <li>a withdrawn key: {@value #JWT_SECONDS} seconds after the keys were fetched again, which
 *       happens every {@value IssuerKeys#LIFETIME_MINUTES} minutes
 * </ul>
 *
 * <p>Safe for use by many threads at once; of several requests that bring the same unknown token
 * one asks the authorization server.
 */
public final class AccessTokenVerifier implements AutoCloseable {
  /** The most tokens whose verification is remembered. */
  public static final int MAX_TOKENS = 10_000;

  /** How long the verification of a JWT is remembered at most, in seconds. */
  public static final int JWT_SECONDS = 300;

  /** How long it is remembered that a token is not active, in seconds. */
  public static final int INACTIVE_SECONDS = 10;

  private final String issuer;
  private final Set<String> audiences;
  private final Clock clock;
  private final Duration skew;
  private final Duration introspectionLifetime;
  private final boolean introspectJwts;
  private final boolean acceptTestTokens;
  private final GuardedFetcher fetcher;
  private final JwtVerification jwt;
  private final IssuerKeys keys;
  private final @Nullable Introspection introspection;
  private final RememberedTokens remembered;

  private AccessTokenVerifier(Builder builder) {
    this.issuer = builder.issuer;
    this.audiences = audiences(builder.resource);
    this.clock = builder.clock;
    this.skew = builder.skew;
    this.introspectionLifetime = builder.introspectionLifetime;
    this.introspectJwts = builder.introspectJwts;
    this.acceptTestTokens = builder.acceptTestTokens;
    this.fetcher = GuardedFetcher.start(builder.addresses);
    this.jwt =
        new JwtVerification(
            Set.of(AccessTokenClaims.TYPE), builder.algorithms, issuer, audiences, clock, skew);
    IssuerMetadata metadata = new IssuerMetadata(issuer, fetcher, clock);
    this.keys = new IssuerKeys(metadata, fetcher, clock);
    this.introspection =
        builder.clientId == null || builder.clientSecret == null
            ? null
            : new Introspection(metadata, builder.clientId, builder.clientSecret);
    this.remembered = new RememberedTokens(MAX_TOKENS, clock);
  }

  /** A resource without a path is the same with a bare slash. */
  private static Set<String> audiences(URI resource) {
    boolean bare = resource.getRawPath().isEmpty() && resource.getRawQuery() == null;
    return bare ? Set.of(resource.toString(), resource + "/") : Set.of(resource.toString());
  }

  /**
   * Starts a configuration.
   *
   * @param issuer the only authorization server whose tokens are accepted, spelled as it spells
   *     itself
   * @param resource this server's identifier (RFC 8707), which the token must name as audience
   * @throws OAuthException {@code invalid_request} or {@code invalid_target} where one is not an
   *     https URL (http on loopback)
   */
  public static Builder builder(String issuer, String resource) {
    return new Builder(issuer, resource);
  }

  /**
   * Who calls with this token, presented as a mere bearer token.
   *
   * @throws OAuthException {@code invalid_token} where it is not good for this server; {@code
   *     temporarily_unavailable} where that cannot be found out now
   */
  public Caller verify(String token) {
    VerifiedToken verified = check(token);
    if (verified.keyThumbprint() != null) {
      throw invalid("the token is bound to a key, of which a bearer token is no proof");
    }
    return verified.caller();
  }

  /**
   * The same, of a token of any kind: whether its holder has the key that it is bound to is for the
   * caller of this method to check.
   */
  VerifiedToken check(String token) {
    if (token.length() > JwtVerification.MAX_LENGTH) {
      throw invalid("the token is longer than " + JwtVerification.MAX_LENGTH + " characters");
    }
    return switch (remembered.get(token, this::find)) {
      case Finding.Good good -> good.token();
      case Finding.Bad bad -> throw bad.reason();
    };
  }

  private Finding find(String token) {
    if (!isJwt(token)) {
      return introspected(token);
    }
    VerifiedToken verified = requireReal(Callers.of(jwt.verify(token, keys)));
    if (introspectJwts) {
      switch (introspected(token)) {
        case Finding.Bad bad -> {
          return bad;
        }
        case Finding.Good good -> requireSameKey(verified, good.token());
      }
    }
    Duration lifetime = introspectJwts ? introspectionLifetime : Duration.ofSeconds(JWT_SECONDS);
    return new Finding.Good(
        verified, earlier(clock.instant().plus(lifetime), verified.caller().expiresAt()));
  }

  /** What is bound by either account is bound; an answer need not repeat what the token says. */
  private static void requireSameKey(VerifiedToken token, VerifiedToken answer) {
    String told = answer.keyThumbprint();
    if (told != null && !told.equals(token.keyThumbprint())) {
      throw invalid("the token's introspection names another key than the token");
    }
  }

  /** What a test token says of MCP is made up. */
  private VerifiedToken requireReal(VerifiedToken verified) {
    McpClaims mcp = verified.caller().mcp();
    if (mcp != null && mcp.test() && !acceptTestTokens) {
      throw invalid("the token is a test token (mcp_test), which are not accepted here");
    }
    return verified;
  }

  /** RFC 7515 §7.1: three parts, of which the first is a JSON object. */
  private static boolean isJwt(String token) {
    int first = token.indexOf('.');
    return token.startsWith("ey")
        && first > 0
        && token.indexOf('.', first + 1) > 0
        && token.indexOf('.', first + 1) == token.lastIndexOf('.');
  }

  private Finding introspected(String token) {
    if (introspection == null) {
      throw invalid("the token is not a signed JWT");
    }
    IntrospectionResponse answer = introspection.ask(token);
    Instant now = clock.instant();
    String wrong = wrong(answer, now);
    if (wrong != null) {
      return new Finding.Bad(invalid(wrong), now.plusSeconds(INACTIVE_SECONDS));
    }
    Instant until = now.plus(introspectionLifetime);
    VerifiedToken verified = requireReal(Callers.of(answer, issuer, until));
    return new Finding.Good(verified, earlier(until, verified.caller().expiresAt()));
  }

  /** RFC 7662 §4: the answer is checked as the token itself would be. Null where all is right. */
  private @Nullable String wrong(IntrospectionResponse answer, Instant now) {
    if (!answer.active()) {
      return "the token is not active";
    }
    if (answer.iss() != null && !answer.iss().equals(issuer)) {
      return "the token is from another issuer";
    }
    List<String> audience = answer.aud() == null ? List.of() : answer.aud();
    if (audience.stream().noneMatch(audiences::contains)) {
      return "the token is for another audience";
    }
    if (answer.exp() != null && !now.isBefore(Instant.ofEpochSecond(answer.exp()).plus(skew))) {
      return "the token is expired";
    }
    if (answer.nbf() != null && Instant.ofEpochSecond(answer.nbf()).isAfter(now.plus(skew))) {
      return "the token is not valid yet";
    }
    return null;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }

  /** Releases the connections to the authorization server. */
  @Override
  public void close() {
    fetcher.close();
    if (introspection != null) {
      introspection.close();
    }
  }

  /** A verifier's configuration in the making. */
  public static final class Builder {
    private final String issuer;
    private final URI resource;
    private Set<String> algorithms = Set.of("ES256", "RS256");
    private Clock clock = Clock.systemUTC();
    private Duration skew = Duration.ofSeconds(30);
    private Duration introspectionLifetime = Duration.ofSeconds(30);
    private boolean introspectJwts;
    private boolean acceptTestTokens;
    private AddressPolicy addresses;
    private @Nullable String clientId;
    private @Nullable String clientSecret;

    private Builder(String issuer, String resource) {
      this.issuer = issuer;
      this.resource = HttpsUri.requireResource(resource);
      this.addresses =
          HttpsUri.isLoopback(HttpsUri.requireIssuer(issuer))
              ? AddressPolicy.PUBLIC_AND_LOOPBACK
              : AddressPolicy.PUBLIC_ONLY;
    }

    /**
     * The signature algorithms that are accepted; {@code ES256} and {@code RS256} unless set. Only
     * asymmetric ones can be.
     */
    public Builder algorithms(String... algorithms) {
      this.algorithms = Set.of(algorithms);
      return this;
    }

    /** How far the clocks may be apart: 30 seconds unless set, at most five minutes. */
    public Builder skew(Duration skew) {
      this.skew = within("skew", skew, Duration.ofMinutes(5));
      return this;
    }

    /**
     * Lets tokens that are not JWTs be introspected, by a client that the authorization server
     * knows ({@code client_secret_basic}).
     */
    public Builder introspection(String clientId, String clientSecret) {
      this.clientId = clientId;
      this.clientSecret = clientSecret;
      return this;
    }

    /** Has JWTs introspected too, so that a revocation is noticed. Needs {@link #introspection}. */
    public Builder introspectJwts() {
      this.introspectJwts = true;
      return this;
    }

    /**
     * Accepts tokens that an authorization server in test mode made for tests ({@code mcp_test}).
     * They are refused unless this is set: what they say of MCP is of their client's choice.
     */
    public Builder acceptTestTokens() {
      this.acceptTestTokens = true;
      return this;
    }

    /** How long an introspection's answer is used: 30 seconds unless set, at most five minutes. */
    public Builder introspectionLifetime(Duration lifetime) {
      this.introspectionLifetime = within("introspectionLifetime", lifetime, Duration.ofMinutes(5));
      return this;
    }

    /**
     * Which network addresses the issuer's metadata and keys may be fetched from: those of the
     * public Internet unless set, and loopback where the issuer is there itself.
     */
    public Builder addresses(AddressPolicy addresses) {
      this.addresses = addresses;
      return this;
    }

    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    private static Duration within(String name, Duration value, Duration most) {
      if (value.isNegative() || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            name + " must be between 0 and " + most.toSeconds() + " s");
      }
      return value;
    }

    /**
     * Starts the verifier; nothing is fetched before the first token.
     *
     * @throws IllegalStateException where JWTs are to be introspected without credentials for it
     */
    public AccessTokenVerifier build() {
      if (introspectJwts && clientId == null) {
        throw new IllegalStateException("introspectJwts needs introspection(clientId, secret)");
      }
      return new AccessTokenVerifier(this);
    }
  }
}

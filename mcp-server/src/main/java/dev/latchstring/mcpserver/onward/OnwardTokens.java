package dev.latchstring.mcpserver.onward;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.verification.SharedSearch;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 8693 §2. Tokens for the calls that a tool makes in turn: the caller's token is exchanged at
 * the authorization server for one that names the other server as its audience, the same person as
 * its subject and this server as who acts.
 *
 * <p>A token is used again for the same caller's token, resource and scope until shortly before it
 * expires, and never longer than the caller's own token lives: at most {@value #MAX_TOKENS} of them
 * are kept, in memory, found by a hash of the caller's. Of several calls that need the same one,
 * one asks.
 */
public final class OnwardTokens implements AutoCloseable {
  /** The most tokens that are kept. */
  public static final int MAX_TOKENS = 10_000;

  /** How long before its end a token is not used any more, in seconds. */
  public static final int MARGIN_SECONDS = 30;

  private static final long UNKNOWN_LIFE_SECONDS = 60;

  private final String issuer;
  private final @Nullable DpopProofs key;
  private final Clock clock;
  private final ExchangeEndpoint endpoint;
  private final Cache<String, Kept> kept = Caffeine.newBuilder().maximumSize(MAX_TOKENS).build();
  private final SharedSearch<Kept> exchanges = new SharedSearch<>();

  private record Kept(AccessToken token, Instant until) {}

  private OnwardTokens(Builder builder) {
    this.issuer = builder.issuer;
    this.key = builder.key;
    this.clock = builder.clock;
    this.endpoint = new ExchangeEndpoint(issuer, builder.identity, key, clock);
  }

  /**
   * Starts a configuration.
   *
   * @param issuer the authorization server that issues the callers' tokens
   * @param identity this server as its client, with a secret or a key of its own
   * @throws OAuthException {@code invalid_request} where the issuer is not an https URL (http on
   *     loopback)
   * @throws IllegalArgumentException where the client has neither secret nor key
   */
  public static Builder builder(String issuer, ClientIdentity identity) {
    return new Builder(issuer, identity);
  }

  /** One caller's way on. */
  public Onward of(CallersToken caller) {
    return new Onward() {
      @Override
      public AccessToken to(String resource, String... scopes) {
        return exchange(caller, resource, Scope.of(scopes));
      }

      @Override
      public String identity(
          String audience, String tool, @Nullable JsonNode arguments, String... scopes) {
        return vouched(caller, audience, tool, arguments, Scope.of(scopes));
      }
    };
  }

  /** Not kept: it is for one call. */
  private String vouched(
      CallersToken caller,
      String audience,
      String tool,
      @Nullable JsonNode arguments,
      Scope scope) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("audience", audience);
    form.put(CallIdentity.DIGEST_CLAIM, CallDigest.of(Question.CALL, tool, arguments));
    if (!scope.isEmpty()) {
      form.put("scope", scope.toString());
    }
    return switch (endpoint.assertion(caller, CallIdentity.TOKEN_TYPE, form)) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) -> {
        String assertion = tokens.accessToken();
        if (assertion == null || !CallIdentity.TOKEN_TYPE.equals(tokens.issuedTokenType())) {
          throw unusable(tokens.issuedTokenType(), "identity assertions for " + audience);
        }
        yield assertion;
      }
      case Answer.Refused<TokenResponse> refused ->
          throw refused.as(
              Problem.REFUSED,
              "nobody vouches for the caller to " + audience,
              "see that the authorization server lets the client "
                  + endpoint.clientId()
                  + " vouch for people to it (call_identities), and for this person");
    };
  }

  private AccessToken exchange(CallersToken caller, String resource, Scope scope) {
    URI target = HttpsUri.requireResource(resource);
    String name = caller.hash() + ' ' + target + ' ' + scope;
    Kept present = kept.getIfPresent(name);
    if (present != null && clock.instant().isBefore(present.until())) {
      return present.token();
    }
    return exchanges
        .find(
            name,
            () -> {
              Kept fresh = request(caller, target, scope);
              kept.put(name, fresh);
              return fresh;
            })
        .token();
  }

  private Kept request(CallersToken caller, URI target, Scope scope) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("resource", target.toString());
    if (!scope.isEmpty()) {
      form.put("scope", scope.toString());
    }
    return switch (endpoint.accessToken(caller, form)) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) ->
          kept(caller, target, scope, tokens);
      case Answer.Refused<TokenResponse> refused ->
          throw refused.as(
              Problem.REFUSED,
              "no token for " + target + " in exchange for the caller's",
              "see that the authorization server lets the client "
                  + endpoint.clientId()
                  + " exchange tokens for this server into tokens for that one");
    };
  }

  private Kept kept(CallersToken caller, URI target, Scope asked, TokenResponse tokens) {
    String issued = tokens.issuedTokenType();
    if (issued != null && !issued.equals(TokenType.ACCESS_TOKEN)) {
      throw unusable(issued, "access tokens");
    }
    Instant now = clock.instant();
    Long life = tokens.expiresIn();
    long seconds = life == null ? UNKNOWN_LIFE_SECONDS : Math.clamp(life, 0, Integer.MAX_VALUE);
    Instant end = now.plusSeconds(seconds);
    AccessToken token =
        new AccessToken(
            String.valueOf(tokens.accessToken()),
            key == null ? AccessToken.BEARER : AccessToken.DPOP,
            target,
            scope(asked, tokens),
            end,
            key);
    Instant callersEnd = caller.caller().expiresAt();
    Instant until = end.minusSeconds(Math.min(MARGIN_SECONDS, seconds / 5));
    return new Kept(token, until.isBefore(callersEnd) ? until : callersEnd);
  }

  /** RFC 6749 §5.1: nothing is said where what was asked for was given. */
  private static Scope scope(Scope asked, TokenResponse tokens) {
    try {
      return tokens.scope() == null ? asked : Scope.parse(tokens.scope());
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID, "the token endpoint's scope is malformed", null);
    }
  }

  private static ClientException unusable(@Nullable String issued, String wanted) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the token endpoint exchanged the caller's token for " + ServerText.quote(issued),
        "ask the authorization server's operator for " + wanted + " (RFC 8693 section 2.2.1)");
  }

  /** Forgets every token and releases the connections. */
  @Override
  public void close() {
    kept.invalidateAll();
    endpoint.close();
  }

  /** Without tokens and credentials. */
  @Override
  public String toString() {
    return "OnwardTokens[issuer=" + issuer + ", clientId=" + endpoint.clientId() + "]";
  }

  /** A configuration in the making. */
  public static final class Builder {
    private final String issuer;
    private final ClientIdentity identity;
    private @Nullable DpopProofs key;
    private Clock clock = Clock.systemUTC();

    private Builder(String issuer, ClientIdentity identity) {
      HttpsUri.requireIssuer(issuer);
      if (!identity.isConfidential()) {
        throw new IllegalArgumentException(
            "tokens are exchanged by a client with a secret or a key of its own");
      }
      this.issuer = issuer;
      this.identity = identity;
    }

    /**
     * RFC 9449. A key of this server, which the tokens are then bound to. Callers whose own tokens
     * are bound to a key can be served only so.
     */
    public Builder key(DpopProofs key) {
      this.key = key;
      return this;
    }

    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    public OnwardTokens build() {
      return new OnwardTokens(this);
    }
  }
}

package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.config.AssertionSettings.IdentityAudience;
import dev.latchstring.authorizationserver.exchange.LiveAccessTokens.Live;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.message.TokenResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 8693 and {@code docs/tool-authorization.md}, "Identity assertions". This server's word, to
 * one tool server, for who makes one call: for a gateway that was called with a person's token and
 * calls tools on their behalf over a transport that carries no token.
 *
 * <p>What may be asked for is named in {@code call_identities}. An assertion is good for the call
 * whose digest the gateway names, for at most a minute, and once; it opens nothing here.
 */
public final class CallIdentityIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(CallIdentityIssuer.class);

  private final String issuer;
  private final List<IdentityAudience> audiences;
  private final LiveAccessTokens tokens;
  private final SigningKeys keys;
  private final Clock clock;
  private final SecureRandom random;

  public CallIdentityIssuer(
      String issuer,
      List<IdentityAudience> audiences,
      LiveAccessTokens tokens,
      SigningKeys keys,
      Clock clock,
      SecureRandom random) {
    this.issuer = issuer;
    this.audiences = List.copyOf(audiences);
    this.tokens = tokens;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Issues.
   *
   * @throws OAuthException {@code invalid_request} for a subject token or a digest that is not
   *     accepted, {@code invalid_target} for an audience that the client may not ask for, {@code
   *     invalid_scope}, {@code access_denied} for a person who is not vouched for
   */
  public TokenResponse issue(TokenRequest request, ExchangeRequest asked) {
    RegisteredClient client = request.client();
    String digest = digest(asked);
    Live subject = subject(asked);
    AccessTokenClaims claims = subject.claims();
    IdentityAudience rule = rule(client, claims.audience(), asked.audience());
    Delegation.requireKey(claims, request.keyThumbprint());
    requireTeam(subject, rule);
    Scope scope = scope(rule, claims.scope(), asked.scope());
    Map<String, Object> act = Delegation.act(client.clientId(), claims);
    Instant now = clock.instant();
    Instant end = now.plus(rule.lifetime());
    Instant until = claims.expiresAt().isBefore(end) ? claims.expiresAt() : end;
    byte[] assertion = Json.bytes(claims(subject, client, rule, scope, act, digest, now, until));
    LOG.info("{} is vouched for to {}, for a call", claims.subject(), rule.audience());
    return new TokenResponse(
        keys.current(SigningKeys.ES256).sign(CallIdentity.TYPE, assertion),
        TokenType.NOT_APPLICABLE,
        until.getEpochSecond() - now.getEpochSecond(),
        null,
        scope.toString(),
        null,
        CallIdentity.TOKEN_TYPE,
        null,
        null);
  }

  private static String digest(ExchangeRequest asked) {
    if (asked.actorToken() != null || asked.resource() != null) {
      throw refused("an identity assertion is asked for without actor_token and resource");
    }
    String digest = asked.callDigest();
    if (digest == null || !CallDigest.isWellFormed(digest)) {
      throw refused("name the call, with the parameter " + CallIdentity.DIGEST_CLAIM);
    }
    return digest;
  }

  private Live subject(ExchangeRequest asked) {
    if (!asked.subjectType().equals(TokenType.ACCESS_TOKEN)) {
      throw refused("an identity assertion is issued for a subject_token of type access_token");
    }
    return tokens
        .find(asked.subjectToken())
        .orElseThrow(() -> refused("the subject_token is not a live access token of this server"));
  }

  /** An audience that is not there and one that is not for this client are not told apart. */
  private IdentityAudience rule(
      RegisteredClient client, List<String> audience, @Nullable String named) {
    if (named == null) {
      throw refused("name the tool server that the assertion is for, with the parameter audience");
    }
    List<IdentityAudience> standing =
        audiences.stream()
            .filter(candidate -> candidate.client().equals(client.clientId()))
            .filter(candidate -> audience.equals(List.of(candidate.from())))
            .toList();
    if (standing.isEmpty()) {
      throw refused("the subject_token is for a resource that the client does not stand for");
    }
    return standing.stream()
        .filter(candidate -> candidate.audience().equals(named))
        .findFirst()
        .orElseThrow(() ->
            new OAuthException(
                ErrorCode.INVALID_TARGET, "the client may not vouch for people to this audience"));
  }

  private static void requireTeam(Live subject, IdentityAudience rule) {
    if (!rule.teams().isEmpty() && Collections.disjoint(rule.teams(), subject.teams())) {
      throw new OAuthException(
          ErrorCode.ACCESS_DENIED, "the person is not in a team that this audience is open to");
    }
  }

  private static Scope scope(IdentityAudience rule, Scope given, @Nullable Scope asked) {
    if (!given.containsAll(rule.requires())) {
      throw refused("the subject_token lacks the scope " + rule.requires().minus(given));
    }
    Scope most = (rule.scope() == null ? given : rule.scope()).minus(ScopePolicy.IDENTITY);
    Scope granted = asked == null ? most : most.intersect(asked);
    if (granted.isEmpty() && asked != null && !asked.isEmpty()) {
      throw new OAuthException(
          ErrorCode.INVALID_SCOPE, "nothing of the scope can be granted at this audience");
    }
    return granted;
  }

  private Map<String, Object> claims(
      Live subject,
      RegisteredClient client,
      IdentityAudience rule,
      Scope scope,
      Map<String, Object> act,
      String digest,
      Instant now,
      Instant until) {
    AccessTokenClaims of = subject.claims();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("sub", of.subject());
    claims.put("aud", rule.audience());
    claims.put("client_id", client.clientId());
    claims.put("scope", scope.toString());
    put(claims, "groups", subject.teams().isEmpty() ? null : subject.teams());
    put(claims, "acr", of.acr());
    put(claims, "amr", of.amr().isEmpty() ? null : of.amr());
    put(
        claims,
        "auth_time",
        of.authenticationTime() == null ? null : of.authenticationTime().getEpochSecond());
    claims.put("act", act);
    claims.put(CallIdentity.DIGEST_CLAIM, digest);
    claims.put("jti", Secrets.newToken(random).substring(0, 22));
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", until.getEpochSecond());
    return claims;
  }

  private static void put(Map<String, Object> claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.put(name, value);
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

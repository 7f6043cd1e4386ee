package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.config.AssertionSettings;
import dev.latchstring.authorizationserver.exchange.LiveAccessTokens.Live;
import dev.latchstring.authorizationserver.policy.Resource;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.policy.ScopePolicy;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.jwt.ActorChain;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693 §1.1. A resource that calls another on behalf of whoever called it.
 *
 * <p>The client stands for the resource that the {@code subject_token} is for, and the
 * configuration names the other. The new token has the same subject, says in {@code act} who acts,
 * before whom, lives no longer than the token it was exchanged for, is revoked with it and with the
 * grant behind it, and is bound to a key where that one was. There is no refresh token.
 */
public final class Delegation {
  private final List<AssertionSettings.Exchange> exchanges;
  private final LiveAccessTokens tokens;
  private final ResourcePolicy resources;

  public Delegation(
      List<AssertionSettings.Exchange> exchanges,
      LiveAccessTokens tokens,
      ResourcePolicy resources) {
    this.exchanges = List.copyOf(exchanges);
    this.tokens = tokens;
    this.resources = resources;
  }

  /**
   * What the token is worth at the other resource.
   *
   * @throws OAuthException {@code invalid_request} for a token that is not accepted, {@code
   *     invalid_target}, {@code invalid_scope}
   */
  public Authorization redeem(TokenRequest request, ExchangeRequest asked) {
    Live subject = subject(asked);
    AccessTokenClaims claims = subject.claims();
    AssertionSettings.Exchange rule = rule(request.client(), claims.audience(), target(asked));
    requireKey(claims, request.keyThumbprint());
    Resource resource =
        resources
            .find(rule.to())
            .orElseThrow(() -> target("resource " + rule.to() + " is not known here"));
    Scope scope = scope(rule, claims.scope(), resource);
    Live actor = actor(request.client(), asked);
    String acting = actor == null ? request.client().clientId() : actor.claims().subject();
    return Authorization.of(
            claims.subject(),
            request.client().clientId(),
            scope,
            resource.identifier(),
            resource.format())
        .underGrant(claims.grantId())
        .signedIn(claims.authenticationTime(), claims.acr(), claims.amr())
        .named(subject.username())
        .inTeams(subject.teams())
        .actedBy(act(acting, claims))
        .boundTo(request.keyThumbprint())
        .endingBy(earlier(claims.expiresAt(), actor))
        .inExchangeFor(claims.jwtId());
  }

  private Live subject(ExchangeRequest asked) {
    if (!asked.subjectType().equals(TokenType.ACCESS_TOKEN)) {
      throw refused("an access token is issued for a subject_token of type access_token only");
    }
    return tokens
        .find(asked.subjectToken())
        .orElseThrow(() -> refused("the subject_token is not a live access token of this server"));
  }

  /** RFC 8693 §2.1: {@code audience} is a name for the target; here resources have one name. */
  private static String target(ExchangeRequest asked) {
    String audience =
        asked.audience() == null ? null : HttpsUri.requireResource(asked.audience()).toString();
    String target = asked.resource() == null ? audience : asked.resource();
    if (target == null) {
      throw target("name the resource that is called, with the parameter resource");
    }
    if (audience != null && !audience.equals(target)) {
      throw target("resource and audience name different targets");
    }
    return target;
  }

  private AssertionSettings.Exchange rule(
      RegisteredClient client, List<String> audience, String target) {
    List<AssertionSettings.Exchange> standing =
        exchanges.stream()
            .filter(exchange -> exchange.client().equals(client.clientId()))
            .filter(exchange -> audience.equals(List.of(exchange.from())))
            .toList();
    if (standing.isEmpty()) {
      throw refused("the subject_token is for a resource that the client does not stand for");
    }
    return standing.stream()
        .filter(exchange -> exchange.to().equals(target))
        .findFirst()
        .orElseThrow(() -> target("the client may not call the resource " + target));
  }

  /** A token that only the holder of a key can use does not become one that anybody can use. */
  static void requireKey(AccessTokenClaims claims, @Nullable String proven) {
    if (claims.keyThumbprint() != null && proven == null) {
      throw refused(
          "the subject_token is bound to a key: send a DPoP proof with a key of your own");
    }
  }

  private static Scope scope(AssertionSettings.Exchange rule, Scope given, Resource resource) {
    if (!given.containsAll(rule.requires())) {
      throw refused("the subject_token lacks the scope " + rule.requires().minus(given));
    }
    // Who the person is was for the client that they signed in to.
    Scope most = (rule.scope() == null ? given : rule.scope()).minus(ScopePolicy.IDENTITY);
    return resource.scopes() == null ? most : most.intersect(resource.scopes());
  }

  /** Nobody is made an actor but who has a token of the client's, in their own name. */
  private @Nullable Live actor(RegisteredClient client, ExchangeRequest asked) {
    String token = asked.actorToken();
    if (token == null) {
      return null;
    }
    if (!TokenType.ACCESS_TOKEN.equals(asked.actorType())) {
      throw refused("an actor_token has the type access_token");
    }
    return tokens
        .find(token)
        .filter(actor -> actor.claims().clientId().equals(client.clientId()))
        .filter(actor -> actor.claims().actor() == null && actor.claims().keyThumbprint() == null)
        .orElseThrow(() -> refused("the actor_token is not a live access token of this client"));
  }

  /** RFC 8693 §4.1. Who acts now, before whoever acted on the token. */
  static Map<String, Object> act(String actor, AccessTokenClaims claims) {
    return ActorChain.extended(actor, claims.actor())
        .orElseThrow(() ->
            refused("the subject_token has passed through " + ActorChain.MAX_DEPTH + " hands"));
  }

  private static Instant earlier(Instant expiresAt, @Nullable Live actor) {
    return actor == null || expiresAt.isBefore(actor.claims().expiresAt())
        ? expiresAt
        : actor.claims().expiresAt();
  }

  private static OAuthException target(String why) {
    return new OAuthException(ErrorCode.INVALID_TARGET, why);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

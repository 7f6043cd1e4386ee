package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.context.ContextClaims;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.context.McpContext;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.message.TokenResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens: the only place where one is made.
 *
 * <p>What was redeemed is consumed, and what is kept is written, in one transaction; where there is
 * nothing of either (a client's JWT), the database is not touched. What is signed is signed before
 * the transaction: a signature that fails consumes nothing.
 */
public final class TokenIssuer {
  private final String issuer;
  private final Database database;
  private final SigningKeys keys;
  private final RefreshTokenStore refreshTokens;
  private final OpaqueTokenStore opaqueTokens;
  private final SignedTokens signed;
  private final IdTokens idTokens;
  private final ContextClaims contexts;
  private final Clock clock;
  private final SecureRandom random;
  private final Duration accessTokenLifetime;

  public TokenIssuer(
      String issuer,
      Database database,
      SigningKeys keys,
      RefreshTokenStore refreshTokens,
      OpaqueTokenStore opaqueTokens,
      SignedTokens signed,
      IdTokens idTokens,
      ContextClaims contexts,
      Clock clock,
      SecureRandom random,
      Duration accessTokenLifetime) {
    this.issuer = issuer;
    this.database = database;
    this.keys = keys;
    this.refreshTokens = refreshTokens;
    this.opaqueTokens = opaqueTokens;
    this.signed = signed;
    this.idTokens = idTokens;
    this.contexts = contexts;
    this.clock = clock;
    this.random = random;
    this.accessTokenLifetime = accessTokenLifetime;
  }

  /**
   * Consumes what was redeemed and issues.
   *
   * @throws OAuthException where the consumption refuses, or the database is busy
   */
  public TokenResponse issue(Authorization authorization, RegisteredClient client) {
    AccessTokenClaims claims = claims(authorization);
    boolean opaque = authorization.format() == AccessTokenFormat.OPAQUE;
    String accessToken = opaque ? Secrets.newToken(random) : sign(claims);
    String idToken = idTokens.of(authorization, client, accessToken, claims.mcp());
    boolean writes = opaque || authorization.refreshable() || authorization.consumption() != null;
    String refreshToken = writes ? keep(authorization, opaque ? accessToken : null, claims) : null;
    McpContext context = authorization.context();
    return new TokenResponse(
        accessToken,
        authorization.keyThumbprint() == null ? "Bearer" : "DPoP",
        Duration.between(claims.issuedAt(), claims.expiresAt()).toSeconds(),
        refreshToken,
        authorization.scope().toString(),
        idToken,
        authorization.exchanged() == null ? null : TokenType.ACCESS_TOKEN,
        context == null ? null : context.object(),
        authorization.authSession());
  }

  private String sign(AccessTokenClaims claims) {
    String token =
        keys.current(SigningKeys.ES256).sign(AccessTokenClaims.TYPE, ClaimsJson.write(claims));
    signed.add(Secrets.sha256(token));
    return token;
  }

  private @Nullable String keep(
      Authorization authorization, @Nullable String opaqueToken, AccessTokenClaims claims) {
    String grantId = authorization.grantId();
    NewRefreshToken refreshToken =
        authorization.refreshable() && grantId != null ? refreshTokens.prepare(grantId) : null;
    Optional<OAuthException> refusal =
        database.write(handle -> keep(handle, authorization, opaqueToken, claims, refreshToken));
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return refreshToken == null ? null : refreshToken.text();
  }

  private Optional<OAuthException> keep(
      Handle transaction,
      Authorization authorization,
      @Nullable String opaqueToken,
      AccessTokenClaims claims,
      @Nullable NewRefreshToken refreshToken) {
    Consumption consumption = authorization.consumption();
    if (consumption != null
        && consumption.consume(transaction) instanceof Consumption.Outcome.Refused refused) {
      return Optional.of(refused.error());
    }
    if (opaqueToken != null) {
      opaqueTokens.save(transaction, opaqueToken, claims);
    }
    if (refreshToken != null) {
      refreshTokens.issue(transaction, refreshToken);
    }
    return Optional.empty();
  }

  private AccessTokenClaims claims(Authorization authorization) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new AccessTokenClaims(
        issuer,
        authorization.subject(),
        List.of(authorization.resource()),
        authorization.clientId(),
        authorization.scope(),
        tokenId(authorization.exchanged()),
        now,
        expiry(now, authorization.notAfter()),
        authorization.authenticationTime(),
        authorization.acr(),
        authorization.amr(),
        authorization.grantId(),
        authorization.username(),
        authorization.teams(),
        authorization.actor(),
        authorization.keyThumbprint(),
        contexts.of(authorization));
  }

  private String tokenId(@Nullable String exchanged) {
    String own = Secrets.newToken(random).substring(0, 22);
    return exchanged == null ? own : RevocationStore.derived(exchanged, own);
  }

  private Instant expiry(Instant now, @Nullable Instant notAfter) {
    Instant usual = now.plus(accessTokenLifetime);
    return notAfter == null || usual.isBefore(notAfter)
        ? usual
        : notAfter.truncatedTo(ChronoUnit.SECONDS);
  }
}

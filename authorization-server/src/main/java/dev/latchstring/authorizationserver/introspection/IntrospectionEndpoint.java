package dev.latchstring.authorizationserver.introspection;

import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.PresentedAccessToken;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.PresentedRefreshToken;
import dev.latchstring.authorizationserver.token.RefreshTokenStore;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.context.McpContext;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import dev.latchstring.oauth.message.IntrospectionResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7662 §2. Whether a token is active, and what it says.
 *
 * <p>Only clients that authenticate may ask: those of the configuration about every access token,
 * those that registered themselves about their own. A refresh token is told to its client alone,
 * for a resource must never take one. Whatever may not be told is {@code active: false}.
 */
public final class IntrospectionEndpoint implements Endpoint {
  private static final byte[] INACTIVE = Json.bytes(IntrospectionResponse.INACTIVE);

  private final String issuer;
  private final ClientAuthentication authentication;
  private final PresentedAccessTokens accessTokens;
  private final RefreshTokenStore refreshTokens;
  private final RevocationStore revocations;
  private final GrantStore grants;

  public IntrospectionEndpoint(
      String issuer,
      ClientAuthentication authentication,
      PresentedAccessTokens accessTokens,
      RefreshTokenStore refreshTokens,
      RevocationStore revocations,
      GrantStore grants) {
    this.issuer = issuer;
    this.authentication = authentication;
    this.accessTokens = accessTokens;
    this.refreshTokens = refreshTokens;
    this.revocations = revocations;
    this.grants = grants;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    FormParameters form = exchange.form();
    RegisteredClient client = authentication.authenticateConfidential(exchange, form);
    exchange.checks().begin("token");
    exchange.answer(200, introspect(client, form.required("token")));
  }

  private byte[] introspect(RegisteredClient client, String token) {
    PresentedAccessToken presented = accessTokens.look(token).orElse(null);
    if (presented != null) {
      AccessTokenClaims claims = presented.claims();
      return mayAsk(client, claims) && revocations.isLive(claims.jwtId(), claims.grantId())
          ? live(presented)
          : INACTIVE;
    }
    return refreshTokens.look(token, client.clientId())
            instanceof PresentedRefreshToken.Usable usable
        ? Json.bytes(refreshToken(usable.grant(), usable.expiresAt()))
        : INACTIVE;
  }

  private byte[] live(PresentedAccessToken token) {
    return contextualGrant(token.claims()) == null
        ? token.answer(claims -> Json.bytes(accessToken(claims)))
        : Json.bytes(accessToken(token.claims()));
  }

  /** The grant whose context is shown, which a refresh may replace; null where none is. */
  private static @Nullable String contextualGrant(AccessTokenClaims claims) {
    return claims.mcp() == null || claims.mcp().test() ? null : claims.grantId();
  }

  private static boolean mayAsk(RegisteredClient client, AccessTokenClaims claims) {
    return client.origin() == RegisteredClient.Origin.CONFIGURED
        || claims.clientId().equals(client.clientId());
  }

  private IntrospectionResponse accessToken(AccessTokenClaims claims) {
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    put(extra, "acr", claims.acr());
    put(extra, "amr", claims.amr().isEmpty() ? null : claims.amr());
    put(extra, "auth_time", seconds(claims.authenticationTime()));
    put(extra, "grant_id", claims.grantId());
    put(extra, "groups", claims.teams().isEmpty() ? null : claims.teams());
    put(extra, "act", claims.actor());
    put(extra, "cnf", keyConfirmation(claims.keyThumbprint()));
    statements(claims).forEach((name, value) -> put(extra, name, value));
    return new IntrospectionResponse(
        true,
        claims.scope().isEmpty() ? null : claims.scope().toString(),
        claims.clientId(),
        claims.preferredUsername(),
        claims.keyThumbprint() == null ? "Bearer" : "DPoP",
        claims.expiresAt().getEpochSecond(),
        claims.issuedAt().getEpochSecond(),
        null,
        claims.subject(),
        claims.audience(),
        claims.issuer(),
        claims.jwtId(),
        extra);
  }

  private IntrospectionResponse refreshToken(GivenGrant grant, Instant expiresAt) {
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    put(extra, "grant_id", grant.grantId());
    put(extra, McpContext.NAME, grant.context() == null ? null : grant.context().object());
    return new IntrospectionResponse(
        true,
        grant.scope().isEmpty() ? null : grant.scope().toString(),
        grant.clientId(),
        null,
        "refresh_token",
        expiresAt.getEpochSecond(),
        grant.createdAt().getEpochSecond(),
        null,
        grant.subject(),
        List.of(issuer),
        issuer,
        null,
        extra);
  }

  /**
   * What the client stated: a token repeats a part of it, and its grant, where there is one, has
   * the whole context. A test token says what the test wants it to say.
   */
  private Map<String, Object> statements(AccessTokenClaims claims) {
    if (claims.mcp() == null) {
      return Map.of();
    }
    Map<String, Object> statements = claims.mcp().byName();
    String grantId = contextualGrant(claims);
    if (grantId != null) {
      grants
          .find(grantId)
          .map(GivenGrant::context)
          .ifPresent(context -> statements.put(McpContext.NAME, context.object()));
    }
    return statements;
  }

  /** RFC 9449 §6.2. */
  private static @Nullable Map<String, String> keyConfirmation(@Nullable String keyThumbprint) {
    return keyThumbprint == null ? null : Map.of("jkt", keyThumbprint);
  }

  private static @Nullable Long seconds(@Nullable Instant instant) {
    return instant == null ? null : instant.getEpochSecond();
  }

  private static void put(Map<String, JsonNode> extra, String name, @Nullable Object value) {
    if (value != null) {
      extra.put(name, Json.mapper().valueToTree(value));
    }
  }
}

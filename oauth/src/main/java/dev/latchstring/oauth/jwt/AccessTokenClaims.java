package dev.latchstring.oauth.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpClaims;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9068 §2.2. What an access token says.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}: the account, or the client where no person is involved
 * @param audience {@code aud}: the resources it is for
 * @param clientId {@code client_id}
 * @param jwtId {@code jti}
 * @param authenticationTime {@code auth_time}; null where no person is involved
 * @param acr the authentication context, or null
 * @param amr the authentication methods
 * @param grantId {@code grant_id}: the authorization that the token comes from, by which it is
 *     revoked; null where it comes from none
 * @param preferredUsername {@code preferred_username} (RFC 9068 §2.2.2, OpenID Connect Core §5.1):
 *     what the person is called where they sign in, to be shown and never to be decided by; null
 *     where no person is involved
 * @param teams {@code groups} (RFC 9068 §2.2.3.1): the teams of the subject
 * @param actor {@code act} (RFC 8693 §4.1): who acts for the subject, or null
 * @param keyThumbprint {@code cnf.jkt} (RFC 9449 §6.1): the key that its sender has to prove, or
 *     null
 * @param mcp {@code mcp_*}: what the client stated when it got the token; null where it stated
 *     nothing
 */
public record AccessTokenClaims(
    String issuer,
    String subject,
    List<String> audience,
    String clientId,
    Scope scope,
    String jwtId,
    Instant issuedAt,
    Instant expiresAt,
    @Nullable Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    @Nullable String grantId,
    @Nullable String preferredUsername,
    List<String> teams,
    @Nullable Map<String, Object> actor,
    @Nullable String keyThumbprint,
    @Nullable McpClaims mcp) {

  /** RFC 9068 §2.1: the {@code typ} of an access token. */
  public static final String TYPE = "at+jwt";

  public AccessTokenClaims {
    audience = List.copyOf(audience);
    amr = List.copyOf(amr);
    teams = List.copyOf(teams);
  }

  /**
   * The claims of a JWT that {@link JwtVerification} has accepted.
   *
   * @throws OAuthException {@code invalid_token} where a required claim is missing or has the wrong
   *     type, or the scope breaks RFC 6749 §3.3
   */
  public static AccessTokenClaims of(JWTClaimsSet claims) {
    try {
      Map<String, Object> confirmation = claims.getJSONObjectClaim("cnf");
      return new AccessTokenClaims(
          required("iss", claims.getIssuer()),
          required("sub", claims.getSubject()),
          claims.getAudience(),
          required("client_id", claims.getStringClaim("client_id")),
          scope(claims.getStringClaim("scope")),
          required("jti", claims.getJWTID()),
          instant("iat", claims.getIssueTime()),
          instant("exp", claims.getExpirationTime()),
          optionalInstant(claims.getDateClaim("auth_time")),
          claims.getStringClaim("acr"),
          list(claims.getStringListClaim("amr")),
          claims.getStringClaim("grant_id"),
          claims.getStringClaim("preferred_username"),
          list(claims.getStringListClaim("groups")),
          claims.getJSONObjectClaim("act"),
          confirmation == null ? null : Confirmation.keyThumbprint(confirmation),
          McpClaims.of(claims::getClaim));
    } catch (ParseException e) {
      throw new OAuthException(ErrorCode.INVALID_TOKEN, "a claim of the token has the wrong type")
          .withDetail(String.valueOf(e.getMessage()));
    }
  }

  private static Scope scope(@Nullable String text) {
    try {
      return text == null ? Scope.NONE : Scope.parse(text);
    } catch (OAuthException e) {
      throw new OAuthException(ErrorCode.INVALID_TOKEN, "the token's scope is malformed")
          .withDetail(e.description());
    }
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw new OAuthException(ErrorCode.INVALID_TOKEN, "the token has no claim " + name);
    }
    return value;
  }

  private static Instant instant(String name, @Nullable Date value) {
    if (value == null) {
      throw new OAuthException(ErrorCode.INVALID_TOKEN, "the token has no claim " + name);
    }
    return value.toInstant();
  }

  private static @Nullable Instant optionalInstant(@Nullable Date value) {
    return value == null ? null : value.toInstant();
  }

  private static List<String> list(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }
}

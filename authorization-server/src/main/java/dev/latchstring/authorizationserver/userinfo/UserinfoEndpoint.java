package dev.latchstring.authorizationserver.userinfo;

import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * OpenID Connect Core §5.3. Answers {@code sub}, the claims of the token's scope, and those that
 * its client asked for by name (§5.5), as JSON.
 *
 * <p>The token must have {@code openid} ({@code insufficient_scope} otherwise), be live and not
 * revoked, and come in the {@code Authorization} header ({@code invalid_token} otherwise). One that
 * is bound to a key comes with the scheme {@code DPoP} and a proof (RFC 9449 §7.1).
 */
public final class UserinfoEndpoint implements Endpoint {
  private final String path;
  private final KeyProofs proofs;
  private final PresentedAccessTokens accessTokens;
  private final RevocationStore revocations;
  private final GrantStore grants;
  private final Function<String, Optional<Profile>> profiles;

  /**
   * @param path where it is mounted, below the issuer
   */
  public UserinfoEndpoint(
      String path,
      KeyProofs proofs,
      PresentedAccessTokens accessTokens,
      RevocationStore revocations,
      GrantStore grants,
      Function<String, Optional<Profile>> profiles) {
    this.path = path;
    this.proofs = proofs;
    this.accessTokens = accessTokens;
    this.revocations = revocations;
    this.grants = grants;
    this.profiles = profiles;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    exchange.checks().begin("access_token");
    String bound = exchange.dpopToken();
    AccessTokenClaims token =
        accessTokens
            .find(bound == null ? exchange.bearerToken() : bound)
            .filter(claims -> revocations.isLive(claims.jwtId(), claims.grantId()))
            .orElseThrow(() -> refused("the access token is expired, revoked or not from here"));
    String key = token.keyThumbprint();
    if ((key == null) != (bound == null)) {
      throw refused(
          key == null
              ? "the access token is bound to no key: send it with Bearer"
              : "the access token is bound to a key: send it with DPoP");
    }
    if (bound != null && key != null && !proofs.isProven(exchange, path, bound, key)) {
      return;
    }
    exchange.checks().begin("scope");
    exchange.checks().note("scope_granted", token.scope().toString());
    if (!token.scope().contains("openid")) {
      throw new OAuthException(
          ErrorCode.INSUFFICIENT_SCOPE, "the access token does not have the scope openid");
    }
    Profile profile =
        profiles
            .apply(token.subject())
            .orElseThrow(() -> refused("the access token is not a person's, or not any more"));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("sub", token.subject());
    answer.putAll(profile.claims(token.scope(), named(token)));
    exchange.answer(answer);
  }

  /** OpenID Connect Core §5.5: what the client asked for by name when it got the grant. */
  private List<String> named(AccessTokenClaims token) {
    return Optional.ofNullable(token.grantId())
        .flatMap(grants::find)
        .filter(grant -> grant.clientId().equals(token.clientId()))
        .map(grant -> grant.claims().userinfo())
        .orElse(List.of());
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_TOKEN, why);
  }
}

package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.assertion.AuthenticationContext;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.PresentedRefreshToken;
import dev.latchstring.authorizationserver.token.RefreshTokenStore;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import java.util.Optional;

/**
 * draft-ietf-oauth-identity-assertion-authz-grant §4.3.3. Refresh tokens of this server, judged as
 * in a refresh, and not used up.
 */
public final class RefreshTokenReader implements SubjectTokenReader {
  private final RefreshTokenStore tokens;
  private final GrantStore grants;
  private final AccountStore accounts;

  public RefreshTokenReader(RefreshTokenStore tokens, GrantStore grants, AccountStore accounts) {
    this.tokens = tokens;
    this.grants = grants;
    this.accounts = accounts;
  }

  @Override
  public String type() {
    return TokenType.REFRESH_TOKEN;
  }

  @Override
  public Optional<SubjectToken> read(String token, RegisteredClient client) {
    return switch (tokens.look(token, client.clientId())) {
      case PresentedRefreshToken.Usable usable -> Optional.of(subject(usable.grant()));
      case PresentedRefreshToken.Reused reused -> {
        grants.revoke(reused.grant().grantId());
        SecurityLog.warn(
            "used_again",
            "what",
            "refresh_token",
            "client_id",
            client.clientId(),
            "grant_id",
            reused.grant().grantId());
        throw refused("the subject_token was used before; its grant is revoked");
      }
      case PresentedRefreshToken.Expired expired -> throw refused("the subject_token is expired");
      case PresentedRefreshToken.Revoked revoked -> throw refused("the subject_token is revoked");
      case PresentedRefreshToken.Unknown unknown -> Optional.empty();
    };
  }

  private SubjectToken subject(GivenGrant grant) {
    return accounts
        .findBySubject(grant.subject())
        .map(account ->
            new SubjectToken(
                account.subject(),
                account.username(),
                account.teams(),
                new AuthenticationContext(grant.authenticationTime(), grant.acr(), grant.amr()),
                grant.keyThumbprint(),
                null))
        .orElseThrow(() -> refused("the account is disabled"));
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_REQUEST, why);
  }
}

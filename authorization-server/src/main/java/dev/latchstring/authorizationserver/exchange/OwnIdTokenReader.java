package dev.latchstring.authorizationserver.exchange;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.assertion.AuthenticationContext;
import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.context.McpClaims;
import dev.latchstring.oauth.jwt.JwtVerification;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * OpenID Connect Core §3.1.3.7. Id tokens of this server: issued to the very client that presents
 * them, not expired, of an account that is not disabled, and not of a test.
 */
public final class OwnIdTokenReader implements SubjectTokenReader {
  private final String issuer;
  private final SigningKeys keys;
  private final AccountStore accounts;
  private final Clock clock;

  public OwnIdTokenReader(String issuer, SigningKeys keys, AccountStore accounts, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.accounts = accounts;
    this.clock = clock;
  }

  @Override
  public String type() {
    return TokenType.ID_TOKEN;
  }

  @Override
  public Optional<SubjectToken> read(String token, RegisteredClient client) {
    try {
      JWTClaimsSet claims =
          new JwtVerification(
                  Set.of("jwt"),
                  Set.of(SigningKeys.ES256, SigningKeys.RS256),
                  issuer,
                  Set.of(client.clientId()),
                  clock,
                  Duration.ZERO)
              .verify(token, keys::named);
      boolean test = claims.getClaim(McpClaims.TEST) != null;
      return test ? Optional.empty() : Optional.of(subject(claims));
    } catch (OAuthException e) {
      if (e.code() == ErrorCode.INVALID_TOKEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private SubjectToken subject(JWTClaimsSet claims) {
    Account account =
        accounts
            .findBySubject(String.valueOf(claims.getSubject()))
            .orElseThrow(
                () -> new OAuthException(ErrorCode.INVALID_REQUEST, "the account is disabled"));
    return new SubjectToken(
        account.subject(), account.username(), account.teams(), context(claims), null, null);
  }

  private static AuthenticationContext context(JWTClaimsSet claims) {
    try {
      Date time = claims.getDateClaim("auth_time");
      List<String> amr = claims.getStringListClaim("amr");
      return new AuthenticationContext(
          time == null ? null : time.toInstant(),
          claims.getStringClaim("acr"),
          amr == null ? List.of() : amr);
    } catch (ParseException e) {
      throw new OAuthException(ErrorCode.INVALID_REQUEST, "the subject_token is not readable");
    }
  }
}

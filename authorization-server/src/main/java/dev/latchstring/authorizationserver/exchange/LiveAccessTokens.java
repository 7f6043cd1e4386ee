package dev.latchstring.authorizationserver.exchange;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.account.ForeignSubject;
import dev.latchstring.authorizationserver.token.PresentedAccessTokens;
import dev.latchstring.authorizationserver.token.RevocationStore;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7662 §2.2. Access tokens of this server, JWT or opaque, that are good at this moment: not
 * expired, not revoked, of an account that is not disabled. A token of test mode is none: what it
 * is exchanged for would not look like one.
 */
public final class LiveAccessTokens {
  private final PresentedAccessTokens presented;
  private final RevocationStore revocations;
  private final AccountStore accounts;

  public LiveAccessTokens(
      PresentedAccessTokens presented, RevocationStore revocations, AccountStore accounts) {
    this.presented = presented;
    this.revocations = revocations;
    this.accounts = accounts;
  }

  /**
   * A token with what is known now of whom it is about.
   *
   * @param username null where no account is involved
   */
  record Live(AccessTokenClaims claims, @Nullable String username, List<String> teams) {}

  Optional<Live> find(String token) {
    return presented
        .find(token)
        .filter(claims -> claims.mcp() == null || !claims.mcp().test())
        .filter(claims -> revocations.isLive(claims.jwtId(), claims.grantId()))
        .flatMap(this::live);
  }

  private Optional<Live> live(AccessTokenClaims claims) {
    boolean person = claims.grantId() != null && !ForeignSubject.is(claims.subject());
    if (!person) {
      return Optional.of(new Live(claims, null, claims.teams()));
    }
    Optional<Account> account = accounts.findBySubject(claims.subject());
    return account.map(found -> new Live(claims, found.username(), found.teams()));
  }
}

package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.Profile;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.OAuthException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a login of a person is good for once it is over. */
public interface Logins {
  /** Whose it is; empty where the account is gone or disabled. */
  Optional<Account> account(String subject);

  /** The same, with what its owner may tell of it. */
  Optional<Profile> profile(String subject);

  /**
   * Whether it may be refreshed without the person.
   *
   * @param acr how the person proved who they are; null where that has no name
   */
  boolean isRefreshable(@Nullable String acr);

  /**
   * draft-ietf-oauth-first-party-apps-04 §6.2. Whether what the person proved is good still.
   *
   * @param keyThumbprint RFC 9449: the key that the request proves, or null
   * @throws OAuthException {@code insufficient_authorization} where the person has to be asked,
   *     with an {@code auth_session}
   */
  void requireGood(GivenGrant grant, RegisteredClient client, @Nullable String keyThumbprint);

  /** The {@code auth_session} that goes on from the code of a login by challenge. */
  String sessionAfter(String code);

  /** Such a code became a grant. */
  void redeemed(Handle transaction, String code, String grantId);
}

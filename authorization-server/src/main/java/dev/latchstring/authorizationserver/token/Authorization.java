package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.oauth.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a grant was redeemed for: everything that tokens are issued from.
 *
 * @param subject the account; the client where no person is involved
 * @param resource RFC 8707: what the access token is for
 * @param format what that resource wants
 * @param grantId the grant that the tokens belong to; null where there is none
 * @param authenticationTime when the person signed in; null where no person is involved
 * @param username what the person signs in with; null where no person is involved
 * @param actor RFC 8693 §4.1: who acts for the subject; null where nobody does
 * @param keyThumbprint RFC 9449 §6.1: the key that the tokens are bound to; null where they are not
 * @param nonce OpenID Connect Core §3.1.2.1: what the client wants to find in the id token, or null
 * @param claims OpenID Connect Core §5.5: what an id token tells beside what the scope gives
 * @param notAfter no access token may live longer; null where nothing limits it
 * @param refreshable whether a (new) refresh token is issued; needs a grant
 * @param consumption what is consumed in the issuing transaction; null where there is nothing
 * @param exchanged the identifier of the access token that this one is exchanged for, which cannot
 *     be revoked without it; null where no token is exchanged
 */
public record Authorization(
    String subject,
    String clientId,
    Scope scope,
    String resource,
    AccessTokenFormat format,
    @Nullable String grantId,
    @Nullable Instant authenticationTime,
    @Nullable String acr,
    List<String> amr,
    @Nullable String username,
    List<String> teams,
    @Nullable Map<String, Object> actor,
    @Nullable String keyThumbprint,
    @Nullable String nonce,
    RequestedClaims claims,
    @Nullable Instant notAfter,
    boolean refreshable,
    @Nullable Consumption consumption,
    @Nullable String exchanged) {

  public Authorization {
    amr = List.copyOf(amr);
    teams = List.copyOf(teams);
    if (refreshable && grantId == null) {
      throw new IllegalArgumentException("a refresh token belongs to a grant");
    }
  }

  /** What any grant is redeemed for but the exchange of an access token. */
  public Authorization(
      String subject,
      String clientId,
      Scope scope,
      String resource,
      AccessTokenFormat format,
      @Nullable String grantId,
      @Nullable Instant authenticationTime,
      @Nullable String acr,
      List<String> amr,
      @Nullable String username,
      List<String> teams,
      @Nullable Map<String, Object> actor,
      @Nullable String keyThumbprint,
      @Nullable String nonce,
      @Nullable Instant notAfter,
      boolean refreshable,
      @Nullable Consumption consumption) {
    this(
        subject,
        clientId,
        scope,
        resource,
        format,
        grantId,
        authenticationTime,
        acr,
        amr,
        username,
        teams,
        actor,
        keyThumbprint,
        nonce,
        RequestedClaims.NONE,
        notAfter,
        refreshable,
        consumption,
        null);
  }

  /** RFC 6749 §4.4: the client itself, with no person, no grant and nothing to consume. */
  public static Authorization ofClient(
      String clientId, Scope scope, String resource, AccessTokenFormat format) {
    return new Authorization(
        clientId, clientId, scope, resource, format, null, null, null, List.of(), null, List.of(),
        null, null, null, null, false, null);
  }

  /** What a person gave to a client, all of it. */
  public static Authorization ofGrant(
      GivenGrant grant, Account account, boolean refreshable, Consumption consumption) {
    return new Authorization(
        grant.subject(),
        grant.clientId(),
        grant.scope(),
        grant.resource(),
        AccessTokenFormat.JWT,
        grant.grantId(),
        grant.authenticationTime(),
        grant.acr(),
        grant.amr(),
        account.username(),
        account.teams(),
        null,
        null,
        null,
        grant.claims(),
        null,
        refreshable,
        consumption,
        null);
  }

  /** The same, for this scope of this resource. */
  public Authorization narrowedTo(Scope scope, String resource, AccessTokenFormat format) {
    return new Authorization(
        subject,
        clientId,
        scope,
        resource,
        format,
        grantId,
        authenticationTime,
        acr,
        amr,
        username,
        teams,
        actor,
        keyThumbprint,
        nonce,
        claims,
        notAfter,
        refreshable,
        consumption,
        exchanged);
  }

  /** The same, for the holder of this key alone. */
  public Authorization boundTo(@Nullable String keyThumbprint) {
    return new Authorization(
        subject,
        clientId,
        scope,
        resource,
        format,
        grantId,
        authenticationTime,
        acr,
        amr,
        username,
        teams,
        actor,
        keyThumbprint,
        nonce,
        claims,
        notAfter,
        refreshable,
        consumption,
        exchanged);
  }

  /** The same, to be told in an id token that carries this value. */
  public Authorization withNonce(@Nullable String nonce) {
    return new Authorization(
        subject,
        clientId,
        scope,
        resource,
        format,
        grantId,
        authenticationTime,
        acr,
        amr,
        username,
        teams,
        actor,
        keyThumbprint,
        nonce,
        claims,
        notAfter,
        refreshable,
        consumption,
        exchanged);
  }
}

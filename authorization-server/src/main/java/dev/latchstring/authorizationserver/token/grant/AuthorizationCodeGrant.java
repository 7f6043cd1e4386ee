package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.authorize.AuthorizationCode;
import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.Consumption;
import dev.latchstring.authorizationserver.token.GivenGrant;
import dev.latchstring.authorizationserver.token.GrantStore;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/**
 * RFC 6749 §4.1.3 and RFC 7636 §4.5. A code, by the client and for the redirect URI it was issued
 * to, with the verifier of its challenge.
 *
 * <p>A code is redeemed once. Who comes second holds a code that is in two hands, so what the first
 * got is revoked (RFC 6749 §4.1.2). A wrong verifier does not use a code up: only who has the right
 * one can.
 */
public final class AuthorizationCodeGrant implements Grant {
  private final AuthorizationCodeStore codes;
  private final GrantStore grants;
  private final AccountStore accounts;
  private final Clock clock;
  private final SecureRandom random;

  public AuthorizationCodeGrant(
      AuthorizationCodeStore codes,
      GrantStore grants,
      AccountStore accounts,
      Clock clock,
      SecureRandom random) {
    this.codes = codes;
    this.grants = grants;
    this.accounts = accounts;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String type() {
    return GrantTypes.AUTHORIZATION_CODE;
  }

  @Override
  public Authorization redeem(TokenRequest request) {
    FormParameters form = request.form();
    String text = form.required("code");
    String verifier = form.required("code_verifier");
    AuthorizationCode code =
        codes
            .find(text, request.client().clientId())
            .orElseThrow(() -> refused("the code is not one of this client"));
    if (code.grantId() != null) {
      grants.revoke(code.grantId());
      SecurityLog.warn(
          "used_again",
          "what",
          "authorization_code",
          "client_id",
          request.client().clientId(),
          "grant_id",
          code.grantId());
      throw usedBefore();
    }
    if (!clock.instant().isBefore(code.expiresAt())) {
      throw refused("the code is expired");
    }
    requireSameRedirectUri(code, form);
    if (!Pkce.matches(verifier, code.codeChallenge())) {
      throw refused("code_verifier does not belong to the code_challenge");
    }
    request.requireKey(code.keyThumbprint());
    request.requireSameContext(code.context());
    return authorization(request, text, code);
  }

  /** One that was sent must be sent again; one that was not sent need not be. */
  private static void requireSameRedirectUri(AuthorizationCode code, FormParameters form) {
    String redirectUri = form.optional("redirect_uri");
    boolean same =
        redirectUri == null ? !code.redirectUriSent() : redirectUri.equals(code.redirectUri());
    if (!same) {
      throw refused("redirect_uri is not the one of the authorization request");
    }
  }

  private Authorization authorization(TokenRequest request, String text, AuthorizationCode code) {
    RegisteredClient client = request.client();
    Account account =
        accounts
            .findBySubject(code.subject())
            .orElseThrow(() -> refused("the account is disabled"));
    GivenGrant grant =
        new GivenGrant(
            Secrets.newToken(random).substring(0, 22),
            code.subject(),
            client.clientId(),
            code.scope(),
            code.resource(),
            code.authenticationTime(),
            code.acr(),
            code.amr(),
            clock.instant(),
            request.grantKey(),
            code.claims(),
            code.context(),
            null);
    return Authorization.ofGrant(
            grant,
            account,
            client.metadata().grants().contains(GrantTypes.REFRESH_TOKEN),
            transaction -> consume(transaction, text, grant))
        .withNonce(code.nonce());
  }

  private Consumption.Outcome consume(Handle transaction, String text, GivenGrant grant) {
    if (codes.redeem(transaction, text, grant.clientId(), grant.grantId())) {
      grants.create(transaction, grant);
      return new Consumption.Outcome.Consumed();
    }
    codes
        .find(transaction, text, grant.clientId())
        .map(AuthorizationCode::grantId)
        .ifPresent(first -> {
          grants.revoke(transaction, first);
          SecurityLog.warn(
              "used_again",
              "what",
              "authorization_code",
              "client_id",
              grant.clientId(),
              "grant_id",
              first);
        });
    return new Consumption.Outcome.Refused(usedBefore());
  }

  private static OAuthException usedBefore() {
    return refused("the code was used before; its tokens are revoked");
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}

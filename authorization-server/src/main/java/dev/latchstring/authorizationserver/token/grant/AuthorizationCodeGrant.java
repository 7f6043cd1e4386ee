package dev.latchstring.authorizationserver.token.grant;

import dev.latchstring.authorizationserver.authorize.AuthorizationCode;
import dev.latchstring.authorizationserver.authorize.AuthorizationCodeStore;
import dev.latchstring.authorizationserver.token.Authorization;
import dev.latchstring.authorizationserver.token.TokenRequest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Pkce;
import java.time.Clock;

/**
 * RFC 6749 §4.1.3 and RFC 7636 §4.5. A code, by the client and for the redirect URI it was issued
 * to, with the verifier of its challenge.
 *
 * <p>{@link CodeRedemption} says what a code is worth, and that it is redeemed once. A wrong
 * verifier does not use a code up: only who has the right one can.
 */
public final class AuthorizationCodeGrant implements Grant {
  private final AuthorizationCodeStore codes;
  private final CodeRedemption redemption;
  private final Clock clock;

  public AuthorizationCodeGrant(
      AuthorizationCodeStore codes, CodeRedemption redemption, Clock clock) {
    this.codes = codes;
    this.redemption = redemption;
    this.clock = clock;
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
      throw redemption.reused(codes, request.client().clientId(), code.grantId());
    }
    if (!clock.instant().isBefore(code.expiresAt())) {
      throw refused("the code is expired");
    }
    requireSameRedirectUri(code, form);
    if (!Pkce.matches(verifier, code.codeChallenge())) {
      throw refused("code_verifier does not belong to the code_challenge");
    }
    request.requireKey(code.keyThumbprint());
    Authorization authorization =
        redemption.authorization(request, codes, code.given(text)).withNonce(code.nonce());
    return code.isOfChallenge() ? redemption.continued(authorization, text) : authorization;
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

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_GRANT, why);
  }
}

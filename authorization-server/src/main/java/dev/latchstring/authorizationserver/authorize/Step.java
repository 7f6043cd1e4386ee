package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.oauth.OAuthException;

/** What a request needs next. */
sealed interface Step {
  /**
   * A person has to sign in.
   *
   * @param reason why, where somebody is signed in
   */
  record SignIn(SignInPage.Reason reason) implements Step {}

  /** The person has to be asked. */
  record Ask() implements Step {}

  /** Nothing: the client gets its code. */
  record Issue() implements Step {}

  /** It cannot be had without what the client does not want. */
  record Refuse(OAuthException error) implements Step {}
}

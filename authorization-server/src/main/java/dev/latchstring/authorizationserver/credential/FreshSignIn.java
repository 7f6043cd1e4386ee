package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.account.SignInPage.Reason;
import dev.latchstring.authorizationserver.page.PageAnswer;
import java.time.Clock;
import java.time.Duration;

/**
 * Whoever changes what a person proves themselves with has entered the password a moment ago: a
 * session that was left open, or stolen, is not enough.
 */
final class FreshSignIn {
  /** How long ago the password may have been entered. */
  static final Duration MAX_AGE = Duration.ofMinutes(5);

  private final Clock clock;

  FreshSignIn(Clock clock) {
    this.clock = clock;
  }

  boolean is(Person person) {
    return !person.authenticationTime().plus(MAX_AGE).isBefore(clock.instant());
  }

  /** The way to enter it, and back. */
  static PageAnswer wayTo(String then, Person person) {
    return SignInPage.wayTo(then, Reason.SECURITY, person.account().username());
  }
}

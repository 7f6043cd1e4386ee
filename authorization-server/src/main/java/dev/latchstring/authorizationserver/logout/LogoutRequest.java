package dev.latchstring.authorizationserver.logout;

import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2. A request, after every check that needs no person.
 *
 * @param clientId who asks; null where nobody says
 * @param subject whom a hint of this server's is about; null where none came
 * @param loginHint {@code logout_hint}: the username of who is to be signed out; null for none
 * @param redirectUri one of the client's {@code post_logout_redirect_uris}; null for none
 * @param state goes with it, at most {@value #MAX_STATE} characters when encoded
 * @param problem why nothing of it can be used; null where it can
 */
record LogoutRequest(
    @Nullable String clientId,
    @Nullable String subject,
    @Nullable String loginHint,
    @Nullable String redirectUri,
    @Nullable String state,
    @Nullable String problem) {
  /** The most characters of {@code state}, encoded. */
  static final int MAX_STATE = 2048;

  /** One that cannot be used; the person can still be signed out. */
  static LogoutRequest unusable(String problem) {
    return new LogoutRequest(null, null, null, null, null, problem);
  }

  /**
   * §2: whether it is about this person, so that nobody needs to be asked.
   *
   * @param username the person's
   */
  boolean isAbout(String subject, @Nullable String username) {
    return subject.equals(this.subject) && (loginHint == null || loginHint.equals(username));
  }

  /** The client alone. */
  @Override
  public String toString() {
    return "LogoutRequest[clientId=" + clientId + "]";
  }
}

package dev.latchstring.authorizationserver.account;

import java.time.Instant;

/**
 * A browser in which a person signed in.
 *
 * @param subject the account
 * @param authenticationTime when the person proved who it is
 * @param expiresAt when the session ends, however much it is used
 */
public record SignInSession(String subject, Instant authenticationTime, Instant expiresAt) {}

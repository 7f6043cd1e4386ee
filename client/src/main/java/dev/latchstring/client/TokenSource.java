package dev.latchstring.client;

/**
 * Gives the token for the next request: fresh, refreshed ahead of its expiry, and refreshed once
 * however many threads and processes ask.
 *
 * <p>Ask before every request and keep nothing. All methods are safe for use by many threads; they
 * block for a network round trip at most when a refresh is due.
 */
public interface TokenSource {
  /**
   * A token that is good for at least the next few seconds.
   *
   * @throws ClientException {@link Problem#LOGIN_REQUIRED} where there is no login or it has ended;
   *     {@link Problem#REAUTHENTICATION_REQUIRED} where it is kept but the person has to prove
   *     again who they are; {@link Problem#NETWORK} where a refresh is needed and the authorization
   *     server cannot be reached, which is not the end of the login
   */
  AccessToken token();

  /**
   * Tells that a server answered 401 to a token, and gives the one to try instead, once. It is
   * another process's newer token if there is one, else a refreshed one.
   *
   * @throws ClientException {@link Problem#LOGIN_REQUIRED} where there is no other: the login has
   *     ended, or a token refreshed after a rejection was rejected too
   */
  AccessToken rejected(AccessToken token);
}

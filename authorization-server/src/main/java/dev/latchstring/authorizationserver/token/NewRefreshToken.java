package dev.latchstring.authorizationserver.token;

/**
 * A refresh token that is not issued yet.
 *
 * @param text what the client gets
 * @param hash what is kept of it: SHA-256
 */
record NewRefreshToken(String grantId, String text, byte[] hash) {
  /** Without the token. */
  @Override
  public String toString() {
    return "NewRefreshToken[" + grantId + "]";
  }
}

package dev.latchstring.authorizationserver.keys;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.jwt.SigningKey;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * The keys this server signs with and publishes.
 *
 * <p>{@link #current} and {@link #jwks} answer from memory; {@link #maintain} brings that up to
 * date with the database, makes the next key when it is due, and is called every minute.
 */
@SuppressWarnings("DoNotCallSuggester") // bodies come with the next commit
public final class SigningKeys {
  /** The algorithm of access tokens. */
  public static final String ES256 = "ES256";

  /** The algorithm of id tokens, unless a client registered another. */
  public static final String RS256 = "RS256";

  /**
   * Reads the keys, and makes the first one for ES256 where there is none. RS256, which takes
   * longer to make and is not needed for access tokens, comes with the first {@link #maintain}.
   */
  public static SigningKeys open(
      Database database, ServerKey key, KeyRotation rotation, Clock clock, SecureRandom random) {
    throw new UnsupportedOperationException("comes with the next commit");
  }

  private SigningKeys() {}

  /** The key that signs now. */
  public SigningKey current(String algorithm) {
    throw new UnsupportedOperationException("comes with the next commit: " + algorithm);
  }

  /** RFC 7517 §5. The public keys, as JSON in UTF-8; the caller must not change the array. */
  public byte[] jwks() {
    throw new UnsupportedOperationException("comes with the next commit");
  }

  /** Makes keys that are due, forgets those that are past, and takes over what other nodes made. */
  public void maintain() {
    throw new UnsupportedOperationException("comes with the next commit");
  }
}

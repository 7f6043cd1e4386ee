package dev.latchstring.authorizationserver.registration;

import dev.latchstring.oauth.Secrets;
import java.util.List;

/**
 * RFC 7591 §1.2 and §3. The tokens of which a client must present one to register, where the
 * operator wants that. Only their SHA-256 is held.
 */
public final class InitialAccessTokens {
  /** None: whoever comes may register. */
  public static final InitialAccessTokens NONE = new InitialAccessTokens(List.of());

  private final List<byte[]> hashes;

  public InitialAccessTokens(List<byte[]> hashes) {
    this.hashes = List.copyOf(hashes);
  }

  /** Whether one must be presented. */
  public boolean required() {
    return !hashes.isEmpty();
  }

  /** Whether the token is one of them, in a time that does not tell which. */
  public boolean accept(String token) {
    byte[] hash = Secrets.sha256(token);
    boolean found = false;
    for (byte[] each : hashes) {
      found |= Secrets.equal(hash, each);
    }
    return found;
  }

  /** How many there are. */
  @Override
  public String toString() {
    return "InitialAccessTokens[" + hashes.size() + "]";
  }
}

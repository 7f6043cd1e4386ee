package dev.latchstring.authorizationserver.token;

import java.nio.ByteBuffer;

/**
 * Which access tokens this process signed lately, and which of them were presented. Who presents
 * one of them presents what was signed here, signature and all, so there is nothing to verify.
 *
 * <p>A token is known by 127 bits of its SHA-256, which nobody finds another text for. {@value
 * #MOST} are remembered, in 4 MiB; the oldest of {@value #IN_ONE_PLACE} that fall into one place
 * makes room for the next. A token that is not remembered is verified as any other.
 */
public final class SignedTokens {
  /** The most tokens that are remembered. */
  public static final int MOST = 1 << 18;

  private static final int IN_ONE_PLACE = 16;
  private static final int LOCKS = 64;

  /** The bit of a token's second half that says that it was presented. */
  private static final long PRESENTED = 1;

  private final long[] first = new long[MOST];
  private final long[] second = new long[MOST];
  private final Object[] locks = new Object[LOCKS];

  /** What is known of a token that is presented. */
  enum Sight {
    /** It was not signed here, or that is forgotten. */
    UNKNOWN,
    /** It was signed here, and nobody presented it before. */
    FIRST,
    /** It was signed here, and presented before. */
    AGAIN
  }

  public SignedTokens() {
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /**
   * @param hash the SHA-256 of a token that was signed here
   */
  void add(byte[] hash) {
    ByteBuffer bits = ByteBuffer.wrap(hash);
    long one = bits.getLong();
    long two = bits.getLong() & ~PRESENTED;
    int place = place(bits.getInt());
    synchronized (lock(place)) {
      System.arraycopy(first, place, first, place + 1, IN_ONE_PLACE - 1);
      System.arraycopy(second, place, second, place + 1, IN_ONE_PLACE - 1);
      first[place] = one;
      second[place] = two;
    }
  }

  /**
   * What is known of a token; from now on it was presented.
   *
   * @param hash the SHA-256 of a token
   */
  Sight present(byte[] hash) {
    ByteBuffer bits = ByteBuffer.wrap(hash);
    long one = bits.getLong();
    long two = bits.getLong() & ~PRESENTED;
    int place = place(bits.getInt());
    synchronized (lock(place)) {
      for (int i = place; i < place + IN_ONE_PLACE; i++) {
        if (first[i] == one && (second[i] & ~PRESENTED) == two) {
          boolean before = (second[i] & PRESENTED) != 0;
          second[i] = two | PRESENTED;
          return before ? Sight.AGAIN : Sight.FIRST;
        }
      }
    }
    return Sight.UNKNOWN;
  }

  private static int place(int bits) {
    return (bits & (MOST / IN_ONE_PLACE - 1)) * IN_ONE_PLACE;
  }

  private Object lock(int place) {
    return locks[(place / IN_ONE_PLACE) % LOCKS];
  }
}

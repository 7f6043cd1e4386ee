package dev.latchstring.authorizationserver.token;

import java.nio.ByteBuffer;

/**
 * Which access tokens this process signed lately. Who presents one of them presents what was signed
 * here, signature and all, so there is nothing to verify.
 *
 * <p>A token is known by 128 bits of its SHA-256, which nobody finds another text for. {@value
 * #MOST} are remembered, in 4 MiB; the oldest of four that fall into one place makes room for the
 * next. A token that is not remembered is verified as any other.
 */
public final class SignedTokens {
  /** The most tokens that are remembered. */
  public static final int MOST = 1 << 18;

  private static final int IN_ONE_PLACE = 4;
  private static final int LOCKS = 64;

  private final long[] first = new long[MOST];
  private final long[] second = new long[MOST];
  private final Object[] locks = new Object[LOCKS];

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
    long two = bits.getLong();
    int place = place(bits.getInt());
    synchronized (lock(place)) {
      for (int i = place + IN_ONE_PLACE - 1; i > place; i--) {
        first[i] = first[i - 1];
        second[i] = second[i - 1];
      }
      first[place] = one;
      second[place] = two;
    }
  }

  boolean contains(byte[] hash) {
    ByteBuffer bits = ByteBuffer.wrap(hash);
    long one = bits.getLong();
    long two = bits.getLong();
    int place = place(bits.getInt());
    synchronized (lock(place)) {
      for (int i = place; i < place + IN_ONE_PLACE; i++) {
        if (first[i] == one && second[i] == two) {
          return true;
        }
      }
    }
    return false;
  }

  private static int place(int bits) {
    return (bits & (MOST / IN_ONE_PLACE - 1)) * IN_ONE_PLACE;
  }

  private Object lock(int place) {
    return locks[(place / IN_ONE_PLACE) % LOCKS];
  }
}

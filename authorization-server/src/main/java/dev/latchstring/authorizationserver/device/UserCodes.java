package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.keys.ServerKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * New user codes, which nobody can foretell, in an order that spares the database work.
 *
 * <p>A row is found by a keyed hash of its code, whose index has no order that time could follow.
 * So codes are made in advance, in rounds, and those of a round are given out in the order of their
 * hashes: codes that are given out together lie together in the index. Each is as random as if it
 * were made at once; the order tells nothing to whoever has not the key.
 *
 * <p>A round is twice as long as the one before, up to {@value #LONGEST}: whoever gives out few
 * makes few in advance.
 */
final class UserCodes {
  /** Half a megabyte a round, and few pages of an index that is large. */
  private static final int LONGEST = 1 << 16;

  private final SecureRandom random;
  private final ServerKey.Derived hashing;

  /** Each is the beginning of a hash and, in the lower bits, the code that it is of. */
  private long[] round = {};

  private int given;

  /** The next round, in no order yet. */
  private long[] coming = new long[2];

  private int made;
  private volatile boolean growing = true;

  UserCodes(SecureRandom random, ServerKey.Derived hashing) {
    this.random = random;
    this.hashing = hashing;
  }

  /**
   * A code and its keyed hash.
   *
   * @param hash 32 bytes
   */
  record Hashed(UserCode code, byte[] hash) {
    /** As databases order bytes: as unsigned numbers. */
    long place() {
      return ByteBuffer.wrap(hash).getLong() ^ Long.MIN_VALUE;
    }

    @Override
    public String toString() {
      return "Hashed";
    }
  }

  /** A code that was not given out before; that its row is the only one, the database says. */
  Hashed next() {
    return hashed(growing ? take(make(), make()) : take(make()));
  }

  private Hashed hashed(long number) {
    UserCode code = UserCode.of(number);
    return new Hashed(code, hash(code));
  }

  private long make() {
    long number = UserCode.random(random);
    return (hashed(number).place() & ~UserCode.BITS) | number;
  }

  /** Adds to the next round, and takes from this one. */
  private synchronized long take(long... more) {
    for (long one : more) {
      coming = made < coming.length ? coming : Arrays.copyOf(coming, made * 2);
      coming[made++] = one;
    }
    if (given == round.length) {
      round = Arrays.copyOf(coming, made);
      Arrays.sort(round);
      given = 0;
      made = 0;
      growing = round.length < LONGEST;
    }
    return round[given++] & UserCode.BITS;
  }

  /** What a row is found by: 32 bytes, HMAC-SHA256, for a code can be guessed with its hash. */
  byte[] hash(UserCode code) {
    return hashing.hmac(code.letters());
  }
}

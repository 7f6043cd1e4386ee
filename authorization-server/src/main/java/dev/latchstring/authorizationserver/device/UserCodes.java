package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.keys.ServerKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;

/**
 * New user codes, which nobody can foretell, in an order that spares the database work.
 *
 * <p>A row is found by a keyed hash of its code, whose index has no order that time could follow.
 * So some codes are made in advance, and of those the one goes next whose hash comes next in the
 * index, round and round: codes that are given out together lie together there. Each is as random
 * as if it were made at once; the order tells nothing to whoever has not the key.
 */
final class UserCodes {
  /** How many are made in advance. There are that many once as many were given out. */
  private static final int WAITING = 8192;

  private final SecureRandom random;
  private final ServerKey.Derived hashing;
  private final TreeMap<Long, Hashed> waiting = new TreeMap<>();
  private long last = Long.MIN_VALUE;

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
    Hashed one = generate();
    Hashed two = isFull() ? null : generate();
    synchronized (waiting) {
      waiting.put(one.place(), one);
      if (two != null) {
        waiting.put(two.place(), two);
      }
      Map.Entry<Long, Hashed> next = waiting.higherEntry(last);
      Map.Entry<Long, Hashed> taken = next != null ? next : waiting.firstEntry();
      last = taken.getKey();
      waiting.remove(last);
      return taken.getValue();
    }
  }

  /** What a row is found by: 32 bytes, HMAC-SHA256, for a code can be guessed with its hash. */
  byte[] hash(UserCode code) {
    return hashing.hmac(code.letters());
  }

  private boolean isFull() {
    synchronized (waiting) {
      return waiting.size() >= WAITING;
    }
  }

  private Hashed generate() {
    UserCode code = UserCode.generate(random);
    return new Hashed(code, hash(code));
  }
}

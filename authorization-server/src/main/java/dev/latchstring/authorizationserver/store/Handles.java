package dev.latchstring.authorizationserver.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;

/**
 * Secret names of rows: codes, requests. The first {@value #PLACE} characters say where in its
 * table's index a row is, the 43 that follow are 256 random bits, and a row's key is made of the
 * first and of a hash of all of them: who reads the database cannot name a row.
 *
 * <p>On SQLite, where one thread writes everything, the place is the time: the rows that share a
 * transaction share the pages that are written. On PostgreSQL it is random, for neighbours on a
 * page would be taken for readers of each other. A row is found by its whole key in either case.
 */
public final class Handles {
  private static final int PLACE = 7;
  private static final int LENGTH = PLACE + 43;
  private static final int KEY = 32;

  /** The characters of base64url in the order of their bytes, so that text sorts as its number. */
  private static final String SORTED =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  private final boolean ascending;
  private final Clock clock;
  private final SecureRandom random;

  public Handles(Database database, Clock clock, SecureRandom random) {
    this.ascending = database.writesInOneThread();
    this.clock = clock;
    this.random = random;
  }

  /** A new name: 50 characters of base64url. */
  public String next() {
    return place() + Secrets.newToken(random);
  }

  /**
   * A new name that is no secret, of 22 characters of base64url, 90 bits of which are random: for
   * rows that others refer to.
   */
  public String nextPublic() {
    return place() + Secrets.newToken(random).substring(0, 22 - PLACE);
  }

  /** Milliseconds have 42 bits until 2109; after that the rows are spread again. */
  private String place() {
    long place = ascending ? clock.millis() : random.nextLong();
    char[] text = new char[PLACE];
    for (int i = PLACE - 1; i >= 0; i--) {
      text[i] = SORTED.charAt((int) (place & 63));
      place >>>= 6;
    }
    return new String(text);
  }

  /** Whether this has the form of a handle; any other text is the name of nothing. */
  public static boolean isOne(String text) {
    return text.length() == LENGTH;
  }

  /**
   * The key of the row that a handle names, 32 bytes: its place and 200 bits of its SHA-256. Of a
   * text of another form, as handles were once, all of the SHA-256.
   */
  public static byte[] key(String handle) {
    byte[] hash = Secrets.sha256(handle);
    if (!isOne(handle)) {
      return hash;
    }
    byte[] key = Arrays.copyOf(handle.substring(0, PLACE).getBytes(US_ASCII), KEY);
    System.arraycopy(hash, 0, key, PLACE, KEY - PLACE);
    return key;
  }
}

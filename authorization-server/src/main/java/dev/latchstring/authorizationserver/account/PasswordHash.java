package dev.latchstring.authorizationserver.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * RFC 9106. Argon2id with 19 MiB, two passes and one lane (the OWASP recommendation), written as a
 * PHC string: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}.
 *
 * <p>One hash takes about 30 ms of a core. A hash with other parameters, from a configuration, is
 * checked with its own, as long as they are not above 256 MiB, 10 passes and 4 lanes.
 */
public final class PasswordHash {
  private static final int MEMORY = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int LENGTH = 32;
  private static final int SALT = 16;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private final SecureRandom random;
  private final int memory;
  private final int passes;

  public PasswordHash(SecureRandom random) {
    this(random, MEMORY, PASSES);
  }

  private PasswordHash(SecureRandom random, int memory, int passes) {
    this.random = random;
    this.memory = memory;
    this.passes = passes;
  }

  /** Makes hashes with the least of everything, for tests that need many. */
  static PasswordHash cheap(SecureRandom random) {
    return new PasswordHash(random, 8, 1);
  }

  /** A PHC string of the password with a new salt of 128 bits. */
  public String hash(String password) {
    byte[] salt = random(SALT);
    return phc(salt, compute(password, salt, memory, passes, LANES, LENGTH));
  }

  /** A PHC string that nobody knows a password for, and that takes as long to check as any. */
  public String ofNothing() {
    return phc(random(SALT), random(LENGTH));
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String phc(byte[] salt, byte[] hash) {
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memory, passes, LANES, encoder.encodeToString(salt), encoder.encodeToString(hash));
  }

  /**
   * Whether the PHC string was made of this password.
   *
   * @throws IllegalArgumentException where it is not an Argon2id PHC string within the limits
   */
  public boolean matches(String password, String phc) {
    Matcher parts = parts(phc);
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    byte[] actual =
        compute(
            password,
            salt,
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)),
            expected.length);
    return dev.latchstring.oauth.Secrets.equal(expected, actual);
  }

  /** Whether this text can be given to {@link #matches}. */
  public static boolean isPhc(String text) {
    try {
      parts(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Matcher parts(String phc) {
    Matcher parts = PHC.matcher(phc);
    if (!parts.matches() || !isWithinLimits(parts)) {
      throw new IllegalArgumentException(
          "not an Argon2id PHC string ($argon2id$v=19$m=..,t=..,p=..$salt$hash) of at most 256 MiB,"
              + " 10 passes and 4 lanes");
    }
    return parts;
  }

  private static boolean isWithinLimits(Matcher parts) {
    int memory = Integer.parseInt(parts.group(1));
    int passes = Integer.parseInt(parts.group(2));
    int lanes = Integer.parseInt(parts.group(3));
    return memory <= 262_144
        && lanes >= 1
        && lanes <= 4
        && memory >= 8 * lanes
        && passes >= 1
        && passes <= 10;
  }

  private static byte[] compute(
      String password, byte[] salt, int memory, int passes, int lanes, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[length];
    generator.generateBytes(password.getBytes(UTF_8), hash);
    return hash;
  }
}

package dev.latchstring.authorizationserver.credential;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Secrets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/**
 * RFC 6238 §3, §4. The secret that an authenticator app shares with this server: six digits, a new
 * code every 30 seconds.
 *
 * @param bytes {@value #MIN_BYTES} to {@value #MAX_BYTES} (RFC 4226 §4, R6: at least 128 bits)
 */
public record TotpSecret(byte[] bytes, Algorithm algorithm) {
  /** The least bytes of a secret. */
  public static final int MIN_BYTES = 16;

  /** The most bytes of a secret: a block of the hash. */
  public static final int MAX_BYTES = 64;

  /** How many digits a code has. */
  static final int DIGITS = 6;

  /** How long a code is shown. */
  static final Duration STEP = Duration.ofSeconds(30);

  private static final int FRESH_BYTES = 20;

  /** RFC 6238 §1.2: the HMAC. Most apps know SHA-1 alone. */
  public enum Algorithm {
    SHA1("HmacSHA1"),
    SHA256("HmacSHA256");

    private final String hmac;

    Algorithm(String hmac) {
      this.hmac = hmac;
    }
  }

  /**
   * @throws IllegalArgumentException where it is too short or too long
   */
  public TotpSecret {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a TOTP secret has " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
    }
    bytes = bytes.clone();
  }

  /** A new secret of 160 bits for the apps that people have. */
  static TotpSecret random(SecureRandom random) {
    byte[] bytes = new byte[FRESH_BYTES];
    random.nextBytes(bytes);
    return new TotpSecret(bytes, Algorithm.SHA1);
  }

  /**
   * RFC 4648 §6. The secret of a text as apps show it: base32, in any case, with or without spaces,
   * hyphens and padding.
   *
   * @throws IllegalArgumentException where it is not base32, or too short or too long; the message
   *     does not quote it
   */
  public static TotpSecret parse(String base32, Algorithm algorithm) {
    String plain = base32.replaceAll("[\\s-]", "").replaceAll("=+$", "").toUpperCase(Locale.ROOT);
    int rest = plain.length() % 8;
    if (!plain.matches("[A-Z2-7]+") || rest == 1 || rest == 3 || rest == 6) {
      throw new IllegalArgumentException("a TOTP secret is base32: A to Z and 2 to 7");
    }
    if (plain.length() > 2 * MAX_BYTES) {
      throw new IllegalArgumentException("a TOTP secret has at most " + MAX_BYTES + " bytes");
    }
    return new TotpSecret(Base32.decode(plain + "=".repeat(rest == 0 ? 0 : 8 - rest)), algorithm);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether the other is the same secret, for the same algorithm. */
  boolean isSame(TotpSecret other) {
    return algorithm == other.algorithm && Secrets.equal(bytes, other.bytes);
  }

  /** RFC 4648 §6, in groups of four for people to type. */
  String readable() {
    return base32().replaceAll("(.{4})(?=.)", "$1 ");
  }

  private String base32() {
    return Base32.toBase32String(bytes).replace("=", "");
  }

  /**
   * The Key URI of authenticator apps, which a QR code holds.
   *
   * @param issuer where the codes are for
   * @param account whose they are
   */
  String uri(String issuer, String account) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("secret", base32());
    query.put("issuer", issuer);
    query.put("algorithm", algorithm.name());
    query.put("digits", Integer.toString(DIGITS));
    query.put("period", Long.toString(STEP.toSeconds()));
    // The form's plus for a space is not read by every app.
    return "otpauth://totp/"
        + FormParameters.encode(issuer + ":" + account).replace("+", "%20")
        + "?"
        + FormParameters.encode(query).replace("+", "%20");
  }

  /** The time step of an instant (RFC 6238 §4.2). */
  static long step(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), STEP.toSeconds());
  }

  /** The code of a time step: six digits. */
  String code(long step) {
    try {
      return new TimeBasedOneTimePasswordGenerator(STEP, DIGITS, algorithm.hmac)
          .generateOneTimePasswordString(
              new SecretKeySpec(bytes, "RAW"),
              Instant.ofEpochSecond(step * STEP.toSeconds()),
              Locale.ROOT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + algorithm.hmac, e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "TotpSecret[" + algorithm + "]";
  }
}

package dev.latchstring.oauth.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchstring.oauth.Secrets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * RFC 9449 §8. Nonces that tell the server's own time and need no memory: the minute, and an HMAC
 * of it. Every node with the same key and nearly the same clock knows them.
 *
 * <p>One is accepted from the minute it was given in (a node's clock may be a minute behind) until
 * {@value #MINUTES} minutes after that minute began, so it lives four to five minutes. A client may
 * use it as often as it likes: what makes a proof unique is its {@code jti}.
 */
public final class DpopNonces {
  /** How many minutes a nonce is accepted, counted from the beginning of its own. */
  public static final int MINUTES = 5;

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int MAC_BYTES = 16;

  private final Function<String, byte[]> hmac;
  private final InstantSource clock;

  private record Current(long minute, String nonce) {}

  private volatile Current current = new Current(Long.MIN_VALUE, "");

  /**
   * @param hmac HMAC-SHA256 under a key that has no other use
   */
  public DpopNonces(Function<String, byte[]> hmac, InstantSource clock) {
    this.hmac = hmac;
    this.clock = clock;
  }

  /**
   * Nonces under a key.
   *
   * @param key at least 32 random bytes; the same on every node that answers for one address
   * @throws IllegalArgumentException where it is shorter
   */
  public static DpopNonces ofKey(byte[] key, InstantSource clock) {
    if (key.length < 32) {
      throw new IllegalArgumentException("the key of DPoP nonces needs 32 bytes");
    }
    SecretKeySpec secret = new SecretKeySpec(key, "HmacSHA256");
    return new DpopNonces(text -> hmac(secret, text), clock);
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** §8.1: the nonce to give now. */
  public String next() {
    long minute = minute();
    Current known = current;
    if (known.minute() != minute) {
      known = new Current(minute, nonce(minute));
      current = known;
    }
    return known.nonce();
  }

  /** Until when a nonce is accepted; empty where it is not one of ours, or too old. */
  Optional<Instant> acceptedUntil(String nonce) {
    int dot = nonce.indexOf('.');
    if (dot < 1 || dot > 12 || nonce.length() > 64) {
      return Optional.empty();
    }
    long minute;
    try {
      minute = Long.parseLong(nonce.substring(0, dot), Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    long now = minute();
    if (minute > now + 1 || minute <= now - MINUTES || !Secrets.equal(nonce, nonce(minute))) {
      return Optional.empty();
    }
    return Optional.of(Instant.ofEpochSecond((minute + MINUTES) * 60));
  }

  private long minute() {
    return Math.floorDiv(clock.instant().getEpochSecond(), 60);
  }

  private String nonce(long minute) {
    String text = Long.toString(minute, Character.MAX_RADIX);
    byte[] mac = Arrays.copyOf(hmac.apply(text), MAC_BYTES);
    return text + "." + BASE64URL.encodeToString(mac);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "DpopNonces[]";
  }
}

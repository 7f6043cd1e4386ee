package dev.latchstring.authorizationserver.credential;

import dev.latchstring.authorizationserver.credential.TotpSecretStore.Stored;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6238 §5.2. Checks the codes of authenticator apps: the one of now, the one before and the one
 * after, each accepted once.
 *
 * <p>Somebody who has no secret, or does not exist, costs the same: the code is tried with a secret
 * of somebody else, and not accepted. Attempts are counted by whoever asks (RFC 4226 §7.3): three
 * of a million codes are right.
 */
public final class TotpCodes {
  private static final int DRIFT = 1;
  private static final int MAX_LENGTH = 32;

  private final TotpSecretStore secrets;
  private final Clock clock;
  private final SecureRandom random;
  private final Stored nobodys;

  public TotpCodes(TotpSecretStore secrets, Clock clock, SecureRandom random) {
    this.secrets = secrets;
    this.clock = clock;
    this.random = random;
    TotpSecret unknown = TotpSecret.random(random);
    this.nobodys =
        new Stored("", secrets.encrypt("", unknown), unknown.algorithm(), false, Long.MAX_VALUE);
  }

  /**
   * Whether the code is one that the person's app shows now, and was not accepted before. One that
   * is right is used up by this.
   *
   * @param subject the account; null for somebody who is not known
   * @param code six digits; spaces and hyphens in it do not count
   */
  public boolean verify(@Nullable String subject, String code) {
    if (code.length() > MAX_LENGTH) {
      return false;
    }
    String stranger = Secrets.newToken(random).substring(0, 22);
    String wanted = subject == null ? stranger : subject;
    Stored nearest = secrets.nearest(wanted).orElse(nobodys);
    long step = match(secrets.decrypt(nearest), code);
    boolean theirs = nearest.subject().equals(wanted);
    return theirs && step > nearest.lastStep() && secrets.consume(nearest, step);
  }

  /**
   * The time step of which a code is.
   *
   * @return {@code Long.MIN_VALUE} where it is of none of those that are accepted now
   */
  long match(TotpSecret secret, String code) {
    String digits = digits(code);
    long now = TotpSecret.step(clock.instant());
    long matched = Long.MIN_VALUE;
    for (long step = now - DRIFT; step <= now + DRIFT; step++) {
      matched = Secrets.equal(secret.code(step), digits) ? step : matched;
    }
    return matched;
  }

  private static String digits(String code) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c != ' ' && c != '-' && c != '\u00A0' && c != '\u202F') {
        digits.append(c);
      }
    }
    return digits.toString();
  }
}

package dev.latchstring.authorizationserver.account;

import java.time.Duration;

/**
 * Whose failures are counted together.
 *
 * @param kind what the value is
 * @param value the value, as it came: it is kept as a keyed hash alone
 */
public record AttemptKey(Kind kind, String value) {

  /**
   * How failures of one kind delay the next attempt: so many are free, then the delay doubles from
   * one second up to the longest. After a quiet {@link #memory} nothing is left of them.
   */
  public enum Kind {
    /**
     * Wrong passwords for a name. The longest delay is short, for anybody can cause it to others.
     */
    USERNAME(5, Duration.ofMinutes(1), Duration.ofHours(1)),
    /** Wrong passwords from an address. Generous, for many people may share one. */
    SIGN_IN_ADDRESS(20, Duration.ofMinutes(15), Duration.ofHours(1)),
    /** Wrong user codes in a browser session. */
    USER_CODE_SESSION(5, Duration.ofMinutes(5), Duration.ofHours(1)),
    /** Wrong user codes of a signed-in person. */
    USER_CODE_SUBJECT(5, Duration.ofMinutes(15), Duration.ofHours(6)),
    /** Wrong user codes from an address. */
    USER_CODE_ADDRESS(20, Duration.ofMinutes(15), Duration.ofHours(1)),
    /** Registrations from an address: not failures, but each leaves a row for good. */
    REGISTRATION_ADDRESS(20, Duration.ofMinutes(15), Duration.ofHours(1)),
    /** Clients nobody has seen, whose metadata would be fetched, that an address names. */
    METADATA_DOCUMENT_ADDRESS(60, Duration.ofMinutes(1), Duration.ofMinutes(10)),
    /**
     * Assertions that were refused, from an address that names no client. The longest delay is
     * short, for one pod that is set up wrongly shares its address with others.
     */
    ASSERTION_ADDRESS(100, Duration.ofSeconds(5), Duration.ofMinutes(10)),
    /** Device authorizations from an address: each leaves a row for minutes. */
    DEVICE_AUTHORIZATION_ADDRESS(100, Duration.ofMinutes(1), Duration.ofMinutes(10)),
    /** Authorization requests from an address before anybody signed in: each leaves a row. */
    AUTHORIZATION_REQUEST_ADDRESS(500, Duration.ofSeconds(30), Duration.ofMinutes(10)),
    /**
     * Wrong answers at a step for a person, or for somebody nobody knows. Few are free and the
     * memory is long, for what is on file has few digits; there is still the browser.
     */
    CHALLENGE_PERSON(5, Duration.ofHours(1), Duration.ofHours(24)),
    /**
     * Wrong answers at a first-party client, beyond those that right ones make up for. The longest
     * delay is short, for everybody who calls there waits.
     */
    CHALLENGE_CLIENT(300, Duration.ofSeconds(30), Duration.ofHours(1)),
    /** Wrong answers from an address, of clients that do not authenticate. */
    CHALLENGE_ADDRESS(20, Duration.ofMinutes(15), Duration.ofHours(1)),
    /** Right answers of a person at a step, each of which makes up for wrong ones of a client. */
    CHALLENGE_CREDIT(1, Duration.ofHours(1), Duration.ofHours(1)),
    /**
     * Codes to a person on a channel, answered or not: somebody pays for each, and each disturbs.
     */
    CODE_PERSON(10, Duration.ofMinutes(15), Duration.ofHours(1)),
    /** Codes of a client that nobody answered, a sixteenth of them. */
    CODE_CLIENT(125, Duration.ofMinutes(2), Duration.ofHours(1));

    private final int free;
    private final Duration longest;
    private final Duration memory;

    Kind(int free, Duration longest, Duration memory) {
      this.free = free;
      this.longest = longest;
      this.memory = memory;
    }

    /** How many failures cost no delay. */
    public int free() {
      return free;
    }

    public Duration longest() {
      return longest;
    }

    public Duration memory() {
      return memory;
    }

    /** The delay before the next attempt after so many failures. */
    Duration delayAfter(long failures) {
      if (failures < free) {
        return Duration.ZERO;
      }
      long seconds = 1L << Math.min(failures - free, 20);
      Duration delay = Duration.ofSeconds(seconds);
      return delay.compareTo(longest) > 0 ? longest : delay;
    }
  }

  /** Without the value, which may be a person's. */
  @Override
  public String toString() {
    return "AttemptKey[" + kind + "]";
  }
}

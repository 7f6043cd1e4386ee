package dev.latchstring.authorizationserver.account;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Slows guessing down: counts attempts that failed and says how long the next one must wait.
 *
 * <p>An attempt is counted as failed when it is admitted and forgiven when it succeeds, so that any
 * number of attempts at the same moment cannot slip through together.
 */
public final class AttemptStore {
  private final Database database;
  private final Clock clock;
  private final ServerKey.Derived hashing;

  public AttemptStore(Database database, Clock clock, ServerKey key) {
    this.database = database;
    this.clock = clock;
    this.hashing = key.derive("attempt");
  }

  /** Whether an attempt may be made now. */
  public sealed interface Admission {
    /** It may, and counts as failed until it is said to have succeeded. */
    record Admitted() implements Admission {}

    /**
     * It may not; it was not counted.
     *
     * @param delay how long until the next attempt may be made
     */
    record Delayed(Duration delay) implements Admission {}
  }

  private record Count(long failures, Instant retryAt) {}

  /** Admits an attempt where none of its keys has to wait, and counts it against each. */
  public Admission admit(Collection<AttemptKey> keys) {
    return database.write(handle -> admit(handle, keys));
  }

  /** The same, in a transaction of the caller's. */
  public Admission admit(Handle transaction, Collection<AttemptKey> keys) {
    Instant now = clock.instant();
    List<AttemptKey> ordered = keys.stream().sorted(ORDER).toList();
    Optional<Instant> retryAt =
        ordered.stream()
            .map(key -> count(transaction, key, now).retryAt())
            .max(Comparator.naturalOrder())
            .filter(now::isBefore);
    if (retryAt.isPresent()) {
      return new Admission.Delayed(Duration.between(now, retryAt.get()));
    }
    ordered.forEach(key -> fail(transaction, key, now));
    return new Admission.Admitted();
  }

  /** How long an attempt would have to wait; nothing is counted. */
  public Duration delay(AttemptKey key) {
    Instant now = clock.instant();
    Instant retryAt = database.read(handle -> count(handle, key, now)).retryAt();
    return now.isBefore(retryAt) ? Duration.between(now, retryAt) : Duration.ZERO;
  }

  /** The order in which rows are locked, so that two attempts never wait for each other. */
  private static final Comparator<AttemptKey> ORDER =
      Comparator.comparing(AttemptKey::kind).thenComparing(AttemptKey::value);

  /**
   * Forgives an admitted attempt that succeeded: the failures of a name, session or subject are
   * forgotten; of those of an address only this one is, for one right password must not buy any
   * number of wrong ones.
   */
  public void succeeded(Collection<AttemptKey> keys) {
    database.write(handle -> {
      succeeded(handle, keys);
      return true;
    });
  }

  /** The same, in a transaction of the caller's. */
  public void succeeded(Handle transaction, Collection<AttemptKey> keys) {
    keys.stream().sorted(ORDER).forEach(key -> forgive(transaction, key));
  }

  /** Takes an admitted attempt back that was neither right nor wrong. */
  public void withdraw(Handle transaction, Collection<AttemptKey> keys) {
    keys.stream()
        .sorted(ORDER)
        .forEach(key -> transaction.createUpdate(ONE_LESS).bind("hash", hash(key)).execute());
  }

  private Count count(Handle handle, AttemptKey key, Instant now) {
    return handle
        .createQuery(
            "select failures, retry_at from attempt where key_hash = :hash and expires_at > :now")
        .bind("hash", hash(key))
        .bind("now", millis(now))
        .map((row, context) ->
            new Count(row.getLong("failures"), Instant.ofEpochMilli(row.getLong("retry_at"))))
        .findOne()
        .orElse(new Count(0, Instant.EPOCH));
  }

  private void fail(Handle handle, AttemptKey key, Instant now) {
    long failures = count(handle, key, now).failures() + 1;
    handle
        .createUpdate(
            """
            insert into attempt (key_hash, failures, retry_at, expires_at)
            values (:hash, :failures, :retryAt, :expiresAt)
            on conflict (key_hash) do update set failures = excluded.failures,
              retry_at = excluded.retry_at, expires_at = excluded.expires_at
            """)
        .bind("hash", hash(key))
        .bind("failures", failures)
        .bind("retryAt", millis(retryAt(key.kind().delayAfter(failures), now)))
        .bind("expiresAt", millis(now.plus(key.kind().memory())))
        .execute();
  }

  /** Not now where nobody has to wait: who came at the same moment would seem too early. */
  private static Instant retryAt(Duration delay, Instant now) {
    return delay.isZero() ? Instant.EPOCH : now.plus(delay);
  }

  private static final String ONE_LESS =
      "update attempt set failures = failures - 1, retry_at = 0"
          + " where key_hash = :hash and failures > 0";

  private void forgive(Handle handle, AttemptKey key) {
    String sql =
        switch (key.kind()) {
          case USERNAME, USER_CODE_SESSION, USER_CODE_SUBJECT, CHALLENGE_PERSON ->
              "delete from attempt where key_hash = :hash";
          case CHALLENGE_CLIENT ->
              "update attempt set retry_at = 0,"
                  + " failures = case when failures > 2 then failures - 2 else 0 end"
                  + " where key_hash = :hash and failures > 0";
          case SIGN_IN_ADDRESS,
              USER_CODE_ADDRESS,
              REGISTRATION_ADDRESS,
              METADATA_DOCUMENT_ADDRESS,
              ASSERTION_ADDRESS,
              DEVICE_AUTHORIZATION_ADDRESS,
              AUTHORIZATION_REQUEST_ADDRESS,
              CHALLENGE_ADDRESS,
              CHALLENGE_CREDIT,
              CODE_PERSON,
              CODE_CLIENT ->
              ONE_LESS;
        };
    handle.createUpdate(sql).bind("hash", hash(key)).execute();
  }

  private byte[] hash(AttemptKey key) {
    return hashing.hmac(key.kind() + ":" + key.value());
  }
}

package dev.latchstring.authorizationserver.credential;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;

import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import dev.latchstring.authorizationserver.keys.SecretEncryption;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The TOTP secrets, one of an account, encrypted under a key that is not in the database. One that
 * the configuration names is the operator's: a person neither replaces nor removes it.
 */
public final class TotpSecretStore {
  private final Database database;
  private final Clock clock;
  private final SecretEncryption encryption;

  public TotpSecretStore(Database database, Clock clock, ServerKey key, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.encryption = new SecretEncryption(key, "totp-secret", "TOTP secrets", random);
  }

  /**
   * That there is a secret, without it.
   *
   * @param configured whether it is the operator's
   * @param lastUsedAt null where it was never used
   */
  public record Enrolled(boolean configured, Instant since, @Nullable Instant lastUsedAt) {}

  /**
   * A secret as it is kept.
   *
   * @param lastStep the time step that was accepted last; no earlier one is
   */
  record Stored(
      String subject, byte[] encrypted, Algorithm algorithm, boolean configured, long lastStep) {
    private static Stored of(ResultSet row) throws SQLException {
      return new Stored(
          row.getString("subject"),
          row.getBytes("encrypted_secret"),
          Algorithm.valueOf(row.getString("algorithm")),
          row.getBoolean("configured"),
          row.getLong("last_step"));
    }

    @Override
    public String toString() {
      return "Stored[" + subject + "]";
    }
  }

  /** Whether the account has a secret, and whose it is. */
  public Optional<Enrolled> enrolled(String subject) {
    return database.read(handle ->
        handle
            .createQuery("select * from totp_secret where subject = :subject")
            .bind("subject", subject)
            .map((row, context) ->
                new Enrolled(
                    row.getBoolean("configured"),
                    instant(row, "created_at"),
                    optionalInstant(row, "last_used_at")))
            .findOne());
  }

  /**
   * The secret of this subject or, where it has none, the next in the order of subjects, so that
   * one is found as fast as the other. Empty where nobody has a secret.
   */
  Optional<Stored> nearest(String subject) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from (
                  select * from (
                    select * from totp_secret where subject >= :subject order by subject limit 1
                  ) as following
                  union all
                  select * from (
                    select * from totp_secret order by subject limit 1
                  ) as first_of_all
                ) as nearest limit 1
                """)
            .bind("subject", subject)
            .map((row, context) -> Stored.of(row))
            .findOne());
  }

  TotpSecret decrypt(Stored stored) {
    return new TotpSecret(
        encryption.decrypt(stored.subject(), stored.encrypted()), stored.algorithm());
  }

  byte[] encrypt(String subject, TotpSecret secret) {
    return encryption.encrypt(subject, secret.bytes());
  }

  /**
   * Takes a time step for good: it and those before it are not accepted again. Of any number who
   * come at once with the same one, one gets it.
   *
   * @return whether it was still to be had, of this very secret
   */
  boolean consume(Stored stored, long step) {
    return database.write(handle ->
        handle
                .createUpdate(
                    """
                    update totp_secret set last_step = :step, last_used_at = :now
                    where subject = :subject and last_step < :step
                      and encrypted_secret = :encrypted
                    """)
                .bind("step", step)
                .bind("now", millis(clock.instant()))
                .bind("subject", stored.subject())
                .bind("encrypted", stored.encrypted())
                .execute()
            == 1);
  }

  /**
   * Keeps a secret that a person set up, in place of the one before.
   *
   * @param step the time step that proved it
   * @return false where the account has a configured one, which stays
   */
  boolean enrol(String subject, TotpSecret secret, long step) {
    byte[] encrypted = encrypt(subject, secret);
    return database.write(
        handle -> put(handle, subject, secret.algorithm(), encrypted, false, step) == 1);
  }

  /** Removes the secret that the person set up; false where there is none, or a configured one. */
  boolean remove(String subject) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "delete from totp_secret where subject = :subject and configured = false")
                .bind("subject", subject)
                .execute()
            == 1);
  }

  /**
   * Makes the configured secrets what the configuration says, by subject: puts those that are new
   * or changed in place of whatever was there, removes those that are gone. One that stays keeps
   * what was used of it. Writes nothing where nothing changed.
   */
  public void provision(Map<String, TotpSecret> secrets) {
    List<Stored> before = configured();
    secrets.forEach((subject, secret) -> {
      boolean unchanged =
          before.stream()
              .anyMatch(
                  stored -> stored.subject().equals(subject) && decrypt(stored).isSame(secret));
      if (!unchanged) {
        byte[] encrypted = encrypt(subject, secret);
        database.write(
            handle -> put(handle, subject, secret.algorithm(), encrypted, true, Long.MIN_VALUE));
      }
    });
    before.stream()
        .map(Stored::subject)
        .filter(subject -> !secrets.containsKey(subject))
        .forEach(this::removeConfigured);
  }

  private List<Stored> configured() {
    return database.read(handle ->
        handle
            .createQuery("select * from totp_secret where configured = true")
            .map((row, context) -> Stored.of(row))
            .list());
  }

  private void removeConfigured(String subject) {
    database.write(handle ->
        handle
            .createUpdate("delete from totp_secret where subject = :subject and configured = true")
            .bind("subject", subject)
            .execute());
  }

  /** A person's secret never takes the place of the operator's. */
  private int put(
      Handle handle,
      String subject,
      Algorithm algorithm,
      byte[] encrypted,
      boolean configured,
      long step) {
    return handle
        .createUpdate(
            """
            insert into totp_secret (subject, encrypted_secret, algorithm, configured, last_step,
              created_at, last_used_at)
            values (:subject, :encrypted, :algorithm, :configured, :step, :now, null)
            on conflict (subject) do update set
              encrypted_secret = excluded.encrypted_secret, algorithm = excluded.algorithm,
              configured = excluded.configured, last_step = excluded.last_step,
              created_at = excluded.created_at, last_used_at = null
            where excluded.configured = true or totp_secret.configured = false
            """)
        .bind("subject", subject)
        .bind("encrypted", encrypted)
        .bind("algorithm", algorithm.name())
        .bind("configured", configured)
        .bind("step", step)
        .bind("now", millis(clock.instant()))
        .execute();
  }
}

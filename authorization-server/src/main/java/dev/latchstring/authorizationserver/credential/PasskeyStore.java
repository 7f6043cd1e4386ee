package dev.latchstring.authorizationserver.credential;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;
import static dev.latchstring.authorizationserver.store.Rows.words;

import dev.latchstring.authorizationserver.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The passkeys: any number of people, up to {@value #MOST} of each. */
public final class PasskeyStore {
  /** The most passkeys of one person. */
  static final int MOST = 20;

  private final Database database;
  private final Clock clock;

  public PasskeyStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A person's passkeys, the first first. */
  public List<Passkey> of(String subject) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from passkey where subject = :subject
                order by created_at, credential_id limit :most
                """)
            .bind("subject", subject)
            .bind("most", MOST)
            .map((row, context) -> passkey(row))
            .list());
  }

  /**
   * The passkeys of this subject or, where it has none, of the next in the order of subjects, so
   * that some are found as fast as others. Empty where nobody has one.
   */
  List<Passkey> ofNearest(String subject) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from passkey where subject = (
                  select subject from (
                    select * from (
                      select subject from passkey where subject >= :subject
                      order by subject limit 1
                    ) as following
                    union all
                    select * from (
                      select subject from passkey order by subject limit 1
                    ) as first_of_all
                  ) as nearest limit 1
                )
                order by created_at, credential_id limit :most
                """)
            .bind("subject", subject)
            .bind("most", MOST)
            .map((row, context) -> passkey(row))
            .list());
  }

  /** The passkey of this identifier or, where there is none, the next in their order. */
  Optional<Passkey> nearest(byte[] credentialId) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from (
                  select * from (
                    select * from passkey where credential_id >= :id order by credential_id limit 1
                  ) as following
                  union all
                  select * from (
                    select * from passkey order by credential_id limit 1
                  ) as first_of_all
                ) as nearest limit 1
                """)
            .bind("id", credentialId)
            .map((row, context) -> passkey(row))
            .findOne());
  }

  /** Whether a passkey could be kept. */
  enum Added {
    YES,
    /** The identifier is known already, of this person or another. */
    KNOWN,
    TOO_MANY
  }

  Added add(Passkey passkey) {
    return database.write(handle -> {
      int before =
          handle
              .createQuery("select count(*) from passkey where subject = :subject")
              .bind("subject", passkey.subject())
              .mapTo(Integer.class)
              .one();
      if (before >= MOST) {
        return Added.TOO_MANY;
      }
      int inserted =
          handle
              .createUpdate(
                  """
                  insert into passkey (credential_id, subject, public_key, sign_count, transports,
                    backup_eligible, backed_up, name, created_at, last_used_at)
                  values (:id, :subject, :publicKey, :signCount, :transports, :backupEligible,
                    :backedUp, :name, :now, null)
                  on conflict (credential_id) do nothing
                  """)
              .bind("id", passkey.credentialId())
              .bind("subject", passkey.subject())
              .bind("publicKey", passkey.publicKey())
              .bind("signCount", passkey.signCount())
              .bind("transports", words(passkey.transports()))
              .bind("backupEligible", passkey.backupEligible())
              .bind("backedUp", passkey.backedUp())
              .bind("name", passkey.name())
              .bind("now", millis(passkey.createdAt()))
              .execute();
      return inserted == 1 ? Added.YES : Added.KNOWN;
    });
  }

  /**
   * WebAuthn §7.2, steps 22 and 24. Notes a use.
   *
   * @return false where the counter did not grow since: of two copies of a passkey one is refused
   */
  boolean use(byte[] credentialId, long signCount, boolean backedUp) {
    return database.write(handle ->
        handle
                .createUpdate(
                    """
                    update passkey set sign_count = :signCount, backed_up = :backedUp,
                      last_used_at = :now
                    where credential_id = :id
                      and (sign_count < :signCount or (sign_count = 0 and :signCount = 0))
                    """)
                .bind("signCount", signCount)
                .bind("backedUp", backedUp)
                .bind("now", millis(clock.instant()))
                .bind("id", credentialId)
                .execute()
            == 1);
  }

  /** Names a passkey of the person; false where it is not theirs. */
  boolean rename(String subject, byte[] credentialId, String name) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "update passkey set name = :name"
                        + " where credential_id = :id and subject = :subject")
                .bind("name", name)
                .bind("id", credentialId)
                .bind("subject", subject)
                .execute()
            == 1);
  }

  /** Removes a passkey of the person; false where it is not theirs. */
  boolean remove(String subject, byte[] credentialId) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "delete from passkey where credential_id = :id and subject = :subject")
                .bind("id", credentialId)
                .bind("subject", subject)
                .execute()
            == 1);
  }

  private static Passkey passkey(ResultSet row) throws SQLException {
    return new Passkey(
        row.getBytes("credential_id"),
        row.getString("subject"),
        row.getBytes("public_key"),
        row.getLong("sign_count"),
        words(row.getString("transports")),
        row.getBoolean("backup_eligible"),
        row.getBoolean("backed_up"),
        row.getString("name"),
        instant(row, "created_at"),
        optionalInstant(row, "last_used_at"));
  }
}

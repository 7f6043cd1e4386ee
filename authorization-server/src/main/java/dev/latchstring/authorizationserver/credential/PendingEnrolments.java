package dev.latchstring.authorizationserver.credential;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.keys.SecretEncryption;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What people are setting up: a TOTP secret that no code has proved yet, or a WebAuthn challenge
 * (WebAuthn §13.4.3: made here, used once). Each belongs to one browser session, which has one of
 * each kind; beginning again replaces it.
 */
public final class PendingEnrolments {
  /** How long there is to finish. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private final Database database;
  private final Clock clock;
  private final SecretEncryption encryption;

  public PendingEnrolments(Database database, Clock clock, ServerKey key, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.encryption =
        new SecretEncryption(key, "pending-enrolment", "secrets that are being set up", random);
  }

  /** What is being set up. */
  enum Kind {
    TOTP,
    PASSKEY
  }

  /**
   * Who is setting it up, and where.
   *
   * @param sessionToken the browser session's cookie
   */
  record Place(String sessionToken, String subject, Kind kind) {
    private byte[] hash() {
      return Secrets.sha256(kind + ":" + sessionToken);
    }

    private String name() {
      return subject + ":" + HexFormat.of().formatHex(hash());
    }

    @Override
    public String toString() {
      return "Place[" + subject + ", " + kind + "]";
    }
  }

  void begin(Place place, byte[] secret) {
    byte[] encrypted = encryption.encrypt(place.name(), secret);
    database.write(handle ->
        handle
            .createUpdate(
                """
                insert into pending_enrolment (enrolment_hash, subject, encrypted_secret, expires_at)
                values (:hash, :subject, :encrypted, :expiresAt)
                on conflict (enrolment_hash) do update set subject = excluded.subject,
                  encrypted_secret = excluded.encrypted_secret, expires_at = excluded.expires_at
                """)
            .bind("hash", place.hash())
            .bind("subject", place.subject())
            .bind("encrypted", encrypted)
            .bind("expiresAt", millis(clock.instant().plus(LIFETIME)))
            .execute());
  }

  /** What was begun there and neither ended nor expired. */
  Optional<byte[]> find(Place place) {
    return database.read(handle -> encrypted(handle, place)).map(found -> decrypt(place, found));
  }

  /** The same, and ends it: of any number who come at once, one gets it. */
  Optional<byte[]> take(Place place) {
    Optional<byte[]> taken =
        database.write(handle -> {
          Optional<byte[]> found = encrypted(handle, place);
          return found.isPresent() && delete(handle, place) ? found : Optional.<byte[]>empty();
        });
    return taken.map(found -> decrypt(place, found));
  }

  private Optional<byte[]> encrypted(Handle handle, Place place) {
    return handle
        .createQuery(
            """
            select encrypted_secret from pending_enrolment
            where enrolment_hash = :hash and subject = :subject and expires_at > :now
            """)
        .bind("hash", place.hash())
        .bind("subject", place.subject())
        .bind("now", millis(clock.instant()))
        .map((row, context) -> row.getBytes(1))
        .findOne();
  }

  private static boolean delete(Handle handle, Place place) {
    return handle
            .createUpdate("delete from pending_enrolment where enrolment_hash = :hash")
            .bind("hash", place.hash())
            .execute()
        == 1;
  }

  private byte[] decrypt(Place place, byte[] encrypted) {
    return encryption.decrypt(place.name(), encrypted);
  }
}

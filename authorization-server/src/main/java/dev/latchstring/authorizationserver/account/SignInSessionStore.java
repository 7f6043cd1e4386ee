package dev.latchstring.authorizationserver.account;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The browser sessions of the pages. A cookie of 256 random bits names one; its SHA-256 is what is
 * kept.
 */
public final class SignInSessionStore {
  private final Database database;
  private final Clock clock;
  private final SecureRandom random;
  private final Duration idle;
  private final Duration lifetime;

  /**
   * @param idle a session that is not used for so long ends
   * @param lifetime a session ends after so long in any case
   */
  public SignInSessionStore(
      Database database, Clock clock, SecureRandom random, Duration idle, Duration lifetime) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.idle = idle;
    this.lifetime = lifetime;
  }

  /** Begins a session for a person who signed in just now; returns the cookie's value. */
  public String create(String subject) {
    String cookie = Secrets.newToken(random);
    Instant now = clock.instant();
    database.write(handle ->
        handle
            .createUpdate(
                """
                insert into sign_in_session (session_hash, subject, auth_time, last_seen,
                  expires_at)
                values (:hash, :subject, :now, :now, :expiresAt)
                """)
            .bind("hash", Secrets.sha256(cookie))
            .bind("subject", subject)
            .bind("now", millis(now))
            .bind("expiresAt", millis(now.plus(lifetime)))
            .execute());
    return cookie;
  }

  private record Seen(SignInSession session, Instant lastSeen) {}

  /** The session that a cookie names, where it has not ended; counts as use of it. */
  public Optional<SignInSession> find(String cookie) {
    if (cookie.length() > 128) {
      return Optional.empty();
    }
    byte[] hash = Secrets.sha256(cookie);
    Instant now = clock.instant();
    Optional<Seen> seen =
        database.read(handle ->
            handle
                .createQuery(
                    """
                    select * from sign_in_session
                    where session_hash = :hash and expires_at > :now and last_seen > :idleSince
                    """)
                .bind("hash", hash)
                .bind("now", millis(now))
                .bind("idleSince", millis(now.minus(idle)))
                .map((row, context) ->
                    new Seen(
                        new SignInSession(
                            row.getString("subject"),
                            instant(row, "auth_time"),
                            instant(row, "expires_at")),
                        instant(row, "last_seen")))
                .findOne());
    seen.filter(found -> isStale(found, now)).ifPresent(found -> touch(hash, now));
    return seen.map(Seen::session);
  }

  /** A tenth of the idle time: a page that is reloaded often does not write each time. */
  private boolean isStale(Seen seen, Instant now) {
    return seen.lastSeen().plus(idle.dividedBy(10)).isBefore(now);
  }

  private void touch(byte[] hash, Instant now) {
    database.write(handle ->
        handle
            .createUpdate("update sign_in_session set last_seen = :now where session_hash = :hash")
            .bind("now", millis(now))
            .bind("hash", hash)
            .execute());
  }

  /** Ends one session. */
  public void remove(String cookie) {
    byte[] hash = Secrets.sha256(cookie);
    database.write(handle ->
        handle
            .createUpdate("delete from sign_in_session where session_hash = :hash")
            .bind("hash", hash)
            .execute());
  }

  /** Ends every session of a person. */
  public void removeAll(String subject) {
    database.write(handle ->
        handle
            .createUpdate("delete from sign_in_session where subject = :subject")
            .bind("subject", subject)
            .execute());
  }
}

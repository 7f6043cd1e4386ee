package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;
import static dev.latchstring.authorizationserver.store.Rows.optionalMillis;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.3.1. The sessions, each named by 256 random bits of which
 * the SHA-256 is kept.
 *
 * <p>A session gets a new name when its code is issued. Name and code follow from the name before,
 * under the server's key: a client whose reply was lost gets the same once more, for {@link
 * #REPEATED}, and nobody finds either in the database.
 */
public final class AuthSessionStore {
  /** How long after an answer the same one gets the same response. */
  static final Duration REPEATED = Duration.ofSeconds(30);

  /** How long an answer may be checked before another is taken. */
  private static final Duration CHECKED_WITHIN = Duration.ofSeconds(30);

  private static final int NAME_LENGTH = 43;

  private final Database database;
  private final Clock clock;
  private final SecureRandom random;
  private final ServerKey.Derived codes;
  private final ServerKey.Derived names;

  public AuthSessionStore(Database database, Clock clock, SecureRandom random, ServerKey key) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.codes = key.derive("challenge-code");
    this.names = key.derive("auth-session");
  }

  /**
   * A session.
   *
   * @param name as the client has it
   * @param replaced whether it has a new name since, which the client may not have got
   * @param mac of the last request that was taken; null where none was
   * @param answeredAt when it was
   * @param checkingSince since when an answer is being checked; null where none is
   * @param changes how often it was changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Held(
      String name,
      String clientId,
      @Nullable String keyThumbprint,
      Login login,
      boolean replaced,
      byte @Nullable [] mac,
      @Nullable Instant answeredAt,
      @Nullable Instant checkingSince,
      Instant expiresAt,
      long changes) {

    /** Whether a request is the last one once more, of a client that lost the response. */
    boolean repeats(byte[] requestMac, Instant now) {
      return mac != null
          && answeredAt != null
          && now.isBefore(answeredAt.plus(REPEATED))
          && Secrets.equal(mac, requestMac);
    }

    boolean isBeingChecked(Instant now) {
      return checkingSince != null && now.isBefore(checkingSince.plus(CHECKED_WITHIN));
    }

    /** The same, with an answer that is being checked. */
    Held checking(Login counted, Instant since) {
      return new Held(
          name,
          clientId,
          keyThumbprint,
          counted,
          replaced,
          mac,
          answeredAt,
          since,
          expiresAt,
          changes);
    }

    /** The client alone. */
    @Override
    public String toString() {
      return "Held[clientId=" + clientId + "]";
    }
  }

  /** A new session's name, which {@link #create} keeps the hash of. */
  String newName() {
    return Secrets.newToken(random);
  }

  /** Keeps a new session. */
  void create(
      Handle transaction,
      String name,
      String clientId,
      @Nullable String keyThumbprint,
      Login login,
      byte @Nullable [] mac,
      Instant expiresAt) {
    Instant now = clock.instant();
    transaction
        .createUpdate(
            """
            insert into auth_session (session_hash, client_id, key_thumbprint, login, answer_mac,
              answered_at, changes, created_at, expires_at)
            values (:hash, :clientId, :keyThumbprint, :login, :mac, :now, 0, :now, :expiresAt)
            """)
        .bind("hash", Secrets.sha256(name))
        .bind("clientId", clientId)
        .bind("keyThumbprint", keyThumbprint)
        .bind("login", Json.write(login))
        .bind("mac", mac)
        .bind("now", millis(now))
        .bind("expiresAt", millis(expiresAt))
        .execute();
  }

  /** The client of a session; nothing where there is no such session. */
  Optional<String> clientOf(String name) {
    return database.read(handle -> find(handle, name)).map(Held::clientId);
  }

  /** A session, under its name or, for a while, the one before. */
  Optional<Held> find(String name) {
    return database.read(handle -> find(handle, name));
  }

  /** The same, so that nobody else changes it before the transaction ends. */
  Optional<Held> lock(Handle transaction, String name) {
    transaction
        .createUpdate("update auth_session set changes = changes + 1 where session_hash = :hash")
        .bind("hash", Secrets.sha256(name))
        .execute();
    return find(transaction, name);
  }

  private Optional<Held> find(Handle handle, String name) {
    if (name.length() != NAME_LENGTH) {
      return Optional.empty();
    }
    byte[] hash = Secrets.sha256(name);
    long now = millis(clock.instant());
    return handle
        .createQuery("select * from auth_session where session_hash = :hash and expires_at > :now")
        .bind("hash", hash)
        .bind("now", now)
        .map((row, context) -> held(row, name, false))
        .findOne()
        .or(() ->
            handle
                .createQuery(
                    """
                    select * from auth_session
                    where previous_hash = :hash and previous_until > :now and expires_at > :now
                    """)
                .bind("hash", hash)
                .bind("now", now)
                .map((row, context) -> held(row, name, true))
                .findOne());
  }

  /**
   * Keeps what a session stands for now.
   *
   * @param mac of the request that changes it; null to leave that of the last one
   * @param checkingSince since when an answer is being checked; null where none is
   */
  void save(
      Handle transaction,
      Held held,
      Login login,
      byte @Nullable [] mac,
      @Nullable Instant checkingSince,
      Instant expiresAt) {
    Instant now = clock.instant();
    transaction
        .createUpdate(
            """
            update auth_session set login = :login, expires_at = :expiresAt,
              checking_since = :checking,
              answer_mac = coalesce(:mac, answer_mac),
              answered_at = case when :answered then :now else answered_at end,
              changes = changes + 1
            where session_hash = :hash
            """)
        .bind("login", Json.write(login))
        .bind("expiresAt", millis(expiresAt))
        .bind("checking", optionalMillis(checkingSince))
        .bind("mac", mac)
        .bind("answered", mac != null)
        .bind("now", millis(now))
        .bind("hash", Secrets.sha256(held.name()))
        .execute();
  }

  /**
   * Ends a request with a code, in the transaction that keeps the code: the session goes on under a
   * new name.
   */
  void finish(
      Handle transaction, String name, Login login, String subject, byte[] mac, Instant expiresAt) {
    Instant now = clock.instant();
    String code = codeAfter(name);
    transaction
        .createUpdate(
            """
            update auth_session set session_hash = :next, previous_hash = :hash,
              previous_until = :until, subject = :subject, code_hash = :code, login = :login,
              answer_mac = :mac, answered_at = :now, checking_since = null, changes = changes + 1,
              expires_at = :expiresAt
            where session_hash = :hash
            """)
        .bind("next", Secrets.sha256(nameAfter(code)))
        .bind("hash", Secrets.sha256(name))
        .bind("until", millis(now.plus(REPEATED)))
        .bind("subject", subject)
        .bind("code", Secrets.sha256(code))
        .bind("login", Json.write(login))
        .bind("mac", mac)
        .bind("now", millis(now))
        .bind("expiresAt", millis(expiresAt))
        .execute();
  }

  /** The code of the session that had this name. */
  String codeAfter(String name) {
    return text(codes.hmac(name));
  }

  /** The name of a session since its code was issued. */
  public String nameAfter(String code) {
    return text(names.hmac(code));
  }

  /** A code of a session was redeemed: the session ends when the grant is revoked. */
  public void redeemed(Handle transaction, String code, String grantId) {
    transaction
        .createUpdate("update auth_session set grant_id = :grantId where code_hash = :hash")
        .bind("grantId", grantId)
        .bind("hash", Secrets.sha256(code))
        .execute();
  }

  /** Ends a session. */
  void remove(Handle transaction, String name) {
    transaction
        .createUpdate("delete from auth_session where session_hash = :hash")
        .bind("hash", Secrets.sha256(name))
        .execute();
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, 32));
  }

  private static Held held(ResultSet row, String name, boolean replaced) throws SQLException {
    return new Held(
        name,
        row.getString("client_id"),
        row.getString("key_thumbprint"),
        Json.read(row.getString("login"), Login.class),
        replaced,
        row.getBytes("answer_mac"),
        optionalInstant(row, "answered_at"),
        optionalInstant(row, "checking_since"),
        instant(row, "expires_at"),
        row.getLong("changes"));
  }
}

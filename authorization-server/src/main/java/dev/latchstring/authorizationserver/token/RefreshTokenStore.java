package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Lookup;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §6 and RFC 9700 §4.14.2. Refresh tokens: at any time at most one of a grant is live.
 *
 * <p>A public client's token is consumed when it is used and a successor takes its place. Using a
 * consumed one again means that it is in two hands, and revokes the grant, except within {@link
 * #GRACE}, where the answer may have been lost: as long as the successor was not used, a fresh one
 * replaces it. A replaced token that is presented is reuse as well.
 *
 * <p>The grant's row has the hashes of the live one and of the last that was consumed. Any other is
 * known to have been one by the seal in its {@link RefreshTokenText}.
 */
public final class RefreshTokenStore {
  /**
   * How long after its use a refresh token may be presented again by a client that lost the answer.
   */
  public static final Duration GRACE = Duration.ofSeconds(30);

  /** How often within the grace; a client that loses more answers than that has not lost them. */
  private static final int MAX_REPLACED = 8;

  private final Database database;
  private final Clock clock;
  private final RefreshTokenText texts;
  private final GrantStore grants;
  private final Duration lifetime;
  private final Duration accessTokenLifetime;

  /**
   * @param lifetime how long a refresh token can be used after it was issued
   * @param accessTokenLifetime how long a token that was issued with it outlives it
   */
  public RefreshTokenStore(
      Database database,
      Clock clock,
      SecureRandom random,
      ServerKey key,
      GrantStore grants,
      Duration lifetime,
      Duration accessTokenLifetime) {
    this.database = database;
    this.clock = clock;
    this.texts = new RefreshTokenText(random, key.derive("refresh-token"));
    this.grants = grants;
    this.lifetime = lifetime;
    this.accessTokenLifetime = accessTokenLifetime;
  }

  /** What a grant's row says of its tokens. */
  private record Row(
      GivenGrant grant,
      byte @Nullable [] liveHash,
      @Nullable Instant expiresAt,
      byte @Nullable [] usedHash,
      @Nullable Instant usedAt,
      long replaced) {}

  /** What the token is, without using it: for introspection, revocation and the first look. */
  public PresentedRefreshToken look(String token, String clientId) {
    byte[] hash = Secrets.sha256(token);
    return database.read(handle -> look(handle, token, hash, clientId));
  }

  /**
   * The consumption of a public client's token: it is consumed, so that its successor can be
   * issued, bound to the key of the request. Every other case is refused with {@code
   * invalid_grant}, reuse after the grant was revoked.
   */
  public Consumption rotation(String token, TokenRequest request) {
    byte[] hash = Secrets.sha256(token);
    return transaction -> {
      if (consumeAtOnce(transaction, token, hash, request)) {
        return new Consumption.Outcome.Consumed();
      }
      PresentedRefreshToken presented = look(transaction, token, hash, request.client().clientId());
      return switch (presented) {
        case PresentedRefreshToken.Usable usable ->
            consume(transaction, hash, usable.grant(), request);
        case PresentedRefreshToken.Reused reused -> {
          grants.revoke(transaction, reused.grant().grantId());
          SecurityLog.warn(
              "used_again",
              "what",
              "refresh_token",
              "client_id",
              reused.grant().clientId(),
              "grant_id",
              reused.grant().grantId());
          yield refused("the refresh token was used before; its grant is revoked");
        }
        case PresentedRefreshToken.Expired expired -> refused("the refresh token is expired");
        case PresentedRefreshToken.Revoked revoked -> refused("the grant is revoked");
        case PresentedRefreshToken.Unknown unknown -> refused("the refresh token is not known");
      };
    };
  }

  /**
   * Consumes a token that is live, of this client, and bound to what the request proves: all but
   * few are, and are spared a second look. False where it is not, or cannot be told like this.
   */
  private boolean consumeAtOnce(
      Handle transaction, String token, byte[] hash, TokenRequest request) {
    String grantId = RefreshTokenText.grantId(token);
    String key = request.keyThumbprint();
    long now = millis(clock.instant());
    return grantId != null
        && Change.rows(
                transaction,
                """
                update authorization_grant set refresh_hash = null, used_hash = refresh_hash,
                  used_at = ?, replaced = 0
                where grant_id = ? and refresh_hash = ? and client_id = ? and revoked_at is null
                  and refresh_expires_at > ? and coalesce(key_thumbprint, '') = ?
                """,
                now,
                grantId,
                hash,
                request.client().clientId(),
                now,
                key == null ? "" : key)
            == 1;
  }

  /** The consumption of a confidential client's token, which it keeps: only looked at once more. */
  public Consumption use(String token, String clientId) {
    byte[] hash = Secrets.sha256(token);
    return transaction ->
        look(transaction, token, hash, clientId) instanceof PresentedRefreshToken.Usable
            ? new Consumption.Outcome.Consumed()
            : refused("the refresh token cannot be used any more");
  }

  /** A new token for a grant, which is good for nothing before {@link #issue}. */
  NewRefreshToken prepare(String grantId) {
    String token = texts.next(grantId);
    return new NewRefreshToken(grantId, token, Secrets.sha256(token));
  }

  /**
   * Makes it the one live token of its grant, in the issuing transaction. The grant's row is kept
   * until the last access token that is issued with it has expired.
   */
  void issue(Handle transaction, NewRefreshToken token) {
    Instant expiresAt = clock.instant().plus(lifetime);
    long needed = millis(expiresAt.plus(accessTokenLifetime));
    Change.rows(
        transaction,
        """
        update authorization_grant set refresh_hash = ?, refresh_expires_at = ?,
          expires_at = case when expires_at < ? then ? else expires_at end
        where grant_id = ?
        """,
        token.hash(),
        millis(expiresAt),
        needed,
        needed,
        token.grantId());
  }

  private Consumption.Outcome consume(
      Handle transaction, byte[] hash, GivenGrant grant, TokenRequest request) {
    // Once more: another request may have bound the grant since it was looked at.
    request.requireKey(grant.keyThumbprint());
    String key = request.grantKey();
    if (key != null) {
      grants.bind(transaction, grant.grantId(), key);
    }
    if (!consumeLive(transaction, hash, grant.grantId())) {
      // Within the grace the token is consumed already, and what is live is the successor that was
      // lost.
      Change.rows(
          transaction,
          """
          update authorization_grant set refresh_hash = null,
            replaced = coalesce(replaced, 0) + 1
          where grant_id = ?
          """,
          grant.grantId());
    }
    return new Consumption.Outcome.Consumed();
  }

  /** False where it is not live. */
  private boolean consumeLive(Handle transaction, byte[] hash, String grantId) {
    return Change.rows(
            transaction,
            """
            update authorization_grant set refresh_hash = null, used_hash = refresh_hash,
              used_at = ?, replaced = 0
            where grant_id = ? and refresh_hash = ?
            """,
            millis(clock.instant()),
            grantId,
            hash)
        == 1;
  }

  private PresentedRefreshToken look(Handle handle, String token, byte[] hash, String clientId) {
    String grantId = RefreshTokenText.grantId(token);
    Row row = (grantId == null ? earlier(handle, hash) : row(handle, grantId)).orElse(null);
    return row == null
            || !row.grant().clientId().equals(clientId)
            || !(grantId == null || isOfGrant(row, token, hash))
        ? new PresentedRefreshToken.Unknown()
        : classify(row, hash);
  }

  /** Whether this server issued the token: the grant that a text names, anybody can name. */
  private boolean isOfGrant(Row row, String token, byte[] hash) {
    return is(row.liveHash(), hash) || is(row.usedHash(), hash) || texts.isSealed(token);
  }

  private PresentedRefreshToken classify(Row row, byte[] hash) {
    Instant now = clock.instant();
    Instant expiresAt = row.expiresAt();
    if (row.grant().isRevoked()) {
      return new PresentedRefreshToken.Revoked();
    }
    if (expiresAt != null && is(row.liveHash(), hash)) {
      return now.isBefore(expiresAt)
          ? new PresentedRefreshToken.Usable(row.grant(), expiresAt)
          : new PresentedRefreshToken.Expired();
    }
    Instant usedAt = row.usedAt();
    boolean mayHaveLostTheAnswer =
        usedAt != null
            && is(row.usedHash(), hash)
            && now.isBefore(usedAt.plus(GRACE))
            && row.replaced() < MAX_REPLACED;
    return mayHaveLostTheAnswer && expiresAt != null
        ? new PresentedRefreshToken.Usable(row.grant(), expiresAt)
        : new PresentedRefreshToken.Reused(row.grant());
  }

  private static boolean is(byte @Nullable [] expected, byte[] hash) {
    return expected != null && Secrets.equal(expected, hash);
  }

  private static Optional<Row> row(Handle handle, String grantId) {
    return Lookup.one(
        handle,
        "select * from authorization_grant where grant_id = ?",
        RefreshTokenStore::row,
        grantId);
  }

  /** By a token of the time before version 12 of the schema, which is random alone. */
  private static Optional<Row> earlier(Handle handle, byte[] hash) {
    return Lookup.one(
        handle,
        """
        select g.* from earlier_refresh_token t
          join authorization_grant g on g.grant_id = t.grant_id
        where t.token_hash = ?
        """,
        RefreshTokenStore::row,
        hash);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        GrantStore.grant(row),
        row.getBytes("refresh_hash"),
        optionalInstant(row, "refresh_expires_at"),
        row.getBytes("used_hash"),
        optionalInstant(row, "used_at"),
        row.getLong("replaced"));
  }

  private static Consumption.Outcome refused(String why) {
    return new Consumption.Outcome.Refused(new OAuthException(ErrorCode.INVALID_GRANT, why));
  }
}

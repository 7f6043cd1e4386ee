package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;

import dev.latchstring.authorizationserver.store.Database;
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
  private final SecureRandom random;
  private final GrantStore grants;
  private final Duration lifetime;

  /**
   * @param lifetime how long a refresh token can be used after it was issued
   */
  public RefreshTokenStore(
      Database database, Clock clock, SecureRandom random, GrantStore grants, Duration lifetime) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.grants = grants;
    this.lifetime = lifetime;
  }

  private enum State {
    LIVE,
    CONSUMED,
    REPLACED
  }

  private record Row(
      GivenGrant grant,
      long generation,
      State state,
      Instant expiresAt,
      @Nullable Instant consumedAt) {}

  /** What the token is, without using it: for introspection, revocation and the first look. */
  public PresentedRefreshToken look(String token, String clientId) {
    return database.read(handle -> look(handle, token, clientId));
  }

  /**
   * The consumption of a public client's token: it is consumed, so that its successor can be
   * issued, bound to the key of the request. Every other case is refused with {@code
   * invalid_grant}, reuse after the grant was revoked.
   */
  public Consumption rotation(String token, TokenRequest request) {
    return transaction -> {
      PresentedRefreshToken presented = look(transaction, token, request.client().clientId());
      return switch (presented) {
        case PresentedRefreshToken.Usable usable ->
            consume(transaction, token, usable.grant(), request);
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

  /** The consumption of a confidential client's token, which it keeps: only looked at once more. */
  public Consumption use(String token, String clientId) {
    return transaction ->
        look(transaction, token, clientId) instanceof PresentedRefreshToken.Usable
            ? new Consumption.Outcome.Consumed()
            : refused("the refresh token cannot be used any more");
  }

  /** Issues the one live token of a grant, in the issuing transaction. */
  String issue(Handle transaction, String grantId) {
    String token = Secrets.newToken(random);
    Instant now = clock.instant();
    Instant expiresAt = now.plus(lifetime);
    transaction
        .createUpdate(
            """
            insert into refresh_token (token_hash, grant_id, generation, state, issued_at,
              expires_at)
            select :hash, :grantId,
              coalesce((select max(generation) from refresh_token
                where grant_id = :grantId and state = 'CONSUMED'), 0) + 1,
              'LIVE', :now, :expiresAt
            """)
        .bind("hash", Secrets.sha256(token))
        .bind("grantId", grantId)
        .bind("now", millis(now))
        .bind("expiresAt", millis(expiresAt))
        .execute();
    grants.extend(transaction, grantId, expiresAt);
    return token;
  }

  private Consumption.Outcome consume(
      Handle transaction, String token, GivenGrant grant, TokenRequest request) {
    // Once more: another request may have bound the grant since it was looked at.
    request.requireKey(grant.keyThumbprint());
    String key = request.grantKey();
    if (key != null) {
      grants.bind(transaction, grant.grantId(), key);
    }
    if (!consumeLive(transaction, token)) {
      // Within the grace the token is consumed already, and what is live is the successor that was
      // lost.
      transaction
          .createUpdate(
              """
              update refresh_token set state = 'REPLACED'
              where grant_id = :grantId and state = 'LIVE'
              """)
          .bind("grantId", grant.grantId())
          .execute();
    }
    return new Consumption.Outcome.Consumed();
  }

  /** False where it is not live; where it is, it was the only one of its grant. */
  private boolean consumeLive(Handle transaction, String token) {
    return transaction
            .createUpdate(
                """
                update refresh_token set state = 'CONSUMED', consumed_at = :now
                where token_hash = :hash and state = 'LIVE'
                """)
            .bind("now", millis(clock.instant()))
            .bind("hash", Secrets.sha256(token))
            .execute()
        == 1;
  }

  private PresentedRefreshToken look(Handle handle, String token, String clientId) {
    Optional<Row> row = row(handle, Secrets.sha256(token));
    if (row.isEmpty() || !row.get().grant().clientId().equals(clientId)) {
      return new PresentedRefreshToken.Unknown();
    }
    return classify(handle, row.get());
  }

  private PresentedRefreshToken classify(Handle handle, Row row) {
    Instant now = clock.instant();
    if (row.grant().isRevoked()) {
      return new PresentedRefreshToken.Revoked();
    }
    if (row.state() == State.LIVE) {
      return now.isBefore(row.expiresAt())
          ? new PresentedRefreshToken.Usable(row.grant(), row.expiresAt())
          : new PresentedRefreshToken.Expired();
    }
    Instant consumedAt = row.consumedAt();
    boolean mayHaveLostTheAnswer =
        consumedAt != null && now.isBefore(consumedAt.plus(GRACE)) && isLastConsumed(handle, row);
    if (!mayHaveLostTheAnswer) {
      return new PresentedRefreshToken.Reused(row.grant());
    }
    return new PresentedRefreshToken.Usable(row.grant(), row.expiresAt());
  }

  /** Whether no successor was used, and not too many were replaced. */
  private static boolean isLastConsumed(Handle handle, Row row) {
    return handle
        .createQuery(
            """
            select count(case when state = 'CONSUMED' then 1 end) as consumed,
              count(case when state = 'REPLACED' then 1 end) as replaced
            from refresh_token where grant_id = :grantId and generation > :generation
            """)
        .bind("grantId", row.grant().grantId())
        .bind("generation", row.generation())
        .map((counts, context) -> counts.getLong(1) == 0 && counts.getLong(2) < MAX_REPLACED)
        .one();
  }

  private static Optional<Row> row(Handle handle, byte[] hash) {
    return handle
        .createQuery(
            """
            select t.generation, t.state, t.expires_at as token_expires_at, t.consumed_at, g.*
            from refresh_token t join authorization_grant g on g.grant_id = t.grant_id
            where t.token_hash = :hash
            """)
        .bind("hash", hash)
        .map((row, context) -> row(row))
        .findOne();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        GrantStore.grant(row),
        row.getLong("generation"),
        State.valueOf(row.getString("state")),
        instant(row, "token_expires_at"),
        optionalInstant(row, "consumed_at"));
  }

  private static Consumption.Outcome refused(String why) {
    return new Consumption.Outcome.Refused(new OAuthException(ErrorCode.INVALID_GRANT, why));
  }
}

package dev.latchstring.authorizationserver.device;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.words;

import dev.latchstring.authorizationserver.device.DeviceAuthorization.State;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Handles;
import dev.latchstring.authorizationserver.store.Lookup;
import dev.latchstring.authorizationserver.store.Rows;
import dev.latchstring.authorizationserver.token.RedeemableCodes;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The device authorizations; the package says how their state moves. */
public final class DeviceAuthorizationStore implements RedeemableCodes {
  /** RFC 8628 §3.5: how much longer after a poll that came too fast. */
  private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

  /** A person waits for the device. Longer than any setting: the first slow_down always counts. */
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(2);

  /** A network delays one poll more than the next; so much early is not too fast. */
  private static final Duration TOLERANCE = Duration.ofMillis(500);

  private final Database database;
  private final Clock clock;
  private final Handles handles;
  private final UserCodes userCodes;
  private final Duration lifetime;
  private final Duration interval;

  /**
   * @param lifetime how long a code can be used
   * @param interval RFC 8628 §3.2: how long a device waits between polls
   */
  public DeviceAuthorizationStore(
      Database database,
      Clock clock,
      SecureRandom random,
      ServerKey key,
      Duration lifetime,
      Duration interval) {
    this.database = database;
    this.clock = clock;
    this.handles = new Handles(database, clock, random);
    this.userCodes = new UserCodes(random, key.derive("user-code"));
    this.lifetime = lifetime;
    this.interval = interval;
  }

  /** Begins a device authorization with new codes, as {@link Database#writeLater} does it. */
  public CompletionStage<IssuedCodes> create(DeviceAuthorizationRequest request) {
    Instant now = clock.instant();
    UserCodes.Hashed userCode = userCodes.next();
    IssuedCodes codes =
        new IssuedCodes(handles.next(), userCode.code(), now.plus(lifetime), interval);
    return insert(request, codes, userCode.hash(), now)
        .thenCompose(
            inserted -> inserted ? CompletableFuture.completedStage(codes) : create(request));
  }

  /** False where another row has the same user code. */
  private CompletionStage<Boolean> insert(
      DeviceAuthorizationRequest request, IssuedCodes codes, byte[] userCode, Instant now) {
    // Hashed here: the thread that writes does so for everybody.
    byte[] deviceCode = Handles.key(codes.deviceCode());
    McpContext context = request.context();
    return database.writeLater(handle ->
        Change.rows(
                handle,
                """
                insert into device_authorization (device_code_hash, user_code_hash,
                  client_id, scope, resource, requested_from, user_agent, mcp_context,
                  created_at, expires_at, poll_interval, state)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PENDING')
                on conflict (user_code_hash) do nothing
                """,
                deviceCode,
                userCode,
                request.clientId(),
                request.scope().toString(),
                request.resource(),
                request.requestedFrom(),
                request.userAgent(),
                context == null ? null : context.json(),
                millis(now),
                millis(codes.expiresAt()),
                codes.interval().toMillis())
            == 1);
  }

  /** The device authorization with this user code, where it has not expired. */
  public Optional<DeviceAuthorization> findByUserCode(UserCode userCode) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from device_authorization
                where user_code_hash = :userCode and expires_at > :now
                """)
            .bind("userCode", userCodes.hash(userCode))
            .bind("now", millis(clock.instant()))
            .map((row, context) -> authorization(row))
            .findOne());
  }

  /** Records the decision; false where it has expired or somebody has decided before. */
  public boolean decide(UserCode userCode, Decision decision) {
    long now = millis(clock.instant());
    return database.write(handle ->
        update(handle, decision)
                .bind("userCode", userCodes.hash(userCode))
                .bind("now", now)
                .execute()
            == 1);
  }

  private static Update update(Handle handle, Decision decision) {
    String where = " where user_code_hash = :userCode and state = 'PENDING' and expires_at > :now";
    return switch (decision) {
      case Decision.Approve approve ->
          handle
              .createUpdate(
                  """
                  update device_authorization set state = 'APPROVED', subject = :subject,
                    approved_scope = :scope, auth_time = :authTime, acr = :acr, amr = :amr
                  """
                      + where)
              .bind("subject", approve.subject())
              .bind("scope", approve.scope().toString())
              .bind("authTime", millis(approve.authenticationTime()))
              .bind("acr", approve.acr())
              .bind("amr", words(approve.amr()));
      case Decision.Deny deny ->
          handle
              .createUpdate(
                  "update device_authorization set state = 'DENIED', subject = :subject" + where)
              .bind("subject", deny.subject());
    };
  }

  /** RFC 8628 §3.4. What a client's poll meets; one that meets {@code Pending} is remembered. */
  public Poll poll(String deviceCode, String clientId) {
    byte[] hash = Handles.key(deviceCode);
    Instant now = clock.instant();
    Poll poll = database.read(handle -> look(handle, hash, clientId, now));
    return poll instanceof Poll.Pending pending
        ? database.write(handle ->
            !pending.tooFast() && isInTime(handle, hash, clientId, now)
                ? poll
                : remember(handle, hash, clientId, now))
        : poll;
  }

  /**
   * Remembers a poll where it is still what it was a moment ago: of a code that nobody has decided,
   * and not too fast. All polls but few are, and are spared a second look.
   */
  private static boolean isInTime(Handle handle, byte[] hash, String clientId, Instant now) {
    return Change.rows(
            handle,
            """
            update device_authorization set polled_at = ?
            where device_code_hash = ? and client_id = ? and state = 'PENDING'
              and expires_at > ?
              and (polled_at is null or polled_at + poll_interval <= ?)
            """,
            millis(now),
            hash,
            clientId,
            millis(now),
            millis(now.plus(TOLERANCE)))
        == 1;
  }

  private static Poll look(Handle handle, byte[] hash, String clientId, Instant now) {
    return Lookup.one(
            handle,
            "select * from device_authorization where device_code_hash = ? and client_id = ?",
            row -> poll(row, now),
            hash,
            clientId)
        .orElseGet(Poll.Unknown::new);
  }

  private static Poll remember(Handle handle, byte[] hash, String clientId, Instant now) {
    Poll poll = look(handle, hash, clientId, now);
    if (poll instanceof Poll.Pending pending) {
      handle
          .createUpdate(
              """
              update device_authorization set polled_at = :now, poll_interval = :interval
              where device_code_hash = :hash
              """)
          .bind("now", millis(now))
          .bind("interval", pending.interval().toMillis())
          .bind("hash", hash)
          .execute();
    }
    return poll;
  }

  @Override
  public String kind() {
    return "device_code";
  }

  @Override
  public boolean redeem(Handle transaction, String deviceCode, String clientId, String grantId) {
    return Change.rows(
            transaction,
            """
            update device_authorization set state = 'REDEEMED', grant_id = ?
            where device_code_hash = ? and client_id = ? and state = 'APPROVED'
              and expires_at > ?
            """,
            grantId,
            Handles.key(deviceCode),
            clientId,
            millis(clock.instant()))
        == 1;
  }

  @Override
  public Optional<String> redeemedFor(Handle transaction, String deviceCode, String clientId) {
    return transaction
        .createQuery(
            """
            select grant_id from device_authorization
            where device_code_hash = :hash and client_id = :clientId and state = 'REDEEMED'
            """)
        .bind("hash", Handles.key(deviceCode))
        .bind("clientId", clientId)
        .mapTo(String.class)
        .findOne();
  }

  /** Forgets what a client has under way, in a transaction of the caller's. */
  public void deleteAllOf(Handle transaction, String clientId) {
    transaction
        .createUpdate("delete from device_authorization where client_id = :clientId")
        .bind("clientId", clientId)
        .execute();
  }

  private static Poll poll(ResultSet row, Instant now) throws SQLException {
    State state = State.valueOf(row.getString("state"));
    if (state == State.REDEEMED) {
      return new Poll.Redeemed(row.getString("grant_id"));
    }
    if (!now.isBefore(instant(row, "expires_at"))) {
      return new Poll.Expired();
    }
    return switch (state) {
      case PENDING -> pending(row, now);
      case DENIED -> new Poll.Denied();
      case APPROVED ->
          new Poll.Approved(
              row.getString("subject"),
              Scope.parse(row.getString("approved_scope")),
              row.getString("resource"),
              instant(row, "auth_time"),
              row.getString("acr"),
              words(row.getString("amr")),
              McpContext.ofJson(row.getString("mcp_context")));
      case REDEEMED -> throw new IllegalStateException("handled above");
    };
  }

  private static Poll pending(ResultSet row, Instant now) throws SQLException {
    Duration interval = Duration.ofMillis(row.getLong("poll_interval"));
    Instant polledAt = Rows.optionalInstant(row, "polled_at");
    if (polledAt == null || !now.isBefore(polledAt.plus(interval).minus(TOLERANCE))) {
      return new Poll.Pending(false, interval);
    }
    Duration longer = interval.plus(SLOW_DOWN);
    return new Poll.Pending(
        true, longer.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : longer);
  }

  private static DeviceAuthorization authorization(ResultSet row) throws SQLException {
    return new DeviceAuthorization(
        new DeviceAuthorizationRequest(
            row.getString("client_id"),
            Scope.parse(row.getString("scope")),
            row.getString("resource"),
            row.getString("requested_from"),
            row.getString("user_agent"),
            McpContext.ofJson(row.getString("mcp_context"))),
        instant(row, "created_at"),
        instant(row, "expires_at"),
        State.valueOf(row.getString("state")));
  }
}

package dev.latchstring.authorizationserver.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Deletes what has expired, in batches small enough that nobody waits long behind one. */
public final class Sweep {
  private static final int BATCH = 500;

  /** So that a sweep ends, however much there is; the next one goes on. */
  private static final int MAX_BATCHES = 200;

  private record Table(String name, String key, Duration keptAfterExpiry) {}

  private static final List<Table> TABLES =
      List.of(
          new Table("attempt", "key_hash", Duration.ZERO),
          new Table("sign_in_session", "session_hash", Duration.ZERO),
          // A device that polls after the expiry is told so, and not that its code is unknown.
          new Table("device_authorization", "device_code_hash", Duration.ofHours(1)),
          new Table("authorization_request", "request_hash", Duration.ZERO),
          // A code that comes a second time revokes what the first time gave.
          new Table("authorization_code", "code_hash", Duration.ofHours(1)),
          new Table("auth_session", "session_hash", Duration.ZERO),
          new Table("consent", "consent_id", Duration.ZERO),
          // How often somebody was asked in the last hour says whether they are asked again.
          new Table("approval", "approval_hash", Duration.ofHours(1)),
          new Table("earlier_refresh_token", "token_hash", Duration.ofHours(1)),
          new Table("opaque_token", "token_hash", Duration.ZERO),
          new Table("revoked_token", "token_id", Duration.ofMinutes(5)),
          new Table("used_assertion", "assertion_hash", Duration.ZERO),
          new Table("client_metadata_document", "client_id", Duration.ZERO),
          new Table("pending_enrolment", "enrolment_hash", Duration.ZERO),
          new Table("authorization_grant", "grant_id", Duration.ofHours(1)));

  private final Database database;
  private final Clock clock;

  public Sweep(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One sweep over everything; returns how many rows were deleted. */
  public int run() {
    Instant now = clock.instant();
    return TABLES.stream().mapToInt(table -> sweep(table, now)).sum();
  }

  private int sweep(Table table, Instant now) {
    int total = 0;
    for (int i = 0; i < MAX_BATCHES; i++) {
      int deleted = deleteBatch(table, now.minus(table.keptAfterExpiry()));
      total += deleted;
      if (deleted < BATCH) {
        break;
      }
    }
    return total;
  }

  private int deleteBatch(Table table, Instant expiredBefore) {
    // The names are this class's own constants: a statement has no parameters for them.
    String sql =
        "delete from %s where %s in (select %s from %s where expires_at <= :time limit %d)"
            .formatted(table.name(), table.key(), table.key(), table.name(), BATCH);
    return database.write(
        handle -> handle.createUpdate(sql).bind("time", Rows.millis(expiredBefore)).execute());
  }
}

package dev.latchstring.authorizationserver.approval;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The questions to people; the package says how their state moves.
 *
 * <p>A person is asked at most {@value #MOST_WAITING} things at a time, at most {@value
 * #MOST_UNANSWERED} an hour that they do not approve, and nothing for a minute after a no. What is
 * beyond that is kept as a question to nobody.
 */
public final class ApprovalStore {
  /** How long a question waits, unless whoever asks says otherwise. */
  public static final Duration LIFETIME = Duration.ofMinutes(3);

  /** The longest a question may wait. */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  static final int MOST_WAITING = 3;
  static final int MOST_UNANSWERED = 20;
  static final Duration QUIET_AFTER_DENIAL = Duration.ofMinutes(1);

  private static final Duration REMEMBERED = Duration.ofHours(1);

  /** The second wrong number denies. */
  private static final int MOST_WRONG = 2;

  private final Database database;
  private final Clock clock;
  private final SecureRandom random;
  private final ServerKey.Derived hashing;

  public ApprovalStore(Database database, Clock clock, SecureRandom random, ServerKey key) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.hashing = key.derive("approval-number");
  }

  /** {@link #ask(String, ApprovalRequest, Duration)} for {@link #LIFETIME}. */
  public Asked ask(@Nullable String subject, ApprovalRequest request) {
    return ask(subject, request, LIFETIME);
  }

  /**
   * Asks a person. What is done and what is answered do not depend on whether there is one.
   *
   * @param subject null where it is nobody
   * @param lifetime more than nothing, at most {@link #LONGEST}
   * @throws IllegalArgumentException for another lifetime
   */
  public Asked ask(@Nullable String subject, ApprovalRequest request, Duration lifetime) {
    if (!lifetime.isPositive() || lifetime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("an approval waits at most " + LONGEST);
    }
    Instant now = clock.instant();
    String id = Secrets.newToken(random);
    byte[] hash = Secrets.sha256(id);
    EnteredNumber number = EnteredNumber.generate(random);
    Instant expiresAt = now.plus(lifetime);
    boolean shown =
        database.<Boolean>write(handle -> {
          boolean mayBeAsked = mayBeAsked(handle, subject == null ? "" : subject, now);
          String asked = mayBeAsked ? subject : null;
          insert(handle, hash, asked, request, number, now, expiresAt);
          return asked != null;
        });
    SecurityLog.note(
        "approval_asked",
        "subject",
        subject,
        "client_id",
        request.clientId(),
        "resource",
        request.resource(),
        "address",
        request.requestedFrom(),
        "shown",
        shown ? "yes" : "no");
    return new Asked(id, number.digits(), expiresAt);
  }

  private record Recent(long waiting, long unanswered, Instant denied) {}

  private static boolean mayBeAsked(Handle handle, String subject, Instant now) {
    Recent recent =
        handle
            .createQuery(
                """
                select
                  sum(case when state = 'PENDING' and expires_at > :now then 1 else 0 end) waiting,
                  sum(case when state in ('PENDING', 'DENIED') then 1 else 0 end) unanswered,
                  max(case when state = 'DENIED' then decided_at else 0 end) denied
                from approval where subject = :subject and created_at > :since
                """)
            .bind("now", millis(now))
            .bind("subject", subject)
            .bind("since", millis(now.minus(REMEMBERED)))
            .map((row, context) ->
                new Recent(
                    row.getLong("waiting"), row.getLong("unanswered"), instant(row, "denied")))
            .one();
    return recent.waiting() < MOST_WAITING
        && recent.unanswered() < MOST_UNANSWERED
        && !now.isBefore(recent.denied().plus(QUIET_AFTER_DENIAL));
  }

  private void insert(
      Handle handle,
      byte[] hash,
      @Nullable String subject,
      ApprovalRequest request,
      EnteredNumber number,
      Instant now,
      Instant expiresAt) {
    handle
        .createUpdate(
            """
            insert into approval (approval_hash, subject, client_id, client_key, resource, scope,
              requested_from, number_hash, created_at, expires_at, state, wrong_numbers)
            values (:hash, :subject, :clientId, :clientKey, :resource, :scope,
              :requestedFrom, :number, :now, :expiresAt, 'PENDING', 0)
            """)
        .bind("hash", hash)
        .bind("subject", subject)
        .bind("clientId", request.clientId())
        .bind("clientKey", request.clientKey())
        .bind("resource", request.resource())
        .bind("scope", request.scope().toString())
        .bind("requestedFrom", request.requestedFrom())
        .bind("number", hash(hash, number))
        .bind("now", millis(now))
        .bind("expiresAt", millis(expiresAt))
        .execute();
  }

  /** What became of a question. */
  public ApprovalState state(String id) {
    Instant now = clock.instant();
    return database.read(handle ->
        handle
            .createQuery("select * from approval where approval_hash = :hash")
            .bind("hash", Secrets.sha256(id))
            .map((row, context) -> state(row, now))
            .findOne()
            .orElseGet(ApprovalState.Expired::new));
  }

  private static ApprovalState state(ResultSet row, Instant now) throws SQLException {
    if (!now.isBefore(instant(row, "expires_at"))) {
      return new ApprovalState.Expired();
    }
    return switch (row.getString("state")) {
      case "PENDING" -> new ApprovalState.Pending();
      case "APPROVED" ->
          new ApprovalState.Approved(
              instant(row, "decided_at"), Channel.of(row.getString("decided_with")));
      case "DENIED" -> new ApprovalState.Denied();
      default -> new ApprovalState.Expired();
    };
  }

  /** Uses an approval up; true once, and only while it is approved and not expired. */
  public boolean consume(String id) {
    return database.<Boolean>write(handle -> consume(handle, id));
  }

  /** The same, in a transaction of the caller's. */
  public boolean consume(Handle transaction, String id) {
    return transaction
            .createUpdate(
                """
                update approval set state = 'CONSUMED'
                where approval_hash = :hash and state = 'APPROVED' and expires_at > :now
                """)
            .bind("hash", Secrets.sha256(id))
            .bind("now", millis(clock.instant()))
            .execute()
        == 1;
  }

  /** What waits for a person, the oldest first. */
  public List<WaitingApproval> waiting(String subject) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from approval
                where subject = :subject and state = 'PENDING' and expires_at > :now
                order by created_at, approval_hash limit %d
                """
                    .formatted(MOST_WAITING))
            .bind("subject", subject)
            .bind("now", millis(clock.instant()))
            .map((row, context) -> waiting(row))
            .list());
  }

  private record Question(ApprovalRequest request, byte[] numberHash, int wrongNumbers) {}

  /** The person says yes, with the number they were told. */
  Outcome approve(String subject, String approval, EnteredNumber number, Channel channel) {
    Optional<byte[]> key = hash(approval);
    Instant now = clock.instant();
    return key.isEmpty()
        ? Outcome.OVER
        : database.write(handle -> approve(handle, subject, key.get(), number, channel, now));
  }

  private Outcome approve(
      Handle handle,
      String subject,
      byte[] hash,
      EnteredNumber number,
      Channel channel,
      Instant now) {
    Optional<Question> found = find(handle, subject, hash, now);
    if (found.isEmpty()) {
      return Outcome.OVER;
    }
    Question question = found.get();
    if (channel.isWhere(question.request())) {
      return Outcome.ASKED_HERE;
    }
    if (Secrets.equal(question.numberHash(), hash(hash, number))) {
      return decide(handle, hash, "APPROVED", channel, now) ? Outcome.APPROVED : Outcome.OVER;
    }
    if (question.wrongNumbers() + 1 >= MOST_WRONG) {
      return decide(handle, hash, "DENIED", channel, now) ? Outcome.DENIED_BY_NUMBER : Outcome.OVER;
    }
    handle
        .createUpdate(
            "update approval set wrong_numbers = wrong_numbers + 1 where approval_hash = :hash")
        .bind("hash", hash)
        .execute();
    return Outcome.WRONG_NUMBER;
  }

  /** The person says no. */
  Outcome deny(String subject, String approval, Channel channel) {
    Optional<byte[]> key = hash(approval);
    Instant now = clock.instant();
    return key.isEmpty()
        ? Outcome.OVER
        : database.write(handle ->
            find(handle, subject, key.get(), now).isPresent()
                    && decide(handle, key.get(), "DENIED", channel, now)
                ? Outcome.DENIED
                : Outcome.OVER);
  }

  private static Optional<Question> find(Handle handle, String subject, byte[] hash, Instant now) {
    return handle
        .createQuery(
            """
            select * from approval where approval_hash = :hash and subject = :subject
              and state = 'PENDING' and expires_at > :now
            """)
        .bind("hash", hash)
        .bind("subject", subject)
        .bind("now", millis(now))
        .map((row, context) ->
            new Question(request(row), row.getBytes("number_hash"), row.getInt("wrong_numbers")))
        .findOne();
  }

  private static boolean decide(
      Handle handle, byte[] hash, String state, Channel channel, Instant now) {
    return handle
            .createUpdate(
                """
                update approval set state = :state, decided_at = :now, decided_with = :channel
                where approval_hash = :hash and state = 'PENDING' and expires_at > :now
                """)
            .bind("state", state)
            .bind("now", millis(now))
            .bind("channel", channel.text())
            .bind("hash", hash)
            .execute()
        == 1;
  }

  /** Two digits are guessed from a plain hash at once, so this one is keyed. */
  private byte[] hash(byte[] approval, EnteredNumber number) {
    return hashing.hmac(handle(approval) + "/" + number.digits());
  }

  private static String handle(byte[] hash) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  private static Optional<byte[]> hash(String handle) {
    if (handle.length() != 43) {
      return Optional.empty();
    }
    try {
      byte[] hash = Base64.getUrlDecoder().decode(handle);
      return handle(hash).equals(handle) ? Optional.of(Arrays.copyOf(hash, 32)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static WaitingApproval waiting(ResultSet row) throws SQLException {
    return new WaitingApproval(
        handle(row.getBytes("approval_hash")),
        request(row),
        instant(row, "created_at"),
        instant(row, "expires_at"));
  }

  private static ApprovalRequest request(ResultSet row) throws SQLException {
    return new ApprovalRequest(
        row.getString("client_id"),
        row.getString("client_key"),
        row.getString("resource"),
        Scope.parse(row.getString("scope")),
        row.getString("requested_from"));
  }
}

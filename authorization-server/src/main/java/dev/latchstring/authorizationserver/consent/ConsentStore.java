package dev.latchstring.authorizationserver.consent;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.words;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The consents: one for each person, client and resource. */
public final class ConsentStore {
  /** How long a consent is remembered after it was last given. */
  public static final Duration LIFETIME = Duration.ofDays(365);

  private final Database database;
  private final Clock clock;
  private final SecureRandom random;

  public ConsentStore(Database database, Clock clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /** Whether the person has agreed to all of it before. */
  public boolean covers(
      String subject, String clientId, String resource, Scope scope, Collection<String> claims) {
    return database
        .read(handle -> find(handle, subject, clientId, resource))
        .filter(consent -> consent.covers(scope, claims))
        .isPresent();
  }

  /** The consents of a person, at most {@code limit}, the latest first. */
  public List<Consent> of(String subject, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from consent where subject = :subject and expires_at > :now
                order by given_at desc limit :limit
                """)
            .bind("subject", subject)
            .bind("now", millis(clock.instant()))
            .bind("limit", limit)
            .map((row, context) -> consent(row))
            .list());
  }

  /** Remembers what was agreed to, beside what was agreed to before. */
  public void remember(
      Handle transaction,
      String subject,
      String clientId,
      String resource,
      Scope scope,
      Collection<String> claims) {
    Optional<Consent> before = find(transaction, subject, clientId, resource);
    Scope scopeBefore = before.map(Consent::scope).orElse(Scope.NONE);
    List<String> claimsBefore = before.map(Consent::claims).orElse(List.of());
    Instant now = clock.instant();
    transaction
        .createUpdate(
            """
            insert into consent (consent_id, subject, client_id, resource, scope, claims,
              given_at, expires_at)
            values (:id, :subject, :clientId, :resource, :scope, :claims, :now, :expiresAt)
            on conflict (subject, client_id, resource) do update set
              scope = excluded.scope, claims = excluded.claims, given_at = excluded.given_at,
              expires_at = excluded.expires_at
            """)
        .bind("id", Secrets.newToken(random).substring(0, 22))
        .bind("subject", subject)
        .bind("clientId", clientId)
        .bind("resource", resource)
        .bind("scope", merged(scopeBefore, scope).toString())
        .bind(
            "claims",
            words(
                Stream.concat(claimsBefore.stream(), claims.stream()).distinct().sorted().toList()))
        .bind("now", millis(now))
        .bind("expiresAt", millis(now.plus(LIFETIME)))
        .execute();
  }

  /** What would be more than a scope can hold is not heaped up: then the latest counts alone. */
  private static Scope merged(Scope before, Scope scope) {
    boolean fits =
        before.values().size() + scope.values().size() <= Scope.MAX_TOKENS
            && before.toString().length() + scope.toString().length() < Scope.MAX_LENGTH;
    return fits ? before.union(scope) : scope;
  }

  /** Forgets a consent: the person is asked again. */
  public void forget(Handle transaction, String subject, String clientId, String resource) {
    transaction
        .createUpdate(
            """
            delete from consent
            where subject = :subject and client_id = :clientId and resource = :resource
            """)
        .bind("subject", subject)
        .bind("clientId", clientId)
        .bind("resource", resource)
        .execute();
  }

  /** Forgets every consent to a client. */
  public void forgetAllOf(Handle transaction, String clientId) {
    transaction
        .createUpdate("delete from consent where client_id = :clientId")
        .bind("clientId", clientId)
        .execute();
  }

  private Optional<Consent> find(Handle handle, String subject, String clientId, String resource) {
    return handle
        .createQuery(
            """
            select * from consent
            where subject = :subject and client_id = :clientId and resource = :resource
              and expires_at > :now
            """)
        .bind("subject", subject)
        .bind("clientId", clientId)
        .bind("resource", resource)
        .bind("now", millis(clock.instant()))
        .map((row, context) -> consent(row))
        .findOne();
  }

  private static Consent consent(ResultSet row) throws SQLException {
    return new Consent(
        row.getString("subject"),
        row.getString("client_id"),
        row.getString("resource"),
        Scope.parse(row.getString("scope")),
        words(row.getString("claims")),
        instant(row, "given_at"));
  }
}

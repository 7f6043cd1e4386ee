package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.optionalInstant;
import static dev.latchstring.authorizationserver.store.Rows.words;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.registration.ClientStore;
import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Handles;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The grants. One lives as long as the last token that belongs to it; when it is revoked, so is the
 * {@code auth_session} from which its login could be continued without asking for everything anew.
 */
public final class GrantStore {
  private final Database database;
  private final Clock clock;
  private final Handles names;
  private final Duration accessTokenLifetime;

  public GrantStore(
      Database database, Clock clock, SecureRandom random, Duration accessTokenLifetime) {
    this.database = database;
    this.clock = clock;
    this.names = new Handles(database, clock, random);
    this.accessTokenLifetime = accessTokenLifetime;
  }

  /** The name of a new grant, which is no secret. */
  public String newId() {
    return names.nextPublic();
  }

  /** Records a grant in the transaction in which its first tokens are issued. */
  public void create(Handle transaction, GivenGrant grant) {
    McpContext context = grant.context();
    Change.rows(
        transaction,
        """
        insert into authorization_grant (grant_id, subject, client_id, scope, resource,
          auth_time, acr, amr, created_at, key_thumbprint, claims, mcp_context, expires_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        grant.grantId(),
        grant.subject(),
        grant.clientId(),
        grant.scope().toString(),
        grant.resource(),
        millis(grant.authenticationTime()),
        grant.acr(),
        words(grant.amr()),
        millis(grant.createdAt()),
        grant.keyThumbprint(),
        grant.claims().text(),
        context == null ? null : context.json(),
        millis(grant.createdAt().plus(accessTokenLifetime)));
    ClientStore.noteUse(transaction, grant.clientId(), grant.createdAt());
  }

  public Optional<GivenGrant> find(String grantId) {
    return database.read(handle -> find(handle, grantId));
  }

  static Optional<GivenGrant> find(Handle handle, String grantId) {
    return handle
        .createQuery("select * from authorization_grant where grant_id = :grantId")
        .bind("grantId", grantId)
        .map((row, context) -> grant(row))
        .findOne();
  }

  /** Revokes a grant and with it every token that belongs to it; again does nothing. */
  public void revoke(String grantId) {
    database.write(handle -> {
      revoke(handle, grantId);
      return true;
    });
  }

  /** The same, in a transaction of the caller's. */
  public void revoke(Handle transaction, String grantId) {
    revoke(transaction, "grant_id = :grantId", Map.of("grantId", grantId));
  }

  /** RFC 9449 §5. Binds the refresh tokens of a grant to a key, where they are bound to none. */
  void bind(Handle transaction, String grantId, String keyThumbprint) {
    transaction
        .createUpdate(
            """
            update authorization_grant set key_thumbprint = :keyThumbprint
            where grant_id = :grantId and key_thumbprint is null
            """)
        .bind("keyThumbprint", keyThumbprint)
        .bind("grantId", grantId)
        .execute();
  }

  /**
   * Puts a context in the place of the grant's own, in the transaction in which tokens of it are
   * issued.
   *
   * @throws OAuthException {@code invalid_request} where the grant got another model session since
   *     the context was made
   */
  public void replaceContext(Handle transaction, String grantId, McpContext context) {
    McpContext before = find(transaction, grantId).map(GivenGrant::context).orElse(null);
    if (!context.inPlaceOf(before).equals(context)) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "another request gave the grant a model session; try again");
    }
    transaction
        .createUpdate(
            "update authorization_grant set mcp_context = :context where grant_id = :grantId")
        .bind("context", context.json())
        .bind("grantId", grantId)
        .execute();
  }

  /** The grants of a person that can still be used, at most {@code limit}, the latest first. */
  public List<GivenGrant> live(String subject, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from authorization_grant
                where subject = :subject and revoked_at is null and expires_at > :now
                order by created_at desc limit :limit
                """)
            .bind("subject", subject)
            .bind("now", millis(clock.instant()))
            .bind("limit", limit)
            .map((row, context) -> grant(row))
            .list());
  }

  /** Revokes every grant of a client, in a transaction of the caller's. */
  public void revokeAllOf(Handle transaction, String clientId) {
    transaction
        .createUpdate("delete from auth_session where client_id = :clientId")
        .bind("clientId", clientId)
        .execute();
    revoke(transaction, "client_id = :clientId", Map.of("clientId", clientId));
  }

  /** Revokes all that a person gave to a client for a resource. */
  public void revokeAll(Handle transaction, String subject, String clientId, String resource) {
    transaction
        .createUpdate("delete from auth_session where subject = :subject and client_id = :clientId")
        .bind("subject", subject)
        .bind("clientId", clientId)
        .execute();
    revoke(
        transaction,
        "subject = :subject and client_id = :clientId and resource = :resource",
        Map.of("subject", subject, "clientId", clientId, "resource", resource));
  }

  private void revoke(Handle transaction, String which, Map<String, String> values) {
    transaction
        .createUpdate(
            "delete from auth_session where grant_id in"
                + " (select grant_id from authorization_grant where "
                + which
                + ")")
        .bindMap(values)
        .execute();
    transaction
        .createUpdate(
            "update authorization_grant set revoked_at = :now where revoked_at is null and "
                + which)
        .bind("now", millis(clock.instant()))
        .bindMap(values)
        .execute();
  }

  static GivenGrant grant(ResultSet row) throws SQLException {
    return new GivenGrant(
        row.getString("grant_id"),
        row.getString("subject"),
        row.getString("client_id"),
        Scope.parse(row.getString("scope")),
        row.getString("resource"),
        instant(row, "auth_time"),
        row.getString("acr"),
        words(row.getString("amr")),
        instant(row, "created_at"),
        row.getString("key_thumbprint"),
        RequestedClaims.of(row.getString("claims")),
        McpContext.ofJson(row.getString("mcp_context")),
        optionalInstant(row, "revoked_at"));
  }
}

package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;
import static dev.latchstring.authorizationserver.store.Rows.words;

import dev.latchstring.authorizationserver.account.RequestedClaims;
import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Handles;
import dev.latchstring.authorizationserver.store.Lookup;
import dev.latchstring.authorizationserver.token.RedeemableCodes;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The authorization codes, each redeemed once. */
public final class AuthorizationCodeStore implements RedeemableCodes {
  /** RFC 6749 §4.1.2: how long a code can be redeemed. */
  public static final Duration LIFETIME = Duration.ofSeconds(60);

  /** RFC 8176: how a person proves who they are in a browser. */
  private static final List<String> BROWSER_AMR = List.of("pwd");

  private final Database database;
  private final Clock clock;
  private final Handles handles;

  public AuthorizationCodeStore(Database database, Clock clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.handles = new Handles(database, clock, random);
  }

  /** A new code's text: what {@link #save} keeps the hash of. */
  String newCode() {
    return handles.next();
  }

  /**
   * Keeps a code for what a person gave.
   *
   * @param authenticationTime when the person signed in
   */
  void save(
      Handle transaction,
      String code,
      AuthorizationRequest request,
      String subject,
      Instant authenticationTime) {
    save(transaction, code, request, subject, authenticationTime, BROWSER_AMR);
  }

  /**
   * The same, of a person who proved who they are in a way of their own.
   *
   * @param amr RFC 8176
   */
  public void save(
      Handle transaction,
      String code,
      AuthorizationRequest request,
      String subject,
      Instant authenticationTime,
      List<String> amr) {
    Instant now = clock.instant();
    Change.rows(
        transaction,
        """
        insert into authorization_code (code_hash, client_id, redirect_uri, redirect_uri_sent,
          code_challenge, subject, scope, resource, nonce, claims, key_thumbprint, auth_time, acr,
          amr, mcp_context, created_at, expires_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        Handles.key(code),
        request.clientId(),
        request.redirectUri(),
        request.redirectUriSent(),
        request.codeChallenge(),
        subject,
        request.scopes(),
        request.resource(),
        request.nonce(),
        request.claims().text(),
        request.keyThumbprint(),
        millis(authenticationTime),
        request.acr(),
        words(amr),
        request.context() == null ? null : request.context().json(),
        millis(now),
        millis(now.plus(LIFETIME)));
  }

  /** A code of this client, redeemed or not, expired or not. */
  public Optional<AuthorizationCode> find(String code, String clientId) {
    return database.read(handle -> find(handle, code, clientId));
  }

  private static Optional<AuthorizationCode> find(Handle handle, String code, String clientId) {
    return Lookup.one(
        handle,
        "select * from authorization_code where code_hash = ? and client_id = ?",
        AuthorizationCodeStore::code,
        Handles.key(code),
        clientId);
  }

  @Override
  public Optional<String> redeemedFor(Handle transaction, String code, String clientId) {
    return find(transaction, code, clientId).map(AuthorizationCode::grantId);
  }

  @Override
  public String kind() {
    return "authorization_code";
  }

  @Override
  public boolean redeem(Handle transaction, String code, String clientId, String grantId) {
    return Change.rows(
            transaction,
            """
            update authorization_code set grant_id = ?
            where code_hash = ? and client_id = ? and grant_id is null and expires_at > ?
            """,
            grantId,
            Handles.key(code),
            clientId,
            millis(clock.instant()))
        == 1;
  }

  /** Withdraws the codes that were given to a client for a resource and not redeemed. */
  public void withdraw(Handle transaction, String subject, String clientId, String resource) {
    transaction
        .createUpdate(
            """
            delete from authorization_code
            where subject = :subject and client_id = :clientId and resource = :resource
              and grant_id is null
            """)
        .bind("subject", subject)
        .bind("clientId", clientId)
        .bind("resource", resource)
        .execute();
  }

  /** Withdraws the codes that were given to a client and not redeemed. */
  public void withdrawAllOf(Handle transaction, String clientId) {
    transaction
        .createUpdate(
            "delete from authorization_code where client_id = :clientId and grant_id is null")
        .bind("clientId", clientId)
        .execute();
  }

  private static AuthorizationCode code(ResultSet row) throws SQLException {
    return new AuthorizationCode(
        row.getString("client_id"),
        row.getString("redirect_uri"),
        row.getBoolean("redirect_uri_sent"),
        row.getString("code_challenge"),
        row.getString("subject"),
        Scope.parse(row.getString("scope")),
        row.getString("resource"),
        row.getString("nonce"),
        RequestedClaims.of(row.getString("claims")),
        row.getString("key_thumbprint"),
        instant(row, "auth_time"),
        row.getString("acr"),
        words(row.getString("amr")),
        instant(row, "expires_at"),
        McpContext.ofJson(row.getString("mcp_context")),
        row.getString("grant_id"));
  }
}

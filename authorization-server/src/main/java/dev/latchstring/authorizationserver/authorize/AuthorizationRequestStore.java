package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Handles;
import dev.latchstring.authorizationserver.store.UnitOfWork;
import dev.latchstring.oauth.Json;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/**
 * Requests that are kept: pushed ones (RFC 9126) until their client's browser comes with the name,
 * and waiting ones until a person has signed in and decided. Each is taken once.
 */
public final class AuthorizationRequestStore {
  /** RFC 9126 §2.2: how long a pushed request can be used. */
  public static final Duration PUSHED = Duration.ofSeconds(90);

  /** How long a person has to sign in and decide. */
  public static final Duration WAITING = Duration.ofMinutes(15);

  private final Database database;
  private final Clock clock;
  private final Handles handles;

  public AuthorizationRequestStore(Database database, Clock clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.handles = new Handles(database, clock, random);
  }

  /**
   * A request that waits for a person.
   *
   * @param askedAt when it was made: a sign-in that has to be fresh must be later
   */
  record Waiting(AuthorizationRequest request, Instant askedAt) {}

  /** Keeps a pushed request; returns its name. */
  public String push(AuthorizationRequest request) {
    String name = handles.next();
    database.write(insertion(name, request, true, PUSHED));
    return name;
  }

  /** Keeps a pushed request as {@link Database#writeLater} does it; the stage has its name. */
  CompletionStage<String> pushLater(AuthorizationRequest request) {
    String name = handles.next();
    return database.writeLater(insertion(name, request, true, PUSHED)).thenApply(inserted -> name);
  }

  /** Keeps a request for a person to decide; returns its name. */
  String await(AuthorizationRequest request) {
    String name = handles.next();
    database.write(insertion(name, request, false, WAITING));
    return name;
  }

  private UnitOfWork<Integer> insertion(
      String name, AuthorizationRequest request, boolean pushed, Duration lifetime) {
    String json = Json.write(request);
    Instant now = clock.instant();
    byte[] hash = Handles.key(name);
    return handle ->
        Change.rows(
            handle,
            """
            insert into authorization_request (request_hash, pushed, client_id, request,
              created_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """,
            hash,
            pushed,
            request.clientId(),
            json,
            millis(now),
            millis(now.plus(lifetime)));
  }

  /** Takes a pushed request of this client; empty where there is none, or not any more. */
  Optional<AuthorizationRequest> pull(String name, String clientId) {
    if (!Handles.isOne(name)) {
      return Optional.empty();
    }
    return database
        .write(handle ->
            handle
                .createQuery(
                    """
                    delete from authorization_request
                    where request_hash = :hash and pushed = :pushed and client_id = :clientId
                      and expires_at > :now
                    returning request
                    """)
                .bind("hash", Handles.key(name))
                .bind("pushed", true)
                .bind("clientId", clientId)
                .bind("now", millis(clock.instant()))
                .mapTo(String.class)
                .findOne())
        .map(json -> Json.read(json, AuthorizationRequest.class));
  }

  /** A waiting request; empty where there is none, or not any more. */
  Optional<Waiting> find(String name) {
    if (!Handles.isOne(name)) {
      return Optional.empty();
    }
    return database.read(handle ->
        handle
            .createQuery(
                """
                select request, created_at from authorization_request
                where request_hash = :hash and pushed = :pushed and expires_at > :now
                """)
            .bind("hash", Handles.key(name))
            .bind("pushed", false)
            .bind("now", millis(clock.instant()))
            .map((row, context) ->
                new Waiting(
                    Json.read(row.getString("request"), AuthorizationRequest.class),
                    instant(row, "created_at")))
            .findOne());
  }

  /** Ends a waiting request; false where somebody did before, or its time is over. */
  boolean take(Handle transaction, String name) {
    return transaction
            .createUpdate(
                """
                delete from authorization_request
                where request_hash = :hash and pushed = :pushed and expires_at > :now
                """)
            .bind("hash", Handles.key(name))
            .bind("pushed", false)
            .bind("now", millis(clock.instant()))
            .execute()
        == 1;
  }

  /** The same, in a transaction of its own. */
  boolean take(String name) {
    return database.write(handle -> take(handle, name));
  }
}

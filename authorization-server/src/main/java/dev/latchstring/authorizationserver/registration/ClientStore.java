package dev.latchstring.authorizationserver.registration;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.Change;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The clients that registered themselves. */
public final class ClientStore {
  /** How often a client's use is noted at most. */
  private static final Duration USE_NOTED = Duration.ofDays(1);

  private static final int BATCH = 500;
  private static final byte[] NOTHING = new byte[32];

  private record Managed(RegisteredClient client, byte @Nullable [] tokenHash) {}

  private final Database database;
  private final long limit;

  /**
   * @param limit the most clients that may be registered; one more is refused
   */
  public ClientStore(Database database, long limit) {
    this.database = database;
    this.limit = limit;
  }

  /**
   * Keeps a new client.
   *
   * @param registrationToken what will manage the registration; its hash is kept
   * @throws OAuthException {@code temporarily_unavailable} where the limit is reached
   */
  public void save(RegisteredClient client, String registrationToken) {
    requireDynamic(client);
    String metadata = Json.write(client.metadata());
    boolean saved =
        database.write(handle ->
            handle
                    .createUpdate(
                        """
                        insert into client (client_id, secret_hash, metadata, issued_at,
                          registration_token_hash)
                        select :clientId, :secretHash, :metadata, :issuedAt, :tokenHash
                        where (select count(*) from client) < :limit
                        """)
                    .bind("clientId", client.clientId())
                    .bindByType("secretHash", client.secretHash(), byte[].class)
                    .bind("metadata", metadata)
                    .bind("issuedAt", millis(client.issuedAt()))
                    .bind("tokenHash", Secrets.sha256(registrationToken))
                    .bind("limit", limit)
                    .execute()
                == 1);
    if (!saved) {
      throw new OAuthException(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          "this server has as many registered clients as it allows");
    }
  }

  public Optional<RegisteredClient> find(String clientId) {
    return managed(clientId).map(Managed::client);
  }

  /**
   * The client whose registration the token manages. An unknown client takes the same comparison as
   * a wrong token.
   */
  public Optional<RegisteredClient> findManaged(String clientId, String registrationToken) {
    Optional<Managed> managed = managed(clientId);
    byte[] expected = managed.map(Managed::tokenHash).orElse(NOTHING);
    boolean right = Secrets.equal(Secrets.sha256(registrationToken), expected);
    return managed.map(Managed::client).filter(client -> right);
  }

  private Optional<Managed> managed(String clientId) {
    return database.read(handle ->
        handle
            .createQuery("select * from client where client_id = :clientId")
            .bind("clientId", clientId)
            .map((row, context) -> managed(row))
            .findOne());
  }

  private static Managed managed(ResultSet row) throws SQLException {
    return new Managed(
        new RegisteredClient(
            row.getString("client_id"),
            row.getBytes("secret_hash"),
            Json.read(row.getString("metadata"), ClientMetadata.class),
            instant(row, "issued_at"),
            Origin.DYNAMIC),
        row.getBytes("registration_token_hash"));
  }

  /** Replaces secret and metadata; false where the client is gone. */
  public boolean replace(RegisteredClient client) {
    requireDynamic(client);
    String metadata = Json.write(client.metadata());
    return database.write(handle ->
        handle
                .createUpdate(
                    """
                    update client set secret_hash = :secretHash, metadata = :metadata
                    where client_id = :clientId
                    """)
                .bindByType("secretHash", client.secretHash(), byte[].class)
                .bind("metadata", metadata)
                .bind("clientId", client.clientId())
                .execute()
            == 1);
  }

  /** Deletes a client, in a transaction of the caller's. */
  public void delete(Handle transaction, String clientId) {
    transaction
        .createUpdate("delete from client where client_id = :clientId")
        .bind("clientId", clientId)
        .execute();
  }

  /**
   * Notes that a person let the client in, at most once a day, in the transaction that does so; a
   * client that did not register itself is nobody's concern here.
   */
  public static void noteUse(Handle transaction, String clientId, Instant now) {
    Change.rows(
        transaction,
        """
        update client set last_used_at = ?
        where client_id = ? and (last_used_at is null or last_used_at < ?)
        """,
        millis(now),
        clientId,
        millis(now.minus(USE_NOTED)));
  }

  /**
   * Deletes clients that nobody has let in since, neither now nor by a login that goes on.
   *
   * @param since who was let in before then, and not since
   * @param neverSince who registered before then, and was never let in
   * @return how many, at most {@value #BATCH}
   */
  public int deleteUnused(Instant since, Instant neverSince) {
    return database.write(handle ->
        handle
            .createUpdate(
                """
                delete from client where client_id in (
                  select c.client_id from client c
                  where (c.last_used_at < :since
                      or (c.last_used_at is null and c.issued_at < :neverSince))
                    and not exists (select 1 from authorization_grant g
                      where g.client_id = c.client_id)
                    and not exists (select 1 from device_authorization d
                      where d.client_id = c.client_id)
                  limit %d)
                """
                    .formatted(BATCH))
            .bind("since", millis(since))
            .bind("neverSince", millis(neverSince))
            .execute());
  }

  public long count() {
    return database.read(
        handle -> handle.createQuery("select count(*) from client").mapTo(Long.class).one());
  }

  private static void requireDynamic(RegisteredClient client) {
    if (client.origin() != Origin.DYNAMIC) {
      throw new IllegalArgumentException("only clients that registered themselves are kept here");
    }
  }
}

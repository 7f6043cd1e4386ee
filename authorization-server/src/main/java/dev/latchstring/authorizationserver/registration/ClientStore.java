package dev.latchstring.authorizationserver.registration;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.Optional;

/** The clients that registered themselves. */
public final class ClientStore {
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
   * @throws OAuthException {@code temporarily_unavailable} where the limit is reached
   */
  public void save(RegisteredClient client) {
    if (client.origin() != Origin.DYNAMIC) {
      throw new IllegalArgumentException("configured clients stay in the configuration");
    }
    String metadata = Json.write(client.metadata());
    boolean saved =
        database.write(handle ->
            handle
                    .createUpdate(
                        """
                        insert into client (client_id, secret_hash, metadata, issued_at)
                        select :clientId, :secretHash, :metadata, :issuedAt
                        where (select count(*) from client) < :limit
                        """)
                    .bind("clientId", client.clientId())
                    .bindByType("secretHash", client.secretHash(), byte[].class)
                    .bind("metadata", metadata)
                    .bind("issuedAt", millis(client.issuedAt()))
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
    return database.read(handle ->
        handle
            .createQuery("select * from client where client_id = :clientId")
            .bind("clientId", clientId)
            .map((row, context) ->
                new RegisteredClient(
                    row.getString("client_id"),
                    row.getBytes("secret_hash"),
                    Json.read(row.getString("metadata"), ClientMetadata.class),
                    instant(row, "issued_at"),
                    Origin.DYNAMIC))
            .findOne());
  }

  public long count() {
    return database.read(
        handle -> handle.createQuery("select count(*) from client").mapTo(Long.class).one());
  }
}

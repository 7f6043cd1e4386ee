package dev.latchstring.authorizationserver.document;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.message.ClientMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * RFC 9111. The documents that were fetched, for every node; those fetched longest ago go first.
 */
public final class MetadataDocumentStore {
  private final Database database;
  private final long limit;

  /**
   * @param limit the most documents that are kept
   */
  public MetadataDocumentStore(Database database, long limit) {
    this.database = database;
    this.limit = limit;
  }

  /** The document of a client, fresh or not. */
  Optional<MetadataDocument> find(String clientId) {
    return database.read(handle ->
        handle
            .createQuery("select * from client_metadata_document where client_id = :clientId")
            .bind("clientId", clientId)
            .map((row, context) -> document(row))
            .findOne());
  }

  private static MetadataDocument document(ResultSet row) throws SQLException {
    return new MetadataDocument(
        new RegisteredClient(
            row.getString("client_id"),
            null,
            Json.read(row.getString("metadata"), ClientMetadata.class),
            instant(row, "fetched_at"),
            Origin.METADATA_DOCUMENT),
        row.getString("entity_tag"),
        instant(row, "fetched_at"),
        instant(row, "fresh_until"),
        instant(row, "usable_until"),
        instant(row, "expires_at"));
  }

  /** Keeps a document in place of the one before. */
  void save(MetadataDocument document) {
    String metadata = Json.write(document.client().metadata());
    database.write(handle -> {
      int written =
          handle
              .createUpdate(
                  """
                  insert into client_metadata_document (client_id, metadata, entity_tag,
                    fetched_at, fresh_until, usable_until, expires_at)
                  values (:clientId, :metadata, :entityTag, :fetchedAt, :freshUntil, :usableUntil,
                    :expiresAt)
                  on conflict (client_id) do update set metadata = excluded.metadata,
                    entity_tag = excluded.entity_tag, fetched_at = excluded.fetched_at,
                    fresh_until = excluded.fresh_until, usable_until = excluded.usable_until,
                    expires_at = excluded.expires_at
                  """)
              .bind("clientId", document.client().clientId())
              .bind("metadata", metadata)
              .bind("entityTag", document.entityTag())
              .bind("fetchedAt", millis(document.fetchedAt()))
              .bind("freshUntil", millis(document.freshUntil()))
              .bind("usableUntil", millis(document.usableUntil()))
              .bind("expiresAt", millis(document.expiresAt()))
              .execute();
      makeRoom(handle);
      return written;
    });
  }

  private void makeRoom(Handle handle) {
    long count =
        handle.createQuery("select count(*) from client_metadata_document").mapTo(Long.class).one();
    if (count > limit) {
      handle
          .createUpdate(
              """
              delete from client_metadata_document where client_id in (
                select client_id from client_metadata_document
                order by fetched_at, client_id limit :excess)
              """)
          .bind("excess", count - limit)
          .execute();
    }
  }

  /** Forgets a document whose host says that it is gone, or that is not one any more. */
  void delete(String clientId) {
    database.write(handle ->
        handle
            .createUpdate("delete from client_metadata_document where client_id = :clientId")
            .bind("clientId", clientId)
            .execute());
  }
}

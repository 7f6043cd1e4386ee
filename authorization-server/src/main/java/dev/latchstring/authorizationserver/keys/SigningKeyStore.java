package dev.latchstring.authorizationserver.keys;

import static dev.latchstring.authorizationserver.store.Rows.instant;
import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import java.time.Instant;
import java.util.List;

/** The rows of the signing keys. */
final class SigningKeyStore {
  private final Database database;

  SigningKeyStore(Database database) {
    this.database = database;
  }

  /** All of them, by algorithm, the newest first. */
  List<StoredKey> all() {
    return database.read(handle ->
        handle
            .createQuery("select * from signing_key order by algorithm, generation desc")
            .map((row, context) ->
                new StoredKey(
                    row.getString("kid"),
                    row.getString("algorithm"),
                    row.getLong("generation"),
                    row.getString("public_jwk"),
                    row.getBytes("private_key"),
                    instant(row, "activates_at")))
            .list());
  }

  /**
   * Of several nodes that add a key of the same generation, one does; the others take over its key.
   */
  void add(StoredKey key, Instant now) {
    database.write(handle ->
        handle
            .createUpdate(
                """
                insert into signing_key (kid, algorithm, generation, public_jwk, private_key,
                  created_at, activates_at)
                values (:kid, :algorithm, :generation, :publicJwk, :privateKey, :now,
                  :activatesAt)
                on conflict (algorithm, generation) do nothing
                """)
            .bind("kid", key.kid())
            .bind("algorithm", key.algorithm())
            .bind("generation", key.generation())
            .bind("publicJwk", key.publicJwk())
            .bind("privateKey", key.encrypted())
            .bind("now", millis(now))
            .bind("activatesAt", millis(key.activatesAt()))
            .execute());
  }

  void remove(String kid) {
    database.write(handle ->
        handle.createUpdate("delete from signing_key where kid = :kid").bind("kid", kid).execute());
  }
}

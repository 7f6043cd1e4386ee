package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** RFC 7009. Access tokens that were revoked one by one, until they expire by themselves. */
public final class RevocationStore {
  private final Database database;

  public RevocationStore(Database database) {
    this.database = database;
  }

  /**
   * Revokes one access token; again does nothing.
   *
   * @param expiresAt its expiry, until when this is remembered
   */
  public void revoke(String tokenId, Instant expiresAt) {
    database.write(handle ->
        handle
            .createUpdate(
                """
                insert into revoked_token (token_id, expires_at) values (:tokenId, :expiresAt)
                on conflict (token_id) do nothing
                """)
            .bind("tokenId", tokenId)
            .bind("expiresAt", millis(expiresAt))
            .execute());
  }

  /**
   * Whether the token, or the grant it belongs to, was revoked. A grant that is gone counts as
   * revoked.
   */
  public boolean isRevoked(String tokenId, @Nullable String grantId) {
    return database.read(handle -> {
      boolean token =
          handle
              .createQuery("select 1 from revoked_token where token_id = :tokenId")
              .bind("tokenId", tokenId)
              .mapTo(Integer.class)
              .findOne()
              .isPresent();
      return token
          || (grantId != null
              && GrantStore.find(handle, grantId).map(GivenGrant::isRevoked).orElse(true));
    });
  }
}

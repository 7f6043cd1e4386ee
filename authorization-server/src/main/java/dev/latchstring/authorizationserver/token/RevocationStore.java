package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** RFC 7009. Access tokens that were revoked one by one, until they expire by themselves. */
public final class RevocationStore {
  private static final String LIVE =
      "select 1 where not exists (select 1 from revoked_token where token_id = :tokenId)";

  private static final String LIVE_GRANT =
      LIVE
          + """
           and exists (select 1 from authorization_grant g join account a on a.subject = g.subject
            where g.grant_id = :grantId and g.revoked_at is null and a.disabled_at is null)
          """;

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
   * Whether the token is worth something: neither it nor its grant was revoked, and, where it is of
   * a grant, the account is not disabled. A grant that is gone counts as revoked.
   */
  public boolean isLive(String tokenId, @Nullable String grantId) {
    return database.read(handle ->
        (grantId == null
                ? handle.createQuery(LIVE)
                : handle.createQuery(LIVE_GRANT).bind("grantId", grantId))
            .bind("tokenId", tokenId)
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }
}

package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.Lookup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RFC 7009. Access tokens that were revoked one by one, until they expire by themselves. */
public final class RevocationStore {
  private static final String LIVE =
      "select 1 where not exists (select 1 from revoked_token where token_id in (?";

  /** Somebody with an account has one that is not disabled; a foreign subject has a # in it. */
  private static final String AND_GRANT =
      """
       and exists (select 1 from authorization_grant g
        left join account a on a.subject = g.subject
        where g.grant_id = ? and g.revoked_at is null and a.disabled_at is null
          and (a.subject is not null or g.subject like '%#%'))
      """;

  /** No identifier of a token has it. */
  private static final char EXCHANGED = '~';

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

  /** RFC 8693. The identifier of a token that is revoked with the one it was exchanged for. */
  static String derived(String exchanged, String own) {
    return exchanged + EXCHANGED + own;
  }

  /**
   * Whether the token is worth something: neither it nor one it was exchanged for nor its grant was
   * revoked, and, where it is of a grant, the account is not disabled. A grant that is gone counts
   * as revoked.
   */
  public boolean isLive(String tokenId, @Nullable String grantId) {
    List<String> values = withOrigins(tokenId);
    String sql = LIVE + ", ?".repeat(values.size() - 1) + "))" + (grantId == null ? "" : AND_GRANT);
    if (grantId != null) {
      values.add(grantId);
    }
    return database.read(handle -> Lookup.exists(handle, sql, values));
  }

  /** The token's own identifier, and that of every token it was exchanged for. */
  private static List<String> withOrigins(String tokenId) {
    List<String> all = new ArrayList<>(List.of(tokenId));
    for (int end = tokenId.indexOf(EXCHANGED);
        end >= 0;
        end = tokenId.indexOf(EXCHANGED, end + 1)) {
      all.add(tokenId.substring(0, end));
    }
    return all;
  }
}

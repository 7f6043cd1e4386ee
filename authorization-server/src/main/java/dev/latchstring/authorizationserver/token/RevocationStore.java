package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** RFC 7009. Access tokens that were revoked one by one, until they expire by themselves. */
public final class RevocationStore {
  private static final String LIVE =
      "select 1 where not exists (select 1 from revoked_token where token_id = :tokenId)";

  private static final String LIVE_EXCHANGED =
      "select 1 where not exists (select 1 from revoked_token where token_id in (<tokenIds>))";

  /** Somebody with an account has one that is not disabled; a foreign subject has a # in it. */
  private static final String AND_GRANT =
      """
       and exists (select 1 from authorization_grant g
        left join account a on a.subject = g.subject
        where g.grant_id = :grantId and g.revoked_at is null and a.disabled_at is null
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
    boolean exchanged = tokenId.indexOf(EXCHANGED) >= 0;
    String sql = (exchanged ? LIVE_EXCHANGED : LIVE) + (grantId == null ? "" : AND_GRANT);
    return database.read(handle -> {
      Query query = handle.createQuery(sql);
      query =
          exchanged
              ? query.bindList("tokenIds", withOrigins(tokenId))
              : query.bind("tokenId", tokenId);
      return (grantId == null ? query : query.bind("grantId", grantId))
          .mapTo(Integer.class)
          .findOne()
          .isPresent();
    });
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

package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.AccessTokenClaims;
import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Opaque access tokens: what each would say if it were a JWT. */
public final class OpaqueTokenStore {
  private final Database database;
  private final Clock clock;

  public OpaqueTokenStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  void save(Handle transaction, String token, AccessTokenClaims claims) {
    transaction
        .createUpdate(
            """
            insert into opaque_token (token_hash, claims, expires_at)
            values (:hash, :claims, :expiresAt)
            """)
        .bind("hash", Secrets.sha256(token))
        .bind("claims", new String(ClaimsJson.write(claims), UTF_8))
        .bind("expiresAt", millis(claims.expiresAt()))
        .execute();
  }

  /** What the token says, where it has not expired; whether it is revoked is another question. */
  public Optional<AccessTokenClaims> find(String token) {
    return database
        .read(handle ->
            handle
                .createQuery(
                    """
                    select claims from opaque_token
                    where token_hash = :hash and expires_at > :now
                    """)
                .bind("hash", Secrets.sha256(token))
                .bind("now", millis(clock.instant()))
                .mapTo(String.class)
                .findOne())
        .map(ClaimsJson::read);
  }
}

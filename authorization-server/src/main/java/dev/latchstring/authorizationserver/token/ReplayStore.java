package dev.latchstring.authorizationserver.token;

import static dev.latchstring.authorizationserver.store.Rows.millis;

import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.dpop.ProofReplays;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** RFC 7523 §3 and RFC 9449 §11.1. Assertions and proofs that were used: each is used once. */
public final class ReplayStore {
  private final Database database;

  public ReplayStore(Database database) {
    this.database = database;
  }

  /** The proofs of keys, kept apart from every client's assertions. */
  public ProofReplays ofProofs() {
    // No client's identifier has a line break.
    return (key, id, until) -> isFirstUse("DPoP\n" + key, id, until);
  }

  /**
   * Whether this is the first use; of any number at the same moment one is.
   *
   * @param issuer who made the assertion ({@code iss}: for client authentication the client)
   * @param tokenId its {@code jti}
   * @param expiresAt when it expires, with the tolerated skew: until then it is remembered
   */
  public boolean isFirstUse(String issuer, String tokenId, Instant expiresAt) {
    return database.write(handle -> isFirstUse(handle, issuer, tokenId, expiresAt));
  }

  /** The same, in the transaction in which its tokens are issued. */
  public boolean isFirstUse(Handle transaction, String issuer, String tokenId, Instant expiresAt) {
    return transaction
            .createUpdate(
                """
                insert into used_assertion (assertion_hash, expires_at)
                values (:hash, :expiresAt)
                on conflict (assertion_hash) do nothing
                """)
            .bind("hash", Secrets.sha256(issuer.length() + ":" + issuer + tokenId))
            .bind("expiresAt", millis(expiresAt))
            .execute()
        == 1;
  }
}

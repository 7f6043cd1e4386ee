package dev.latchstring.authorizationserver.credential;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * WebAuthn §4, credential record.
 *
 * @param credentialId at most 1023 bytes
 * @param subject whose it is
 * @param publicKey RFC 9052 §7: a COSE_Key
 * @param signCount the counter at its last use; 0 where the authenticator has none
 * @param transports how it can be reached, as the browser said
 * @param backupEligible whether it can be copied to other devices of the person
 * @param name what the person calls it
 * @param lastUsedAt null where it was never used
 */
public record Passkey(
    byte[] credentialId,
    String subject,
    byte[] publicKey,
    long signCount,
    List<String> transports,
    boolean backupEligible,
    boolean backedUp,
    String name,
    Instant createdAt,
    @Nullable Instant lastUsedAt) {
  public Passkey {
    transports = List.copyOf(transports);
  }

  @Override
  public String toString() {
    return "Passkey[" + subject + ", " + name + "]";
  }
}

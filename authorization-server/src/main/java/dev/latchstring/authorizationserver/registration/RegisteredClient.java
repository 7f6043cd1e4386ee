package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.keys.SigningKeys;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that this server knows.
 *
 * @param secretHash SHA-256 of the client's secret; null where it has none
 * @param issuedAt when it registered; for a configured client, when the server started; for one
 *     that publishes its metadata, when those were fetched
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by identifier
public record RegisteredClient(
    String clientId,
    byte @Nullable [] secretHash,
    ClientMetadata metadata,
    Instant issuedAt,
    Origin origin) {

  /** Where a client comes from. */
  public enum Origin {
    /** The operator set it up. */
    CONFIGURED,
    /** It registered itself (RFC 7591). */
    DYNAMIC,
    /** Its identifier is the address of its metadata: it is whoever has that domain. */
    METADATA_DOCUMENT
  }

  /** RFC 6749 §2.1: whether it can keep no secret. */
  public boolean isPublic() {
    return metadata.authMethod().equals("none");
  }

  /** Whether the operator says that it is the server's own, and may ask people for answers. */
  public boolean isFirstParty() {
    return origin == Origin.CONFIGURED && metadata.statesFirstParty();
  }

  /** OpenID Connect Registration §2: what its id tokens are signed with. */
  public String idTokenAlgorithm() {
    String registered = metadata.idTokenSignedResponseAlg();
    return registered == null ? SigningKeys.RS256 : registered;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RegisteredClient other
        && clientId.equals(other.clientId)
        && origin == other.origin;
  }

  @Override
  public int hashCode() {
    return Objects.hash(clientId, origin);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "RegisteredClient[" + clientId + ", " + origin + "]";
  }
}

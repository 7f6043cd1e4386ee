package dev.latchstring.authorizationserver.document;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.authorizationserver.registration.ClientMetadataRules;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * draft-ietf-oauth-client-id-metadata-document, "Changes in Client Metadata". What follows where a
 * client's document is not what it was when people let the client in.
 *
 * <p>Whoever proves itself with nothing that it proved itself with before is somebody else: its
 * logins end. A key that comes beside the old one, before that goes, is a rotation, and nothing
 * follows. Where its answers may go to an address more, people are asked again.
 */
final class DocumentChanges {
  private final ClientEvents events;

  DocumentChanges(ClientEvents events) {
    this.events = events;
  }

  /** Acts on what is different; again does nothing more. */
  void between(RegisteredClient before, RegisteredClient now) {
    Set<String> proofs = proofs(before);
    if (!proofs.isEmpty() && Collections.disjoint(proofs, proofs(now))) {
      SecurityLog.warn("client_changed", "what", "keys", "client_id", now.clientId());
      events.endLogins(now.clientId());
    } else if (!redirectUris(before).containsAll(redirectUris(now))) {
      events.askAgain(now.clientId());
    }
  }

  /** The thumbprints of its keys, or the address where they are; none of a public client. */
  private static Set<String> proofs(RegisteredClient client) {
    JsonNode jwks = client.metadata().jwks();
    String address = client.metadata().jwksUri();
    if (client.isPublic()) {
      return Set.of();
    }
    return jwks == null ? address == null ? Set.of() : Set.of(address) : thumbprints(jwks);
  }

  private static Set<String> thumbprints(JsonNode jwks) {
    Set<String> thumbprints = new HashSet<>();
    for (JWK key : ClientMetadataRules.publicKeys(jwks).getKeys()) {
      try {
        thumbprints.add(key.computeThumbprint().toString());
      } catch (JOSEException e) {
        throw new IllegalStateException("a key that was accepted has a thumbprint", e);
      }
    }
    return thumbprints;
  }

  private static List<String> redirectUris(RegisteredClient client) {
    List<String> uris = client.metadata().redirectUris();
    return uris == null ? List.of() : uris;
  }
}

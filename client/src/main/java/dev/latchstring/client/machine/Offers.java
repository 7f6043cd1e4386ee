package dev.latchstring.client.machine;

import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authorization server's metadata says that it takes. */
final class Offers {
  private Offers() {}

  /**
   * RFC 8414 §2. Why a grant is not offered; null where it is, and where the server lists no grants
   * at all: many leave the member out that have more than its default.
   */
  static @Nullable String grant(AuthorizationServerMetadata server, String grantType) {
    List<String> offered = server.grantTypesSupported();
    return offered == null || offered.contains(grantType)
        ? null
        : "the authorization server does not list " + grantType + " in grant_types_supported";
  }

  /** RFC 9449 §5.1: whether proofs of our keys are taken. */
  static boolean proofs(AuthorizationServerMetadata server) {
    return server.dpopAlgorithms().contains(DpopProofs.ALGORITHM);
  }
}

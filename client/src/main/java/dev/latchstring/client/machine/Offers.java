package dev.latchstring.client.machine;

import dev.latchstring.client.Discovered;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authorization server's metadata says that it takes. */
final class Offers {
  private static final String PROOF_ALGORITHM = "ES256";

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
    return server.dpopAlgorithms().contains(PROOF_ALGORITHM);
  }

  /**
   * Whether tokens can be bound to a key: both servers say that they take proofs (RFC 9449 §5.1,
   * RFC 9728 §2). An MCP server that does not say so may not know what a bound token is.
   */
  static boolean proofs(Discovered at) {
    ProtectedResourceMetadata resource = at.resourceMetadata();
    return resource != null
        && resource.dpopSigningAlgValuesSupported() != null
        && resource.dpopSigningAlgValuesSupported().contains(PROOF_ALGORITHM)
        && proofs(at.authorizationServer());
  }

  /** RFC 9728 §2: whether the MCP server takes no token that is not bound to a key. */
  static boolean requiresProofs(Discovered at) {
    return at.resourceMetadata() != null
        && Boolean.TRUE.equals(at.resourceMetadata().dpopBoundAccessTokensRequired());
  }
}

package dev.latchstring.e2e;

import dev.latchstring.oauth.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** {@code oidc-provider} from npm, an authorization server of others, in a process of its own. */
final class OidcMachines implements AutoCloseable {
  private final PeerProcess process;
  private final URI issuer;

  private OidcMachines(PeerProcess process, URI issuer) {
    this.process = process;
    this.issuer = issuer;
  }

  /**
   * @param resource the only MCP server that it issues tokens for
   * @param clients their metadata (RFC 7591)
   * @param nonce whether every DPoP proof needs a nonce of its own
   */
  static OidcMachines start(
      URI resource, String scope, List<Map<String, Object>> clients, boolean nonce)
      throws Exception {
    PeerProcess process =
        NodePeers.start(
            Map.of(),
            "oidc-machines.mjs",
            Json.write(
                Map.of(
                    "resource",
                    resource.toString(),
                    "scope",
                    scope,
                    "clients",
                    clients,
                    "nonce",
                    nonce)));
    JsonNode ready = process.next("ready");
    return new OidcMachines(process, URI.create(ready.path("issuer").asString()));
  }

  URI issuer() {
    return issuer;
  }

  @Override
  public void close() {
    process.close();
  }
}

package dev.latchstring.client.machine;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.4 and MCP's extension io.modelcontextprotocol/oauth-client-credentials. A client that
 * the server's operator knows, on its own behalf: with a secret, or with a key ({@code
 * private_key_jwt}, whose assertion's audience is the issuer).
 */
public final class ClientCredentials implements MachineGrant {
  /** RFC 6749 §4.4.2: the value of {@code grant_type}. */
  public static final String GRANT_TYPE = "client_credentials";

  @Override
  public FlowName name() {
    return FlowName.CLIENT_CREDENTIALS;
  }

  @Override
  public String describe() {
    return "the client's own credentials";
  }

  @Override
  public Client client() {
    return Client.CONFIDENTIAL;
  }

  @Override
  public @Nullable String obstacle(AuthorizationServerMetadata server) {
    return Offers.grant(server, GRANT_TYPE);
  }

  @Override
  public GrantForm form(MachineRequest request) {
    return new GrantForm(Map.of("grant_type", GRANT_TYPE), request.key());
  }
}

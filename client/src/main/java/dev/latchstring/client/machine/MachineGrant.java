package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import org.jspecify.annotations.Nullable;

/** RFC 6749 §4.4 and §4.5. How a machine gets an access token without any person. */
public interface MachineGrant {
  /** The flow that it is. */
  FlowName name();

  /** What is shown of it: where its credentials come from, never the credentials. */
  String describe();

  /** Who the client has to be to the MCP server's authorization server. */
  Client client();

  /**
   * Why a server does not offer it; null where it does, as far as its metadata tells. Nothing is
   * sent or read.
   */
  @Nullable String obstacle(AuthorizationServerMetadata server);

  /**
   * The parameters of one request, {@code grant_type} among them; not the client's, and neither
   * {@code resource} nor {@code scope}. It is called for each request, and may itself ask a file, a
   * command or another server.
   *
   * @throws ClientException {@link Problem#CREDENTIAL_UNAVAILABLE} where what it needs cannot be
   *     read; {@link Problem#CLIENT_REFUSED} where it may not be sent to this server; {@link
   *     Problem#NETWORK}; {@link Problem#LOGIN_REQUIRED} where a person has to sign in first
   */
  GrantForm form(MachineRequest request);

  /**
   * Looks at the answer before it is used.
   *
   * @throws ClientException {@link Problem#METADATA_INVALID} where it is not what was asked for
   */
  default void accept(TokenResponse tokens) {}

  /** Who a client has to be. */
  enum Client {
    /** One that the operator knows and that proves itself. It is never registered from here. */
    CONFIDENTIAL,
    /** One that the server knows, by configuration or by registration. */
    KNOWN,
    /** A configured one is named; without one the request names none (RFC 7523 §3.1). */
    OPTIONAL
  }
}

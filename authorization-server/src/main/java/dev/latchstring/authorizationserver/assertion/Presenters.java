package dev.latchstring.authorizationserver.assertion;

import dev.latchstring.authorizationserver.config.TrustedIssuerSettings;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.time.Instant;

/**
 * RFC 7521 §4.1. Which client may present an assertion; a workload that names no client is itself
 * all there is.
 */
public final class Presenters {
  /** Who asks where the request names no client: registered for nothing but this grant. */
  public static final RegisteredClient UNNAMED =
      new RegisteredClient(
          "",
          null,
          Json.read(
              """
              {"token_endpoint_auth_method": "none", "grant_types": ["%s"]}
              """
                  .formatted(GrantTypes.JWT_BEARER),
              ClientMetadata.class),
          Instant.EPOCH,
          RegisteredClient.Origin.CONFIGURED);

  private Presenters() {}

  static boolean isUnnamed(RegisteredClient client) {
    return client.clientId().isEmpty();
  }

  /**
   * @throws OAuthException {@code unauthorized_client} where the issuer's tokens are not for this
   *     client to present
   */
  public static void requireAllowed(TrustedIssuerSettings issuer, RegisteredClient client) {
    if (!issuer.clients().isEmpty() && !issuer.clients().contains(client.clientId())) {
      throw new OAuthException(
          ErrorCode.UNAUTHORIZED_CLIENT,
          isUnnamed(client)
              ? "tokens of this issuer are presented by named clients: send client_id"
              : "the client may not present tokens of this issuer");
    }
  }
}

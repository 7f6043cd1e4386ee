package dev.latchstring.authorizationserver.registration;

import dev.latchstring.oauth.message.ClientInformation;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7591 §3.2.1 and RFC 7592 §3. What a client is told of its registration.
 *
 * @param endpoint the registration endpoint, below which each client has its own address
 */
public record ClientAnswers(String endpoint) {
  /**
   * @param secret the client's secret where it is new or was just presented; null where it has
   *     none, or where only its hash is known
   */
  ClientInformation of(RegisteredClient client, @Nullable String secret, String registrationToken) {
    return new ClientInformation(
        client.clientId(),
        secret,
        client.issuedAt().getEpochSecond(),
        secret == null ? null : 0L,
        registrationToken,
        endpoint + "/" + client.clientId(),
        client.metadata());
  }
}

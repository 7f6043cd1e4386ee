package dev.latchstring.authorizationserver.client;

import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.trace.Checks;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import java.util.Set;

/**
 * RFC 6749 §2.3 and RFC 7523 §2.2. Who the client is.
 *
 * <p>A client authenticates in the one way it is registered for. What is wrong with a wrong proof
 * is not told apart: unknown client and wrong secret are the same {@code invalid_client}.
 */
public final class ClientAuthentication {
  private static final byte[] NOBODY = new byte[32];

  private static final Set<String> NAMING_PARAMETERS =
      Set.of("client_id", "client_secret", "client_assertion", "client_assertion_type");

  private final RegisteredClients clients;
  private final ClientAssertions assertions;

  public ClientAuthentication(RegisteredClients clients, ClientAssertions assertions) {
    this.clients = clients;
    this.assertions = assertions;
  }

  /** Whether the request names a client in any way, a wrong one included. */
  public static boolean isAttempted(Exchange exchange, FormParameters form) {
    return exchange.authorization() != null
        || form.names().stream().anyMatch(NAMING_PARAMETERS::contains);
  }

  /**
   * The client, a public one by its name alone.
   *
   * @throws OAuthException {@code invalid_client} where the proof is missing or wrong; {@code
   *     invalid_request} where there is more than one, or it is malformed
   */
  public RegisteredClient authenticate(Exchange exchange, FormParameters form) {
    exchange.checks().begin("client_authentication");
    RegisteredClient client = prove(exchange, form);
    boolean trusted = !client.isPublic() && client.origin() == RegisteredClient.Origin.CONFIGURED;
    exchange.authenticated(
        new Checks.Caller(client.clientId(), trusted, trusted && clients.mayDebug(client)));
    return client;
  }

  private RegisteredClient prove(Exchange exchange, FormParameters form) {
    return switch (Credentials.of(exchange.authorization(), form)) {
      case Credentials.Named named -> named(named.clientId(), exchange.clientAddress());
      case Credentials.Secret secret -> bySecret(secret, exchange.clientAddress());
      case Credentials.Assertion assertion ->
          assertions.verify(assertion.jwt(), form.optional("client_id"), exchange.clientAddress());
    };
  }

  /**
   * The same, where a name alone is not enough.
   *
   * @throws OAuthException {@code invalid_client} for a public client, too
   */
  public RegisteredClient authenticateConfidential(Exchange exchange, FormParameters form) {
    RegisteredClient client = authenticate(exchange, form);
    if (client.isPublic()) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT, "this endpoint needs a client that authenticates");
    }
    return client;
  }

  private RegisteredClient named(String clientId, String requestedFrom) {
    RegisteredClient client = clients.resolve(clientId, requestedFrom).orElse(null);
    if (client == null) {
      throw new OAuthException(ErrorCode.INVALID_CLIENT, "the client is not known");
    }
    if (!client.isPublic()) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT,
          "this client authenticates with " + client.metadata().authMethod());
    }
    return client;
  }

  private RegisteredClient bySecret(Credentials.Secret credentials, String requestedFrom) {
    for (Credentials.Reading reading : credentials.readings()) {
      RegisteredClient client = clients.resolve(reading.clientId(), requestedFrom).orElse(null);
      // Some clients send an empty password where there is none to send.
      if (client != null && client.isPublic() && reading.secret().isEmpty()) {
        return client;
      }
      byte[] expected =
          (client == null || client.secretHash() == null) ? NOBODY : client.secretHash();
      if (Secrets.equal(Secrets.sha256(reading.secret()), expected) && client != null) {
        return requireMethod(client, credentials.method());
      }
    }
    throw new OAuthException(ErrorCode.INVALID_CLIENT, "client authentication failed");
  }

  private static RegisteredClient requireMethod(RegisteredClient client, String method) {
    String registered = client.metadata().authMethod();
    if (!registered.equals(method)) {
      throw new OAuthException(
          ErrorCode.INVALID_CLIENT,
          "the client is registered for " + registered + " and used " + method);
    }
    return client;
  }
}

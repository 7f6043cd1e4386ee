package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientMetadata;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7592 §2. A client that registered itself reads, replaces and ends its registration.
 *
 * <p>It proves itself with its registration access token, which stays the same for as long as the
 * registration does: an answer that is lost must not lock a client out. Unknown clients and wrong
 * tokens are the same {@code invalid_token}. The secret is known to this server as a hash alone, so
 * it is told where it is new, and where the client has just presented it.
 */
public final class ClientConfigurationEndpoint {
  /** RFC 7592 §2.2: what a client must not send. */
  private static final List<String> FORBIDDEN =
      List.of(
          "registration_access_token",
          "registration_client_uri",
          "client_secret_expires_at",
          "client_id_issued_at");

  private final ClientStore clients;
  private final ClientAnswers answers;
  private final Consumer<String> end;
  private final Consumer<String> changed;
  private final SecureRandom random;

  /**
   * @param end ends a client by its identifier: the registration, its logins, and what is under way
   * @param changed told which client is not any more what it was
   */
  public ClientConfigurationEndpoint(
      ClientStore clients,
      ClientAnswers answers,
      Consumer<String> end,
      Consumer<String> changed,
      SecureRandom random) {
    this.clients = clients;
    this.answers = answers;
    this.end = end;
    this.changed = changed;
    this.random = random;
  }

  private record Presented(RegisteredClient client, String token) {}

  private Presented authenticate(Exchange exchange) {
    String token = exchange.bearerToken();
    return clients
        .findManaged(exchange.below(), token)
        .map(client -> new Presented(client, token))
        .orElseThrow(ClientConfigurationEndpoint::refused);
  }

  /** RFC 7592 §2.1. */
  public void read(Exchange exchange) throws IOException {
    Presented presented = authenticate(exchange);
    exchange.answer(answers.of(presented.client(), null, presented.token()));
  }

  /** RFC 7592 §2.2: what is not sent is deleted; identifier and secret stay. */
  public void replace(Exchange exchange) throws IOException {
    Presented presented = authenticate(exchange);
    RegisteredClient client = presented.client();
    JsonNode body = SubmittedMetadata.read(exchange.json());
    String sentSecret = requireOwn(body, client);
    ClientMetadata metadata = SubmittedMetadata.registered(body);
    boolean needsSecret = SubmittedMetadata.needsSecret(metadata.authMethod());
    String newSecret = needsSecret && client.secretHash() == null ? Secrets.newToken(random) : null;
    RegisteredClient replacement =
        new RegisteredClient(
            client.clientId(),
            secretHash(client, needsSecret, newSecret),
            metadata,
            client.issuedAt(),
            client.origin());
    if (!clients.replace(replacement)) {
      throw refused();
    }
    changed.accept(client.clientId());
    told("client_replaced", client, exchange);
    String told = newSecret == null && needsSecret ? sentSecret : newSecret;
    exchange.answer(answers.of(replacement, told, presented.token()));
  }

  private static byte @Nullable [] secretHash(
      RegisteredClient client, boolean needsSecret, @Nullable String newSecret) {
    if (!needsSecret) {
      return null;
    }
    return newSecret == null ? client.secretHash() : Secrets.sha256(newSecret);
  }

  /** RFC 7592 §2.3. */
  public void delete(Exchange exchange) {
    RegisteredClient client = authenticate(exchange).client();
    end.accept(client.clientId());
    changed.accept(client.clientId());
    told("client_deleted", client, exchange);
    exchange.answerNoContent();
  }

  private static void told(String event, RegisteredClient client, Exchange exchange) {
    SecurityLog.note(event, "client_id", client.clientId(), "address", exchange.clientAddress());
  }

  /** The secret that was sent, which is the client's own; null where none was. */
  private static @Nullable String requireOwn(JsonNode body, RegisteredClient client) {
    for (String member : FORBIDDEN) {
      if (body.has(member)) {
        throw SubmittedMetadata.invalid(member + " must not be sent (RFC 7592 section 2.2)");
      }
    }
    JsonNode id = body.path("client_id");
    if (!id.isString() || !id.asString().equals(client.clientId())) {
      throw SubmittedMetadata.invalid("client_id must be the client's own (RFC 7592 section 2.2)");
    }
    JsonNode secret = body.path("client_secret");
    if (secret.isMissingNode()) {
      return null;
    }
    byte[] hash = client.secretHash();
    if (hash == null
        || !secret.isString()
        || !Secrets.equal(Secrets.sha256(secret.asString()), hash)) {
      throw SubmittedMetadata.invalid(
          "client_secret must be the client's own, or be left out (RFC 7592 section 2.2)");
    }
    return secret.asString();
  }

  private static OAuthException refused() {
    return new OAuthException(
        ErrorCode.INVALID_TOKEN, "this is not the registration access token of such a client");
  }
}

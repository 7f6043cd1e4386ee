package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientMetadata;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * RFC 7591 §3. A stranger registers a client.
 *
 * <p>What it may then do is ask people: see {@link StrangersGrants}; the rest is left out, as RFC
 * 7591 §3.2.1 allows. Where the operator gave out initial access tokens, whoever presents none of
 * them is refused with {@code invalid_token}.
 */
public final class RegistrationEndpoint implements Endpoint {
  private final ClientStore clients;
  private final ClientAnswers answers;
  private final InitialAccessTokens initialAccessTokens;
  private final AddressLimit limit;
  private final Clock clock;
  private final SecureRandom random;

  public RegistrationEndpoint(
      ClientStore clients,
      ClientAnswers answers,
      InitialAccessTokens initialAccessTokens,
      AddressLimit limit,
      Clock clock,
      SecureRandom random) {
    this.clients = clients;
    this.answers = answers;
    this.initialAccessTokens = initialAccessTokens;
    this.limit = limit;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    if (initialAccessTokens.required()) {
      exchange.checks().begin("initial_access_token");
      // A guess counts, too.
      limit.count(AttemptKey.Kind.REGISTRATION_ADDRESS, exchange.clientAddress());
      requireInitialAccessToken(exchange.bearerToken());
    }
    exchange.checks().begin("client_metadata");
    ClientMetadata metadata = SubmittedMetadata.registered(SubmittedMetadata.read(exchange.json()));
    if (!initialAccessTokens.required()) {
      limit.count(AttemptKey.Kind.REGISTRATION_ADDRESS, exchange.clientAddress());
    }
    String secret =
        SubmittedMetadata.needsSecret(metadata.authMethod()) ? Secrets.newToken(random) : null;
    String registrationToken = Secrets.newToken(random);
    RegisteredClient client =
        new RegisteredClient(
            Secrets.newToken(random).substring(0, 22),
            secret == null ? null : Secrets.sha256(secret),
            metadata,
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            Origin.DYNAMIC);
    clients.save(client, registrationToken);
    SecurityLog.note(
        "client_registered",
        "client_id",
        client.clientId(),
        "address",
        exchange.clientAddress(),
        "name",
        metadata.clientName());
    exchange.answer(201, Json.bytes(answers.of(client, secret, registrationToken)));
  }

  private void requireInitialAccessToken(String token) {
    if (!initialAccessTokens.accept(token)) {
      throw new OAuthException(
          ErrorCode.INVALID_TOKEN,
          "registration needs an initial access token from this server's operator, as a bearer"
              + " token");
    }
  }
}

package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.message.ClientInformation;
import dev.latchstring.oauth.message.ClientMetadata;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * RFC 7591 §3. A stranger registers a client.
 *
 * <p>What it may then do is ask people, through the device flow: {@code client_credentials} would
 * be a right nobody gave and is left out, as RFC 7591 §3.2.1 allows. Members this server does not
 * know are ignored. A software statement is refused, for no issuer of them is trusted here.
 */
public final class RegistrationEndpoint implements Endpoint {
  /** What a client that registered itself may use. */
  private static final List<String> GRANTS =
      List.of(GrantTypes.DEVICE_CODE, GrantTypes.REFRESH_TOKEN);

  private final ClientStore clients;
  private final AddressLimit limit;
  private final Clock clock;
  private final SecureRandom random;

  public RegistrationEndpoint(
      ClientStore clients, AddressLimit limit, Clock clock, SecureRandom random) {
    this.clients = clients;
    this.limit = limit;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    ClientMetadata metadata = registered(read(exchange.json()));
    limit.count(AttemptKey.Kind.REGISTRATION_ADDRESS, exchange.clientAddress());
    boolean secretive = metadata.authMethod().startsWith("client_secret_");
    String secret = secretive ? Secrets.newToken(random) : null;
    RegisteredClient client =
        new RegisteredClient(
            Secrets.newToken(random).substring(0, 22),
            secret == null ? null : Secrets.sha256(secret),
            metadata,
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            Origin.DYNAMIC);
    clients.save(client);
    exchange.answer(201, Json.bytes(information(client, secret)));
  }

  private static ClientMetadata read(byte[] body) {
    try {
      JsonNode tree = Json.readTree(body);
      if (!tree.isObject()) {
        throw invalid("the body is not a JSON object");
      }
      if (tree.has("software_statement")) {
        throw new OAuthException(
            ErrorCode.UNAPPROVED_SOFTWARE_STATEMENT, "software statements are not accepted here");
      }
      return Json.convert(tree, ClientMetadata.class);
    } catch (JsonException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /** What is kept of what was asked for: only what was checked, and only the grants above. */
  private static ClientMetadata registered(ClientMetadata asked) {
    ClientMetadataRules.check(asked);
    return new ClientMetadata(
        asked.redirectUris(),
        asked.authMethod(),
        asked.tokenEndpointAuthSigningAlg(),
        grants(asked.grantTypes()),
        List.of(),
        asked.clientName(),
        asked.clientUri(),
        asked.logoUri(),
        asked.scope(),
        asked.contacts(),
        asked.tosUri(),
        asked.policyUri(),
        asked.jwksUri(),
        asked.jwks(),
        asked.softwareId(),
        asked.softwareVersion(),
        asked.applicationType(),
        asked.dpopBoundAccessTokens(),
        asked.idTokenSignedResponseAlg(),
        null);
  }

  private static List<String> grants(@Nullable List<String> asked) {
    List<String> kept = asked == null ? GRANTS : GRANTS.stream().filter(asked::contains).toList();
    if (!kept.contains(GrantTypes.DEVICE_CODE)) {
      throw invalid("grant_types must have " + GrantTypes.DEVICE_CODE);
    }
    return kept;
  }

  private static ClientInformation information(RegisteredClient client, @Nullable String secret) {
    Instant issuedAt = client.issuedAt();
    return new ClientInformation(
        client.clientId(),
        secret,
        issuedAt.getEpochSecond(),
        secret == null ? null : 0L,
        client.metadata());
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_CLIENT_METADATA, why);
  }
}

package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Reply;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.StoredRegistration;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.message.ClientInformation;
import dev.latchstring.oauth.message.ClientMetadata;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Client Registration": the configured identifier, else the one that was registered before,
 * else a new registration (RFC 7591) as a public client of the device flow.
 */
public final class Registration {
  private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

  private final @Nullable ClientIdentity configured;
  private final String clientName;
  private final TokenStore store;
  private final Http http;
  private final Clock clock;

  public Registration(
      @Nullable ClientIdentity configured,
      String clientName,
      TokenStore store,
      Http http,
      Clock clock) {
    this.configured = configured;
    this.clientName = clientName;
    this.store = store;
    this.http = http;
    this.clock = clock;
  }

  /** What verification pages will call this client; its identifier where that was configured. */
  public String clientName() {
    return configured == null ? clientName : configured.clientId();
  }

  /**
   * The client identifier for an authorization server.
   *
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where the configured one belongs to
   *     another issuer, or the server refuses to register; {@link Problem#REGISTRATION_IMPOSSIBLE}
   *     where there is none and the server registers none
   */
  public ClientIdentity obtain(Discovered at) {
    if (configured != null) {
      return bound(configured, at.issuer());
    }
    Slot.RegistrationSlot slot = new Slot.RegistrationSlot(at.issuer());
    return store.exclusively(
        slot,
        () -> {
          StoredRegistration known = store.find(slot).orElse(null);
          if (known != null && !isExpired(known)) {
            return identity(known);
          }
          StoredRegistration registered = register(at);
          store.put(slot, registered);
          return identity(registered);
        });
  }

  /**
   * Another identifier in place of one that the server answered {@code invalid_client} to: a newer
   * one that another process registered, else a new registration.
   *
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where the identifier was configured
   */
  public ClientIdentity renew(Discovered at, ClientIdentity refused) {
    if (configured != null) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the authorization server "
              + at.issuer()
              + " does not know the client "
              + ServerText.quote(configured.clientId())
              + ", or its secret is wrong",
          "check LATCH_CLIENT_ID and LATCH_CLIENT_SECRET against its registration");
    }
    forget(at.issuer(), refused.clientId());
    return obtain(at);
  }

  /** Forgets a registration that the server no longer knows, unless it was replaced already. */
  public void forget(String issuer, String clientId) {
    Slot.RegistrationSlot slot = new Slot.RegistrationSlot(issuer);
    store
        .find(slot)
        .filter(known -> known.clientId().equals(clientId))
        .ifPresent(known -> store.replace(slot, known, null));
  }

  /**
   * The configured identifier, for a flow that is for clients that the server's operator knows.
   *
   * @param flow what needs it, for the message
   * @throws ClientException {@link Problem#REGISTRATION_IMPOSSIBLE} where none is configured;
   *     {@link Problem#CLIENT_REFUSED} where it belongs to another issuer
   */
  public ClientIdentity configured(Discovered at, String flow) {
    if (configured == null) {
      throw new ClientException(
          Problem.REGISTRATION_IMPOSSIBLE,
          flow + " is for clients that the operator of " + at.issuer() + " calls first_party",
          "set LATCH_CLIENT_ID, with LATCH_CLIENT_SECRET, LATCH_CLIENT_KEY or LATCH_INSTANCE_KEY");
    }
    return bound(configured, at.issuer());
  }

  /**
   * How the client of a stored login authenticates. A secret is stored with it, a key is not.
   *
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where it had a key that is not
   *     configured now
   */
  public ClientAuthentication authentication(StoredLogin login) {
    if (!login.authMethod().equals(ClientAuthentication.PRIVATE_KEY_JWT)) {
      return new ClientAuthentication(login.clientId(), login.clientSecret(), login.authMethod());
    }
    if (configured == null
        || configured.key() == null
        || !configured.clientId().equals(login.clientId())
        || (configured.issuer() != null && !configured.issuer().equals(login.issuer()))) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the login to " + login.server() + " belongs to a client whose key is not at hand",
          "set LATCH_CLIENT_ID and LATCH_CLIENT_KEY as they were when you logged in");
    }
    return ClientAuthentication.of(configured.at(login.issuer()), null);
  }

  /** MCP, "Authorization Server Binding". */
  private static ClientIdentity bound(ClientIdentity identity, String issuer) {
    if (identity.issuer() != null && !identity.issuer().equals(issuer)) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the configured client belongs to "
              + identity.issuer()
              + ", and this server's logins are done at "
              + ServerText.quote(issuer),
          "configure a client that is registered there; credentials are never sent elsewhere");
    }
    return identity.at(issuer);
  }

  private boolean isExpired(StoredRegistration known) {
    return known.expiresAt() != 0 && known.expiresAt() <= clock.instant().getEpochSecond();
  }

  private static ClientIdentity identity(StoredRegistration known) {
    return new ClientIdentity(
        known.issuer(), known.clientId(), known.clientSecret(), known.authMethod());
  }

  private StoredRegistration register(Discovered at) {
    String endpoint = at.authorizationServer().registrationEndpoint();
    if (endpoint == null) {
      throw new ClientException(
          Problem.REGISTRATION_IMPOSSIBLE,
          "the authorization server " + at.issuer() + " registers no clients by itself",
          "register one there by hand, and set LATCH_CLIENT_ID (and LATCH_CLIENT_SECRET)");
    }
    Reply reply =
        http.postJson(
            URI.create(endpoint), Json.write(metadata()), Map.of("Accept", "application/json"));
    return switch (Answer.read("registration endpoint", reply, ClientInformation.class)) {
      case Answer.Granted<ClientInformation>(ClientInformation given) -> stored(at, given);
      case Answer.Refused<ClientInformation> refused ->
          throw refused.as(
              Problem.CLIENT_REFUSED,
              "the registration of this client was refused",
              "register one by hand at " + at.issuer() + ", and set LATCH_CLIENT_ID");
    };
  }

  private ClientMetadata metadata() {
    return new ClientMetadata(
        null,
        ClientAuthentication.NONE,
        null,
        List.of(DEVICE_CODE, "refresh_token"),
        List.of(),
        clientName,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        "latchstring",
        null,
        "native",
        null,
        null,
        null,
        null);
  }

  private StoredRegistration stored(Discovered at, ClientInformation given) {
    if (given.clientId() == null || given.clientId().isEmpty()) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the registration endpoint answered without a client_id (RFC 7591 section 3.2.1)",
          "ask the operator of " + at.issuer() + " to correct it");
    }
    return new StoredRegistration(
        at.issuer(),
        given.clientId(),
        given.clientSecret(),
        given.clientSecret() == null ? ClientAuthentication.NONE : given.metadata().authMethod(),
        clock.instant().getEpochSecond(),
        given.clientSecretExpiresAt() == null || given.clientSecret() == null
            ? 0
            : given.clientSecretExpiresAt());
  }
}

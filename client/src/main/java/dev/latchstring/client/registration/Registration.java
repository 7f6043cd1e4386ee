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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Client Registration": the configured identifier, else the one that was registered before,
 * else a new registration (RFC 7591) as a public client.
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

  /** The configured client; null where this program registers. */
  public @Nullable ClientIdentity configured() {
    return configured;
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
    return obtain(at, null);
  }

  /**
   * The same, whose browser may come back to this address.
   *
   * @param redirectUri on loopback, where RFC 8252 §7.3 leaves the port open; null for none
   */
  public ClientIdentity obtain(Discovered at, @Nullable URI redirectUri) {
    if (configured != null) {
      return bound(configured, at.issuer());
    }
    Slot.RegistrationSlot slot = new Slot.RegistrationSlot(at.issuer());
    return store.exclusively(
        slot,
        () -> {
          StoredRegistration known = store.find(slot).orElse(null);
          if (known != null && !isExpired(known) && covers(known, redirectUri)) {
            return identity(known);
          }
          StoredRegistration registered = register(at, redirectUri);
          store.put(slot, registered);
          return identity(registered);
        });
  }

  /** The port that the browser of this server's registered client comes back to; 0 for any. */
  public int usualPort(String issuer) {
    StoredRegistration known =
        configured == null ? store.find(new Slot.RegistrationSlot(issuer)).orElse(null) : null;
    return known == null || known.redirectUris() == null
        ? 0
        : known.redirectUris().stream()
            .mapToInt(uri -> Math.max(0, URI.create(uri).getPort()))
            .filter(port -> port > 0)
            .findFirst()
            .orElse(0);
  }

  private static boolean covers(StoredRegistration known, @Nullable URI redirectUri) {
    return redirectUri == null
        || (known.redirectUris() != null
            && known.redirectUris().stream()
                .anyMatch(uri ->
                    uri.equals(redirectUri.toString()) || uri.equals(portless(redirectUri))));
  }

  private static String portless(URI redirectUri) {
    return redirectUri.getScheme() + "://" + redirectUri.getHost() + redirectUri.getRawPath();
  }

  /**
   * Another identifier in place of one that the server answered {@code invalid_client} to: a newer
   * one that another process registered, else a new registration.
   *
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where the identifier was configured
   */
  public ClientIdentity renew(Discovered at, ClientIdentity refused) {
    return renew(at, refused, null);
  }

  /** The same, whose browser may come back to this address; null for none. */
  public ClientIdentity renew(
      Discovered at, ClientIdentity refused, @Nullable URI redirectUri) {
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
    boolean forgotten = forget(at.issuer(), refused.clientId());
    assert forgotten || configured == null;
    return obtain(at, redirectUri);
  }

  /**
   * Forgets a registration that the server no longer knows, unless it was replaced already; and
   * says whether it was one.
   */
  public boolean forget(String issuer, String clientId) {
    Slot.RegistrationSlot slot = new Slot.RegistrationSlot(issuer);
    StoredRegistration known = store.find(slot).orElse(null);
    return known != null && known.clientId().equals(clientId) && store.replace(slot, known, null);
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

  private StoredRegistration register(Discovered at, @Nullable URI redirectUri) {
    String endpoint = at.authorizationServer().registrationEndpoint();
    if (endpoint == null) {
      throw new ClientException(
          Problem.REGISTRATION_IMPOSSIBLE,
          "the authorization server " + at.issuer() + " registers no clients by itself",
          "register one there by hand, and set LATCH_CLIENT_ID (and LATCH_CLIENT_SECRET)");
    }
    Reply reply =
        http.postJson(
            URI.create(endpoint), Json.write(metadata(at, redirectUri)), Map.of("Accept", "application/json"));
    return switch (Answer.read("registration endpoint", reply, ClientInformation.class)) {
      case Answer.Granted<ClientInformation>(ClientInformation given) -> stored(at, given, redirectUri);
      case Answer.Refused<ClientInformation> refused ->
          throw refused.as(
              Problem.CLIENT_REFUSED,
              "the registration of this client was refused",
              "register one by hand at " + at.issuer() + ", and set LATCH_CLIENT_ID");
    };
  }

  /** Both flows at once where it can, so that one registration serves them. */
  private ClientMetadata metadata(Discovered at, @Nullable URI redirectUri) {
    List<String> grants = new ArrayList<>();
    if (redirectUri != null) {
      grants.add("authorization_code");
    }
    if (redirectUri == null || at.authorizationServer().deviceAuthorizationEndpoint() != null) {
      grants.add(DEVICE_CODE);
    }
    grants.add("refresh_token");
    return new ClientMetadata(
        redirectUris(redirectUri),
        ClientAuthentication.NONE,
        null,
        grants,
        redirectUri == null ? List.of() : List.of("code"),
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

  /** The very address too, for servers that do not leave the port open. */
  private static @Nullable List<String> redirectUris(@Nullable URI redirectUri) {
    return redirectUri == null ? null : List.of(redirectUri.toString(), portless(redirectUri));
  }

  private StoredRegistration stored(
      Discovered at, ClientInformation given, @Nullable URI redirectUri) {
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
            : given.clientSecretExpiresAt(),
        redirectUris(redirectUri));
  }
}

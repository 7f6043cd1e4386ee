package dev.latchstring.client.registration;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.StoredRegistration;
import dev.latchstring.client.store.TokenStore;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MCP, "Client Registration", in its order: the client that was registered by hand; a Client ID
 * Metadata Document where one is given and the server takes them; the registration that was made
 * before; a new one (RFC 7591). Each is bound to its issuer, but for documents, which are portable.
 */
public final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  private final ConfiguredClients configured;
  private final Supplier<String> clientName;
  private final TokenStore store;
  private final DynamicRegistration dynamic;
  private final Clock clock;

  /** With one client for every server, or none. */
  public Registration(
      @Nullable ClientIdentity configured,
      String clientName,
      TokenStore store,
      Http http,
      Clock clock) {
    this(
        () -> clientName,
        new ConfiguredClients(configured, Map.of(), clock, new SecureRandom()),
        store,
        http,
        clock);
  }

  /**
   * With those that are configured.
   *
   * @param clientName is asked where somebody is to be told it
   */
  public Registration(
      Supplier<String> clientName,
      ConfiguredClients configured,
      TokenStore store,
      Http http,
      Clock clock) {
    this.configured = configured;
    this.clientName = clientName;
    this.store = store;
    this.dynamic = new DynamicRegistration(clientName, http, clock);
    this.clock = clock;
  }

  /**
   * What verification pages will call this client; its identifier where it was configured, or is
   * the address of its metadata document, which names it in words of its own.
   *
   * @throws ClientException what {@link #obtain(Discovered)} throws of a configured client
   */
  public String clientName(Discovered at) {
    ClientIdentity known = known(at);
    return known == null ? clientName.get() : known.clientId();
  }

  /** The client that was registered by hand; null where there is none. */
  public @Nullable ClientIdentity configured(ServerSettings pinned) {
    return configured.of(pinned);
  }

  /**
   * The client identifier for an authorization server, for a login that no browser comes back from.
   *
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where the configured one belongs to
   *     another issuer, or the server refuses to register; {@link Problem#REGISTRATION_IMPOSSIBLE}
   *     where there is none and the server registers none
   */
  public ClientIdentity obtain(Discovered at) {
    return obtain(at, null);
  }

  /**
   * The client identifier for a login in a browser.
   *
   * @param redirectUri where the browser comes back to, with its port; a registration that names
   *     another is replaced, for not every server leaves the port open (RFC 8252 §7.3); so prefer
   *     {@link #usualPort}. Null where no browser comes back
   * @throws ClientException as the other
   */
  public ClientIdentity obtain(Discovered at, @Nullable URI redirectUri) {
    ClientIdentity known = known(at);
    return known == null ? registered(at, redirectUri) : known;
  }

  /** As which client {@link #obtain(Discovered)} would answer; nothing is sent. */
  public ClientChoice choice(Discovered at) {
    ClientIdentity known;
    try {
      known = known(at);
    } catch (ClientException e) {
      return ClientChoice.none(e);
    }
    if (known != null) {
      return known.clientId().equals(at.settings().value(Setting.CLIENT_METADATA_URL))
          ? ClientChoice.of(
              ClientChoice.Kind.METADATA_DOCUMENT,
              known.clientId(),
              "it is the address of its metadata document, and the server takes those")
          : ClientChoice.of(
              ClientChoice.Kind.CONFIGURED, known.clientId(), "it is configured here");
    }
    StoredRegistration present = store.find(new Slot.RegistrationSlot(at.issuer())).orElse(null);
    if (present != null && !isExpired(present)) {
      return ClientChoice.of(
          ClientChoice.Kind.REGISTERED, present.clientId(), "it was registered there before");
    }
    return at.authorizationServer().registrationEndpoint() == null
        ? ClientChoice.none(impossible(at))
        : ClientChoice.of(
            ClientChoice.Kind.NEW, null, "it would be registered, as " + clientName.get());
  }

  /** The port that the browser of this server's registered client comes back to; 0 for any. */
  public int usualPort(Discovered at) {
    StoredRegistration present =
        known(at) == null ? store.find(new Slot.RegistrationSlot(at.issuer())).orElse(null) : null;
    return present == null || present.redirectUris() == null
        ? 0
        : present.redirectUris().stream()
            .mapToInt(uri -> Math.max(0, URI.create(uri).getPort()))
            .filter(port -> port > 0)
            .findFirst()
            .orElse(0);
  }

  /** What needs no registration: the configured client, else a metadata document. */
  public @Nullable ClientIdentity known(Discovered at) {
    ClientIdentity identity = configured.of(at.settings());
    return identity == null ? byDocument(at) : bound(identity, at.issuer());
  }

  /** MCP, "Client ID Metadata Documents": only where the server says that it takes them. */
  private @Nullable ClientIdentity byDocument(Discovered at) {
    String document = at.settings().value(Setting.CLIENT_METADATA_URL);
    if (document == null
        || !Boolean.TRUE.equals(at.authorizationServer().clientIdMetadataDocumentSupported())) {
      return null;
    }
    ClientIdentity identity = ClientIdentity.publicClient(document).at(at.issuer());
    ClientKey key = configured.keyOf(at.settings());
    return key == null ? identity : identity.withKey(key);
  }

  private ClientIdentity registered(Discovered at, @Nullable URI redirectUri) {
    Slot.RegistrationSlot slot = new Slot.RegistrationSlot(at.issuer());
    return store.exclusively(
        slot,
        () -> {
          StoredRegistration present = store.find(slot).orElse(null);
          if (present != null && !isExpired(present) && present.comesBackTo(redirectUri)) {
            return identity(present);
          }
          StoredRegistration registration = dynamic.register(at, redirectUri);
          store.put(slot, registration);
          return identity(registration);
        });
  }

  /** The same as the other, for a login that no browser comes back from. */
  public ClientIdentity renew(Discovered at, ClientIdentity refused) {
    return renew(at, refused, null);
  }

  /**
   * Another identifier in place of one that the server answered {@code invalid_client} to: a newer
   * one that another process registered, else a new registration.
   *
   * @param redirectUri as for {@link #obtain(Discovered, URI)}
   * @throws ClientException {@link Problem#CLIENT_REFUSED} where the identifier was configured
   */
  public ClientIdentity renew(Discovered at, ClientIdentity refused, @Nullable URI redirectUri) {
    if (configured.of(at.settings()) != null) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the authorization server "
              + at.issuer()
              + " does not know the client "
              + ServerText.quote(refused.clientId())
              + ", or its secret is wrong",
          "check LATCH_CLIENT_ID and LATCH_CLIENT_SECRET, or the pinned client, against its"
              + " registration");
    }
    if (refused.clientId().equals(at.settings().value(Setting.CLIENT_METADATA_URL))
        && at.authorizationServer().registrationEndpoint() == null) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the authorization server "
              + at.issuer()
              + " does not accept the client metadata"
              + " document "
              + ServerText.quote(refused.clientId()),
          "check that it can be fetched from everywhere and names its own address as client_id;"
              + " latch client-metadata prints what it has to say");
    }
    boolean forgotten = forget(at.issuer(), refused.clientId());
    LOG.debug("the registration at {} was {}", at.issuer(), forgotten ? "forgotten" : "replaced");
    return registered(at, redirectUri);
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
    ClientIdentity identity = configured.of(at.settings());
    if (identity == null) {
      throw new ClientException(
          Problem.REGISTRATION_IMPOSSIBLE,
          flow + " is for clients that the operator of " + at.issuer() + " calls first_party",
          "set LATCH_CLIENT_ID, with LATCH_CLIENT_SECRET, LATCH_CLIENT_KEY or LATCH_INSTANCE_KEY;"
              + " or pin client_id and its secret or key");
    }
    return bound(identity, at.issuer());
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
    ServerSettings pinned = ServerSettings.stored(login.pinned());
    ClientKey ofDocument =
        login.clientId().equals(pinned.value(Setting.CLIENT_METADATA_URL))
            ? configured.keyOf(pinned)
            : null;
    ClientIdentity identity =
        ofDocument == null
            ? configured.of(pinned)
            : ClientIdentity.withKey(login.clientId(), ofDocument);
    if (identity == null
        || identity.key() == null
        || !identity.clientId().equals(login.clientId())
        || (identity.issuer() != null && !identity.issuer().equals(login.issuer()))) {
      throw new ClientException(
          Problem.CLIENT_REFUSED,
          "the login to " + login.server() + " belongs to a client whose key is not at hand",
          "set LATCH_CLIENT_ID and LATCH_CLIENT_KEY as they were when you logged in");
    }
    return ClientAuthentication.of(identity.at(login.issuer()), null);
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

  /** What to say where a server registers nobody. */
  static ClientException impossible(Discovered at) {
    if (at.assumed()) {
      return at.nothingPublished();
    }
    boolean documents =
        Boolean.TRUE.equals(at.authorizationServer().clientIdMetadataDocumentSupported());
    return new ClientException(
        Problem.REGISTRATION_IMPOSSIBLE,
        "the authorization server " + at.issuer() + " registers no clients by itself",
        (documents
                ? "pin client_metadata_url, the address of a metadata document of yours; or "
                : "")
            + "register one there by hand, and pin client_id (and client_secret_file), or set"
            + " LATCH_CLIENT_ID (and LATCH_CLIENT_SECRET)");
  }
}

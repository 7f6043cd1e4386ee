package dev.latchstring.client;

import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.delivery.DeliveryCheck;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Negotiation;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.login.Approvals;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.Revocation;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientChoice;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.store.PendingLogins;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.StoredPending;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An account, made of the parts that {@link LatchClient} wires. */
final class ServerAccount implements Account {
  private static final Logger LOG = LoggerFactory.getLogger(ServerAccount.class);

  private final URI server;
  private final Slot.LoginSlot slot;
  private final Discovery discovery;
  private final Registration registration;
  private final TokenStore store;
  private final Http http;
  private final ClientRequests requests;
  private final PendingLogins pending;
  private final TokenSource tokens;
  private final Runnable storeChanged;
  private final Function<@Nullable FlowName, List<Flow>> flows;
  private final Clock clock;
  private final SecureRandom random;

  ServerAccount(
      URI server,
      Slot.LoginSlot slot,
      Discovery discovery,
      Registration registration,
      TokenStore store,
      Http http,
      ClientRequests requests,
      PendingLogins pending,
      TokenSource tokens,
      Runnable storeChanged,
      Function<@Nullable FlowName, List<Flow>> flows,
      Clock clock,
      SecureRandom random) {
    this.server = server;
    this.slot = slot;
    this.discovery = discovery;
    this.registration = registration;
    this.store = store;
    this.http = http;
    this.requests = requests;
    this.pending = pending;
    this.tokens = tokens;
    this.storeChanged = storeChanged;
    this.flows = flows;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public URI server() {
    return server;
  }

  @Override
  public String name() {
    return slot.account();
  }

  @Override
  public DiscoveryResult discover() {
    return discovery.discover(server);
  }

  @Override
  public Negotiation negotiate(LoginOptions options) {
    Situation situation = situation(options);
    return Negotiation.of(flows.apply(situation.wish()), situation);
  }

  @Override
  public ClientChoice client(Discovered at) {
    return registration.choice(at);
  }

  @Override
  public Login login(LoginOptions options) {
    StoredLogin present = store.find(slot).orElse(null);
    Situation situation = situation(options);
    Negotiation negotiation = Negotiation.of(flows.apply(situation.wish()), situation);
    if (negotiation.choice() == null && situation.at().assumed()) {
      throw situation.at().nothingPublished();
    }
    Flow flow = negotiation.require();
    return flow.login(
        new LoginContext(
            situation,
            scope(options, situation.at(), present),
            options,
            options.anotherPerson() ? null : present,
            registration,
            http,
            requests,
            approvals(options, present),
            clock,
            random,
            slot.account(),
            pending));
  }

  private Situation situation(LoginOptions options) {
    Discovered at = discover(options);
    return new Situation(
        at,
        options.surroundings() == null ? Surroundings.UNKNOWN : options.surroundings(),
        options.flow() == null ? pinned(at.settings()) : options.flow(),
        registration.configured(at.settings()),
        options.challenge() != null);
  }

  private static @Nullable FlowName pinned(ServerSettings settings) {
    String name = settings.value(Setting.FLOW);
    return name == null
        ? null
        : FlowName.of(name)
            .orElseThrow(() ->
                new ClientException(
                    Problem.BAD_SETTINGS,
                    "there is no flow " + name + ", which is pinned",
                    "there are: " + FlowName.known()));
  }

  private Approvals approvals(LoginOptions options, @Nullable StoredLogin present) {
    return new Approvals(
        slot.account(), options.anotherPerson() ? null : present, store, storeChanged, http, clock);
  }

  @Override
  public Discovered discover(LoginOptions options) {
    return options.challenges() == null
        ? Account.super.discover(options)
        : discovery.discover(server, options.challenges());
  }

  @Override
  public CheckedToken check(Delivery delivery, LoginOptions options) {
    Discovered at = discover(options);
    ClientIdentity client = registration.known(at);
    return new DeliveryCheck(http, clock)
        .check(
            delivery,
            at,
            client == null ? null : ClientAuthentication.to(at.authorizationServer(), client));
  }

  /**
   * MCP, "Step-Up Authorization Flow": what was asked for before is asked for again, also where a
   * refresh brought less.
   */
  private static Scope scope(LoginOptions options, Discovered at, @Nullable StoredLogin present) {
    Scope wanted = options.scope() == null ? at.scope() : options.scope();
    if (present == null
        || wanted.isEmpty()
        || options.anotherPerson()
        || !present.issuer().equals(at.issuer())) {
      return wanted;
    }
    String requested = present.requestedScope();
    Scope before = Scope.parse(present.scope());
    return wanted.union(requested == null ? before : before.union(Scope.parse(requested)));
  }

  @Override
  public TokenSource tokens() {
    return tokens;
  }

  @Override
  public Optional<LoginStatus> status() {
    return store.find(slot).map(ServerAccount::status);
  }

  static LoginStatus status(StoredLogin login) {
    return new LoginStatus(
        URI.create(login.server()),
        login.account(),
        new Identity(login.issuer(), login.subject(), login.name()),
        login.clientId(),
        URI.create(login.resource()),
        Scope.parse(login.scope()),
        Instant.ofEpochSecond(login.loggedInAt()),
        login.expiresAt() == 0 ? null : Instant.ofEpochSecond(login.expiresAt()),
        login.refreshToken() != null,
        login.accessToken() == null,
        login.authSession() != null,
        ServerSettings.stored(login.pinned()));
  }

  @Override
  public LogoutResult logout() {
    try {
      pending.forget(slot, this::discard);
      return store.exclusively(slot, this::revokeAndForget);
    } finally {
      storeChanged.run();
    }
  }

  /** Of a login that was approved and not confirmed. Whether that could be told changes nothing. */
  private void discard(StoredPending login) {
    StoredPending.Asked asked = login.asked();
    StoredLogin unconfirmed =
        StoredLogin.at(login.server(), login.account())
            .issuer(asked.issuer())
            .tokenEndpoint(asked.tokenEndpoint())
            .revocationEndpoint(asked.revocationEndpoint())
            .clientId(asked.clientId())
            .clientSecret(asked.clientSecret())
            .authMethod(asked.authMethod())
            .build();
    TokenResponse tokens = Json.read(String.valueOf(login.answer()), TokenResponse.class);
    LogoutResult result =
        revoke(
            unconfirmed.toBuilder()
                .accessToken(tokens.accessToken())
                .refreshToken(tokens.refreshToken())
                .build());
    LOG.debug("tokens that nobody confirmed: {}", result.revocation());
  }

  private LogoutResult revokeAndForget() {
    Optional<StoredLogin> login;
    try {
      login = store.find(slot);
    } catch (ClientException e) {
      store.remove(slot);
      return new LogoutResult(LogoutResult.Revocation.FAILED, e.description());
    }
    if (login.isEmpty()) {
      return new LogoutResult(LogoutResult.Revocation.NOTHING_STORED, null);
    }
    LogoutResult result = revoke(login.get());
    store.remove(slot);
    return result;
  }

  private LogoutResult revoke(StoredLogin login) {
    try {
      return new Revocation(requests).revoke(login, registration.authentication(login));
    } catch (ClientException e) {
      return new LogoutResult(LogoutResult.Revocation.FAILED, e.description());
    }
  }
}

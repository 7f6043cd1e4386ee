package dev.latchstring.client;

import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.doctor.Doctor;
import dev.latchstring.client.doctor.Report;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.login.ChallengeFlow;
import dev.latchstring.client.login.CodeFlow;
import dev.latchstring.client.login.DeviceFlow;
import dev.latchstring.client.machine.KeptBack;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.machine.MachineExchange;
import dev.latchstring.client.machine.MachineGrant;
import dev.latchstring.client.machine.MachineTokens;
import dev.latchstring.client.machine.SignedIn;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.ConfiguredClients;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.PendingLogins;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredDefault;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.StoredPending;
import dev.latchstring.client.store.StoredRegistration;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.client.token.AccountTokens;
import dev.latchstring.client.token.LazyTokens;
import dev.latchstring.client.token.LoginKeys;
import dev.latchstring.client.token.Refresh;
import dev.latchstring.client.token.StoredTokens;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Every part of the client, wired on one screen. */
final class WiredClient implements LatchClient {
  private static final int MAX_NAME = 64;

  /** In the order in which they are preferred where several are suited. */
  private static final List<Flow> FLOWS_OF_PEOPLE =
      List.of(new CodeFlow(), new DeviceFlow(), new ChallengeFlow());

  private final TokenStore store;
  private final Clock clock;
  private final SecureRandom random;
  private final Http http;
  private final ClientRequests requests;
  private final Discovery discovery;
  private final Registration registration;
  private final Refresh refresh;
  private final Settings settings;
  private final ConfiguredClients configured;
  private final PendingLogins pending;
  private final MachineConfiguration machine;

  /** By the slot's id: the first hash of a record makes classes, and a host waits. */
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();

  WiredClient(
      TokenStore store,
      Clock clock,
      SecureRandom random,
      Supplier<String> clientName,
      Settings settings,
      ConfiguredClients configured,
      Network network,
      MachineConfiguration machine) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.http = new Http(network);
    this.requests = new ClientRequests(http);
    this.settings = settings;
    this.configured = configured;
    this.discovery = new McpDiscovery(http, settings);
    this.registration = new Registration(clientName, configured, store, http, clock);
    this.refresh = new Refresh(requests, registration, new LoginKeys(clock, random), clock);
    this.pending = new PendingLogins(store, clock);
    this.machine =
        machine.withLogins(issuer ->
            new SignedIn(issuer, defaultAccount(URI.create(issuer)), store, registration, refresh));
  }

  @Override
  public Discovery discovery() {
    return discovery;
  }

  @Override
  public Account account(URI server, String name) {
    Slot.LoginSlot slot = slot(server, name);
    return accounts.computeIfAbsent(slot.id(), id -> wire(server, slot));
  }

  private static Slot.LoginSlot slot(URI server, String name) {
    if (name.isBlank()
        || name.length() > MAX_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new ClientException(
          Problem.BAD_ADDRESS,
          "an account's name has 1 to " + MAX_NAME + " characters, none of them a control",
          null);
    }
    try {
      return new Slot.LoginSlot(server, name);
    } catch (OAuthException e) {
      throw McpDiscovery.badAddress(server, e);
    }
  }

  @Override
  public String defaultAccount(URI server) {
    Slot.DefaultSlot slot = new Slot.DefaultSlot(slot(server, Account.DEFAULT_NAME).server());
    return store.find(slot).map(StoredDefault::account).orElse(Account.DEFAULT_NAME);
  }

  @Override
  public void chooseDefault(URI server, String name) {
    URI at = slot(server, name).server();
    store.put(new Slot.DefaultSlot(at), new StoredDefault(at.toString(), name));
  }

  private Account wire(URI server, Slot.LoginSlot slot) {
    StoredTokens stored = new StoredTokens(slot, store, refresh, clock);
    return new ServerAccount(
        server,
        slot,
        discovery,
        registration,
        store,
        http,
        requests,
        pending,
        new LazyTokens(() -> tokens(server, slot, stored)),
        stored::forget,
        wish -> flows(server, wish),
        clock,
        random);
  }

  /** Those of machines come first: they are suited only where they were configured. */
  private List<Flow> flows(URI server, @Nullable FlowName wish) {
    List<Flow> flows = new ArrayList<>(machine.flows(server, settings.of(server), wish));
    flows.addAll(FLOWS_OF_PEOPLE);
    return flows;
  }

  /** A token that was given; else what is configured for machines; else a person's stored login. */
  private TokenSource tokens(URI server, Slot.LoginSlot slot, StoredTokens stored) {
    ServerSettings pinned = settings.of(server);
    Optional<TokenSource> given = machine.given(server, pinned);
    if (given.isPresent()) {
      return given.get();
    }
    TokenSource tokens = withoutGiven(server, slot, pinned, stored);
    String meant = machine.keptFor(server, pinned);
    return meant == null ? tokens : new KeptBack(tokens, server, meant);
  }

  private TokenSource withoutGiven(
      URI server, Slot.LoginSlot slot, ServerSettings pinned, StoredTokens stored) {
    Optional<MachineGrant> grant = machine.grant(server, pinned, configured.of(pinned));
    if (grant.isEmpty()) {
      return stored;
    }
    MachineExchange exchange =
        new MachineExchange(
            server,
            grant.get(),
            machine.pinnedIssuer(pinned),
            machine.bindsTokens(),
            registration,
            http,
            requests,
            clock,
            random);
    TokenSource own = new MachineTokens(server, discovery, exchange, clock);
    return machine.yieldsToPerson(pinned, grant.get())
        ? new AccountTokens(stored, own, () -> store.find(slot).isPresent())
        : own;
  }

  @Override
  public ServerSettings pinned(URI server, @Nullable String issuer) {
    return issuer == null ? settings.of(server) : settings.of(server, issuer);
  }

  @Override
  public List<URI> pinnedServers() {
    return settings.servers();
  }

  @Override
  public Report examine(URI server) {
    return new Doctor(http, settings, configured, clock).examine(server);
  }

  @Override
  public Stored stored() {
    List<LoginStatus> logins = new ArrayList<>();
    List<ClientException> damaged = new ArrayList<>();
    for (TokenStore.Listed listed : store.list()) {
      switch (listed) {
        case TokenStore.Listed.Damaged(ClientException reason) -> damaged.add(reason);
        case TokenStore.Listed.Entry(StoredLogin login) -> logins.add(ServerAccount.status(login));
        case TokenStore.Listed.Entry(StoredRegistration registered) -> {
          // not a login
        }
        case TokenStore.Listed.Entry(StoredPending pending) -> {
          // not a login yet
        }
        case TokenStore.Listed.Entry(StoredDefault preferred) -> {
          // not a login
        }
      }
    }
    pending.tidy();
    return new Stored(
        logins, damaged, pending.waiting().stream().map(WiredClient::status).toList());
  }

  private static PendingStatus status(StoredPending login) {
    return new PendingStatus(
        URI.create(login.server()),
        login.account(),
        login.asked().issuer(),
        Scope.parse(login.asked().scope()),
        Instant.ofEpochMilli(login.expiresAt()),
        login.answer() != null);
  }

  @Override
  public void close() {
    http.close();
  }
}

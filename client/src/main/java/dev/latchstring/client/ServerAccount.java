package dev.latchstring.client;

import dev.latchstring.client.http.Http;
import dev.latchstring.client.login.Approvals;
import dev.latchstring.client.login.ChallengeLogin;
import dev.latchstring.client.login.ChallengeOptions;
import dev.latchstring.client.login.DeviceLogin;
import dev.latchstring.client.login.Identity;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.Revocation;
import dev.latchstring.client.registration.ClientRequests;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An account, made of the parts that {@link LatchClient} wires. */
final class ServerAccount implements Account {
  private final URI server;
  private final Slot.LoginSlot slot;
  private final Discovery discovery;
  private final Registration registration;
  private final TokenStore store;
  private final Http http;
  private final ClientRequests requests;
  private final TokenSource tokens;
  private final Runnable storeChanged;
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
      TokenSource tokens,
      Runnable storeChanged,
      Clock clock,
      SecureRandom random) {
    this.server = server;
    this.slot = slot;
    this.discovery = discovery;
    this.registration = registration;
    this.store = store;
    this.http = http;
    this.requests = requests;
    this.tokens = tokens;
    this.storeChanged = storeChanged;
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
  public Login login(LoginOptions options) {
    StoredLogin present = store.find(slot).orElse(null);
    Discovered at = discovered(options);
    ChallengeOptions challenge = options.challenge();
    return challenge == null
        ? byDeviceCode(options, at, present)
        : byChallenge(options, challenge, at, present);
  }

  private Login byChallenge(
      LoginOptions options,
      ChallengeOptions challenge,
      Discovered at,
      @Nullable StoredLogin present) {
    if (!ChallengeLogin.isOffered(at)) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          "the authorization server " + at.issuer() + " offers no login by challenge",
          "ask its operator to call this client first_party; or log in with a code, without --flow");
    }
    return new ChallengeLogin(
        at,
        scope(options, at, present),
        options.challenges() == null ? List.of() : options.challenges(),
        challenge,
        options.anotherPerson() ? null : present,
        registration,
        requests,
        approvals(options, present),
        clock,
        random);
  }

  private Login byDeviceCode(LoginOptions options, Discovered at, @Nullable StoredLogin present) {
    if (!DeviceLogin.isOffered(at)) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN,
          "the authorization server "
              + at.issuer()
              + " offers no login by device code (RFC 8628), the one this program can do",
          ChallengeLogin.isOffered(at)
              ? "for a client that its operator calls first_party, add --flow challenge"
              : "ask its operator to offer device_authorization_endpoint; or, for a machine's own"
                  + " client, set LATCH_CLIENT_ID and LATCH_CLIENT_SECRET");
    }
    return new DeviceLogin(
        at, scope(options, at, present), registration, http, approvals(options, present), clock);
  }

  private Approvals approvals(LoginOptions options, @Nullable StoredLogin present) {
    return new Approvals(
        slot.account(), options.anotherPerson() ? null : present, store, storeChanged, http, clock);
  }

  private Discovered discovered(LoginOptions options) {
    if (options.challenges() != null) {
      return discovery.discover(server, options.challenges());
    }
    return switch (discovery.discover(server)) {
      case Discovered found -> found;
      case DiscoveryResult.NoLoginNeeded open ->
          throw new ClientException(
              Problem.NO_USABLE_LOGIN,
              open.server() + " needs no login",
              "use it without a token; it answers anybody");
    };
  }

  /** MCP, "Step-Up Authorization Flow": what was granted before is asked for again. */
  private static Scope scope(LoginOptions options, Discovered at, @Nullable StoredLogin present) {
    Scope wanted = options.scope() == null ? at.scope() : options.scope();
    if (present == null
        || wanted.isEmpty()
        || options.anotherPerson()
        || !present.issuer().equals(at.issuer())) {
      return wanted;
    }
    return wanted.union(Scope.parse(present.scope()));
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
        login.accessToken() == null);
  }

  @Override
  public LogoutResult logout() {
    try {
      return store.exclusively(slot, this::revokeAndForget);
    } finally {
      storeChanged.run();
    }
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

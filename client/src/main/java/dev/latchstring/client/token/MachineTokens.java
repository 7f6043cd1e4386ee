package dev.latchstring.client.token;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Discovery;
import dev.latchstring.client.DiscoveryResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.login.TokenEndpoint;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.4 with RFC 8707. The tokens of a machine that has its own client secret: asked for
 * when needed, kept in memory, never stored. One request serves all threads that wait.
 */
public final class MachineTokens implements TokenSource {
  private static final long UNKNOWN_LIFE_SECONDS = 60;
  private static final Duration REJECTED_AGAIN = Duration.ofSeconds(60);

  private final URI server;
  private final Discovery discovery;
  private final Registration registration;
  private final TokenEndpoint tokenEndpoint;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Discovered discovered;
  private @Nullable Issued issued;
  private @Nullable Instant lastRejection;

  private record Issued(AccessToken token, Instant refreshAt) {}

  public MachineTokens(
      URI server, Discovery discovery, Registration registration, Http http, Clock clock) {
    this.server = server;
    this.discovery = discovery;
    this.registration = registration;
    this.tokenEndpoint = new TokenEndpoint(http);
    this.clock = clock;
  }

  @Override
  public AccessToken token() {
    lock.lock();
    try {
      Issued present = issued;
      if (present != null && clock.instant().isBefore(present.refreshAt())) {
        return present.token();
      }
      return request();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public AccessToken rejected(AccessToken token) {
    lock.lock();
    try {
      Issued present = issued;
      if (present != null && !present.token().equals(token)) {
        return present.token();
      }
      Instant now = clock.instant();
      if (lastRejection != null
          && Duration.between(lastRejection, now).compareTo(REJECTED_AGAIN) < 0) {
        throw new ClientException(
            Problem.LOGIN_REQUIRED,
            server + " rejects the tokens of this machine's client",
            "check that the client may have scopes for this server");
      }
      lastRejection = now;
      issued = null;
      return request();
    } finally {
      lock.unlock();
    }
  }

  private AccessToken request() {
    Discovered at = at();
    ClientIdentity identity = registration.obtain(at);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    if (!at.scope().isEmpty()) {
      form.put("scope", at.scope().toString());
    }
    form.putAll(at.parameters(RequestKind.TOKEN));
    ClientAuthentication client =
        ClientAuthentication.of(
            identity, at.authorizationServer().tokenEndpointAuthMethodsSupported());
    URI endpoint = URI.create(String.valueOf(at.authorizationServer().tokenEndpoint()));
    return switch (tokenEndpoint.request(endpoint, client, form)) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) -> keep(at, tokens);
      case Answer.Refused<TokenResponse> refused ->
          throw refused.as(
              Problem.CLIENT_REFUSED,
              "the client " + identity.clientId() + " got no token for " + server,
              "check LATCH_CLIENT_ID, LATCH_CLIENT_SECRET and what the client may do");
    };
  }

  private AccessToken keep(Discovered at, TokenResponse tokens) {
    Instant now = clock.instant();
    Long life = tokens.expiresIn();
    long seconds = life == null ? UNKNOWN_LIFE_SECONDS : Math.clamp(life, 0, Integer.MAX_VALUE);
    AccessToken token =
        new AccessToken(
            String.valueOf(tokens.accessToken()),
            "Bearer",
            at.resource(),
            scope(at, tokens),
            life == null ? null : now.plusSeconds(seconds));
    issued = new Issued(token, now.plusSeconds(seconds * 4 / 5));
    return token;
  }

  private static Scope scope(Discovered at, TokenResponse tokens) {
    try {
      return tokens.scope() == null ? at.scope() : Scope.parse(tokens.scope());
    } catch (OAuthException e) {
      return at.scope();
    }
  }

  private Discovered at() {
    Discovered known = discovered;
    if (known == null) {
      known =
          switch (discovery.discover(server)) {
            case Discovered found -> found;
            case DiscoveryResult.NoLoginNeeded open ->
                throw new ClientException(
                    Problem.NO_USABLE_LOGIN,
                    open.server() + " needs no login",
                    "use it without a token");
          };
      discovered = known;
    }
    return known;
  }
}

package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.Registration;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.DeviceAuthorizationResponse;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8628. Login by a code that the person types (or scans) on another device.
 *
 * <p>Polls keep the server's interval, and 5 seconds more after each {@code slow_down} (§3.5). A
 * poll that gets no answer doubles the wait, up to a minute, and the login goes on: the code's own
 * life is the only limit.
 */
public final class DeviceLogin implements Login {
  public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

  private static final Duration SLOW_DOWN = Duration.ofSeconds(5);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);

  private final Discovered at;
  private final Scope scope;
  private final Registration registration;
  private final Http http;
  private final TokenEndpoint tokenEndpoint;
  private final Approvals approvals;
  private final Clock clock;
  private final Cancellation cancellation;
  private final Pause pause;

  public DeviceLogin(
      Discovered at,
      Scope scope,
      Registration registration,
      Http http,
      Approvals approvals,
      Clock clock) {
    this(at, scope, registration, http, approvals, clock, null);
  }

  /** With another way to wait, for tests that move the clock. */
  DeviceLogin(
      Discovered at,
      Scope scope,
      Registration registration,
      Http http,
      Approvals approvals,
      Clock clock,
      @Nullable Pause pause) {
    this.at = at;
    this.scope = scope;
    this.registration = registration;
    this.http = http;
    this.tokenEndpoint = new TokenEndpoint(http);
    this.approvals = approvals;
    this.clock = clock;
    this.cancellation = new Cancellation();
    this.pause = pause == null ? cancellation : pause;
  }

  /** Whether a server offers this flow: by its endpoint, or else there is nowhere to go. */
  public static boolean isOffered(Discovered at) {
    return at.authorizationServer().deviceAuthorizationEndpoint() != null;
  }

  @Override
  public String flow() {
    return "device";
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public LoginOutcome run(DevicePrompt prompt) {
    cancellation.enter();
    try {
      return start(prompt);
    } catch (ClientException e) {
      if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
        return new LoginOutcome.Cancelled();
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LoginOutcome.Cancelled();
    } finally {
      cancellation.leave();
    }
  }

  private LoginOutcome start(DevicePrompt prompt) throws InterruptedException {
    ClientIdentity identity = registration.obtain(at);
    Answer<DeviceAuthorizationResponse> answer = authorize(identity);
    if (answer instanceof Answer.Refused<DeviceAuthorizationResponse> refused
        && refused.is(ErrorCode.INVALID_CLIENT)) {
      identity = registration.renew(at, identity);
      answer = authorize(identity);
    }
    return switch (answer) {
      case Answer.Refused<DeviceAuthorizationResponse> refused -> throw notStarted(refused);
      case Answer.Granted<DeviceAuthorizationResponse>(DeviceAuthorizationResponse response) -> {
        DeviceAuthorization authorization =
            DeviceAuthorization.accept(
                response, at, registration.clientName(), scope, clock.instant());
        show(prompt, authorization.shown());
        yield poll(authorization, authentication(identity));
      }
    };
  }

  private Answer<DeviceAuthorizationResponse> authorize(ClientIdentity identity) {
    String endpoint = at.authorizationServer().deviceAuthorizationEndpoint();
    if (endpoint == null) {
      throw new ClientException(
          Problem.NO_USABLE_LOGIN, at.issuer() + " offers no device login", null);
    }
    ClientAuthentication client = authentication(identity);
    Map<String, String> form = new LinkedHashMap<>();
    if (!scope.isEmpty()) {
      form.put("scope", scope.toString());
    }
    form.put("resource", at.resource().toString());
    client.addTo(form);
    return Answer.read(
        "device authorization endpoint",
        http.postForm(URI.create(endpoint), form, client.authorization()),
        DeviceAuthorizationResponse.class);
  }

  private ClientException notStarted(Answer.Refused<DeviceAuthorizationResponse> refused) {
    if (refused.is(ErrorCode.INVALID_CLIENT) || refused.is(ErrorCode.UNAUTHORIZED_CLIENT)) {
      return refused.as(
          Problem.CLIENT_REFUSED,
          "the login could not be started",
          "this client may not use the device flow there; register one that may, or, for a"
              + " machine's own client, ask for the token without a login");
    }
    return refused.as(
        Problem.REFUSED,
        "the login could not be started",
        refused.is(ErrorCode.INVALID_SCOPE) ? "ask for other scopes" : null);
  }

  private static void show(DevicePrompt prompt, DeviceCode code) {
    try {
      prompt.show(code);
    } catch (RuntimeException e) {
      throw new ClientException(
          Problem.NOT_SHOWN,
          "the code could not be shown: " + e.getMessage(),
          "log in from a terminal with latch login",
          e);
    }
  }

  private LoginOutcome poll(DeviceAuthorization authorization, ClientAuthentication client)
      throws InterruptedException {
    Duration interval = authorization.shown().interval();
    Duration wait = interval;
    Instant end = authorization.shown().expiresAt();
    while (true) {
      Duration left = Duration.between(clock.instant(), end);
      if (!left.isPositive()) {
        return new LoginOutcome.Expired();
      }
      // The last poll comes with the end of the code's life, however long the wait has grown.
      pause.await(left.compareTo(wait) < 0 ? left : wait);
      if (cancellation.isCancelled()) {
        return new LoginOutcome.Cancelled();
      }
      Answer<TokenResponse> answer;
      try {
        answer = tokenEndpoint.request(tokenUri(), client, parameters(authorization));
        wait = interval;
      } catch (ClientException e) {
        if (e.problem() != Problem.NETWORK || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        wait = min(wait.multipliedBy(2), LONGEST_BACK_OFF, interval);
        continue;
      }
      switch (answer) {
        case Answer.Granted<TokenResponse>(TokenResponse tokens) -> {
          return new LoginOutcome.Approved(approvals.open(tokens, at, scope, client));
        }
        case Answer.Refused<TokenResponse> refused -> {
          if (refused.is(ErrorCode.ACCESS_DENIED)) {
            return new LoginOutcome.Denied();
          } else if (refused.is(ErrorCode.EXPIRED_TOKEN)) {
            return new LoginOutcome.Expired();
          } else if (refused.is(ErrorCode.SLOW_DOWN)) {
            interval = interval.plus(SLOW_DOWN);
            wait = interval;
          } else if (!refused.is(ErrorCode.AUTHORIZATION_PENDING)) {
            throw refused.as(
                Problem.REFUSED, "the login was not completed", "start the login again");
          }
        }
      }
    }
  }

  private static Duration min(Duration doubled, Duration longest, Duration least) {
    Duration bounded = doubled.compareTo(longest) > 0 ? longest : doubled;
    return bounded.compareTo(least) < 0 ? least : bounded;
  }

  private URI tokenUri() {
    return URI.create(String.valueOf(at.authorizationServer().tokenEndpoint()));
  }

  private Map<String, String> parameters(DeviceAuthorization authorization) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT_TYPE);
    form.put("device_code", authorization.deviceCode());
    form.put("resource", at.resource().toString());
    return form;
  }

  private ClientAuthentication authentication(ClientIdentity identity) {
    return ClientAuthentication.of(
        identity, at.authorizationServer().tokenEndpointAuthMethodsSupported());
  }
}

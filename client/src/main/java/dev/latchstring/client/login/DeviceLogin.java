package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientRequests;
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
 *
 * <p>Where both servers take DPoP, each poll proves a new key that the tokens are then
 * bound to.
 */
public final class DeviceLogin implements Login {
  public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

  private static final Duration SLOW_DOWN = Duration.ofSeconds(5);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);

  private final LoginContext context;
  private final Discovered at;
  private final Scope scope;
  private final Registration registration;
  private final ClientRequests requests;
  private final TokenEndpoint tokenEndpoint;
  private final TokenBinding binding;
  private final Clock clock;
  private final Cancellation cancellation;
  private final Pause pause;

  /**
   * @param pause another way to wait, for tests that move the clock; null for the usual one
   */
  DeviceLogin(LoginContext context, @Nullable Pause pause) {
    this.context = context;
    this.at = context.at();
    this.scope = context.scope();
    this.registration = context.registration();
    this.requests = context.requests();
    this.tokenEndpoint = new TokenEndpoint(requests);
    this.binding = TokenBinding.of(context);
    this.clock = context.clock();
    this.cancellation = new Cancellation();
    this.pause = pause == null ? cancellation : pause;
  }

  @Override
  public FlowName flow() {
    return FlowName.DEVICE;
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public LoginOutcome run(LoginPrompt prompt) {
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

  private LoginOutcome start(LoginPrompt prompt) throws InterruptedException {
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
    Map<String, String> form = new LinkedHashMap<>();
    if (!scope.isEmpty()) {
      form.put("scope", scope.toString());
    }
    form.put("resource", at.resource().toString());
    return Answer.read(
        "device authorization endpoint",
        requests.post(URI.create(endpoint), authentication(identity), null, form),
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

  private static void show(LoginPrompt prompt, DeviceCode code) {
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
        answer =
            tokenEndpoint.request(
                tokenUri(),
                client,
                binding.proofs(),
                binding.required(),
                parameters(authorization));
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
          return new LoginOutcome.Approved(
              context.approvals().open(tokens, at, scope, client, binding.proof()));
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

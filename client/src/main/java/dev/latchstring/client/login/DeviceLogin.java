package dev.latchstring.client.login;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.client.store.PendingLogin;
import dev.latchstring.client.store.StoredPending;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.message.TokenResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 8628. Login by a code that the person types (or scans) on another device.
 *
 * <p>Polls keep the server's interval, and 5 seconds more after each {@code slow_down} (§3.5). A
 * poll that gets no answer doubles the wait, up to a minute, and the login goes on: the code's own
 * life is the only limit.
 *
 * <p>A login like this one that waits already, in this process or another, is joined: its code is
 * shown, and one of all of them polls.
 *
 * <p>Where both servers take DPoP, each poll proves a key, new for each login, that the tokens are
 * then bound to.
 */
public final class DeviceLogin implements Login {
  public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

  private static final Logger LOG = LoggerFactory.getLogger(DeviceLogin.class);
  private static final Duration SLOW_DOWN = Duration.ofSeconds(5);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);

  private final LoginContext context;
  private final Discovered at;
  private final Scope scope;
  private final DeviceStart start;
  private final TokenEndpoint tokenEndpoint;
  private final Clock clock;
  private final Cancellation cancellation;
  private final Pause pause;
  private volatile boolean givenUp;
  private volatile @Nullable PendingLogin pending;

  /**
   * @param pause another way to wait, for tests that move the clock; null for the usual one
   */
  DeviceLogin(LoginContext context, @Nullable Pause pause) {
    this.context = context;
    this.at = context.at();
    this.scope = context.scope();
    this.start = new DeviceStart(context);
    this.tokenEndpoint = new TokenEndpoint(context.requests());
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
    givenUp = true;
    cancellation.cancel();
  }

  @Override
  public void leave() {
    cancellation.cancel();
  }

  @Override
  public LoginOutcome run(LoginPrompt prompt) {
    boolean failed = false;
    try {
      return cancellation.during(() -> start(prompt));
    } catch (ClientException e) {
      failed = failsForAll(e.problem());
      givenUp = givenUp || e.problem() == Problem.NOT_SHOWN;
      throw e;
    } finally {
      giveUp(failed);
    }
  }

  private static boolean failsForAll(Problem problem) {
    return problem != Problem.NETWORK
        && problem != Problem.STORE_UNAVAILABLE
        && problem != Problem.NOT_SHOWN;
  }

  /**
   * Of several that take part in a login, the one that started it gives it up for all: others only
   * leave. Where it failed, it would fail for all.
   */
  private void giveUp(boolean failed) {
    PendingLogin login = pending;
    if (login != null && (failed || (givenUp && login.isStarter()))) {
      boolean ended = login.end(StoredPending.End.GIVEN_UP);
      LOG.debug("the login to {} is given up for all: {}", at.server(), ended);
    }
  }

  private LoginOutcome start(LoginPrompt prompt) throws InterruptedException {
    DeviceStart.Started started = start.join(this::discard);
    PendingLogin login = started.login();
    pending = login;
    if (login.present().answer() == null) {
      show(prompt, shown(login.present(), !login.isStarter()));
    }
    return follow(login, started.client(), started.binding());
  }

  private DeviceCode shown(StoredPending login, boolean joined) {
    StoredPending.Code code = Objects.requireNonNull(login.code());
    return new DeviceCode(
        code.userCode(),
        code.verificationUri(),
        code.verificationUriComplete(),
        Instant.ofEpochMilli(login.expiresAt()),
        Duration.ofMillis(login.interval()),
        at.server(),
        at.issuer(),
        code.clientName(),
        scope,
        joined);
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

  private LoginOutcome follow(PendingLogin login, ClientAuthentication client, TokenBinding binding)
      throws InterruptedException {
    while (true) {
      switch (login.turn(present -> poll(present, client, binding))) {
        case PendingLogin.Turn.Wait(Duration time) -> {
          pause.await(time);
          if (cancellation.isCancelled()) {
            return new LoginOutcome.Cancelled();
          }
        }
        case PendingLogin.Turn.Answered(StoredPending answered) -> {
          TokenResponse tokens = tokens(answered);
          return new LoginOutcome.Approved(
              new SharedApproval(
                  context.approvals().open(tokens, at, scope, client, binding.proof()), login));
        }
        case PendingLogin.Turn.Over(StoredPending.End how) -> {
          return over(how);
        }
      }
    }
  }

  private LoginOutcome over(StoredPending.End how) {
    return switch (how) {
      case DENIED -> new LoginOutcome.Denied();
      case EXPIRED -> new LoginOutcome.Expired();
      case CONFIRMED -> new LoginOutcome.Approved(context.approvals().stored(at.server()));
      case GIVEN_UP ->
          throw new ClientException(
              Problem.LOGIN_REQUIRED,
              "the login to " + at.server() + " was given up where it was shown as well",
              "log in again");
    };
  }

  private PendingLogin.Poll poll(
      StoredPending login, ClientAuthentication client, TokenBinding binding) {
    Duration interval = Duration.ofMillis(login.interval());
    Answer<TokenResponse> answer;
    try {
      answer =
          tokenEndpoint.request(
              URI.create(login.asked().tokenEndpoint()),
              client,
              binding.proofs(),
              binding.required(),
              parameters(login));
    } catch (ClientException e) {
      if (e.problem() != Problem.NETWORK || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      Duration doubled = Duration.ofMillis(login.pause()).multipliedBy(2);
      Duration asked = e.retryAfter();
      return new PendingLogin.Poll.Waits(
          interval,
          min(
              asked == null || asked.compareTo(doubled) < 0 ? doubled : asked,
              LONGEST_BACK_OFF,
              interval));
    }
    return switch (answer) {
      case Answer.Granted<TokenResponse>(TokenResponse tokens) ->
          new PendingLogin.Poll.Answered(Json.write(tokens));
      case Answer.Refused<TokenResponse> refused -> {
        if (refused.is(ErrorCode.ACCESS_DENIED)) {
          yield new PendingLogin.Poll.Over(StoredPending.End.DENIED);
        } else if (refused.is(ErrorCode.EXPIRED_TOKEN)) {
          yield new PendingLogin.Poll.Over(StoredPending.End.EXPIRED);
        } else if (refused.is(ErrorCode.SLOW_DOWN)) {
          Duration slower = interval.plus(SLOW_DOWN);
          yield new PendingLogin.Poll.Waits(slower, slower);
        } else if (refused.is(ErrorCode.AUTHORIZATION_PENDING)) {
          yield new PendingLogin.Poll.Waits(interval, interval);
        }
        throw refused.as(Problem.REFUSED, "the login was not completed", "start the login again");
      }
    };
  }

  /** The token's life began when it was answered, perhaps to another process. */
  private TokenResponse tokens(StoredPending login) {
    TokenResponse tokens = Json.read(Objects.requireNonNull(login.answer()), TokenResponse.class);
    long seconds = Math.max(0, (clock.millis() - login.answeredAt()) / 1000);
    Long life = tokens.expiresIn();
    return new TokenResponse(
        tokens.accessToken(),
        tokens.tokenType(),
        life == null ? null : Long.valueOf(Math.max(0, life - seconds)),
        tokens.refreshToken(),
        tokens.scope(),
        tokens.idToken());
  }

  /** Tokens that nobody here confirmed in time. */
  private void discard(StoredPending login) {
    TokenResponse tokens = tokens(login);
    String endpoint = login.asked().revocationEndpoint();
    LogoutResult result =
        new Revocation(context.requests())
            .revoke(
                endpoint == null ? null : URI.create(endpoint),
                start.client(),
                tokens.refreshToken(),
                tokens.accessToken());
    LOG.info("tokens that nobody confirmed: {}", result.revocation());
  }

  private static Duration min(Duration doubled, Duration longest, Duration least) {
    Duration bounded = doubled.compareTo(longest) > 0 ? longest : doubled;
    return bounded.compareTo(least) < 0 ? least : bounded;
  }

  private Map<String, String> parameters(StoredPending login) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT_TYPE);
    form.put("device_code", Objects.requireNonNull(login.code()).deviceCode());
    form.putAll(at.parameters(RequestKind.TOKEN));
    return form;
  }
}

package dev.latchstring.authorizationserver.trace;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.explanation.Check;
import dev.latchstring.oauth.explanation.Explanation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes a request's checks, and tells them to whom they may be told. */
final class RecordedTrace implements RequestTrace {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTrace.class);
  private static final int MAX_CHECKS = 16;

  /** What says that somebody is not who they say: why is never told. */
  private static final Set<ErrorCode> NOT_AUTHENTICATED =
      EnumSet.of(
          ErrorCode.INVALID_CLIENT,
          ErrorCode.INVALID_TOKEN,
          ErrorCode.INVALID_DPOP_PROOF,
          ErrorCode.USE_DPOP_NONCE);

  private final HttpServletRequest request;
  private final String route;
  private final Instant beganAt;
  private final long beganNanos;
  private final boolean debug;
  private final boolean tellEveryone;
  private final @Nullable RequestSpans spans;
  private final List<Check> checks = new ArrayList<>();
  private @Nullable Caller caller;
  private boolean decided;

  /**
   * @param route the path as it is mounted
   * @param debug whether an explanation is asked for
   * @param tellEveryone whether whoever is asking gets it
   * @param spans null where there is no collector
   */
  RecordedTrace(
      HttpServletRequest request,
      String route,
      Instant beganAt,
      boolean debug,
      boolean tellEveryone,
      @Nullable RequestSpans spans) {
    this.request = request;
    this.route = route;
    this.beganAt = beganAt;
    this.beganNanos = System.nanoTime();
    this.debug = debug;
    this.tellEveryone = tellEveryone;
    this.spans = spans;
    begin("request");
  }

  @Override
  public void begin(String check) {
    long now = System.nanoTime();
    if (!checks.isEmpty()) {
      checks.getLast().end(now);
    }
    if (checks.size() < MAX_CHECKS) {
      checks.add(new Check(check, now));
    }
  }

  @Override
  public void note(String name, @Nullable String value) {
    if (value != null) {
      checks.getLast().note(name, value);
    }
  }

  @Override
  public void caller(Caller who) {
    caller = who;
    note("client_id", who.clientId());
  }

  @Override
  public void granted(HttpServletResponse response) {
    if (!decided) {
      decided = true;
      checks.getLast().end(System.nanoTime());
      explain(response, false);
    }
  }

  @Override
  public void refused(OAuthException refusal, HttpServletResponse response) {
    decided = true;
    ErrorCode code = refusal.code();
    boolean fault = code.httpStatus() >= 500;
    checks
        .getLast()
        .end(
            System.nanoTime(),
            fault ? Check.Outcome.FAILED : Check.Outcome.REFUSED,
            code.code(),
            refusal.description());
    boolean assertion = code == ErrorCode.INVALID_GRANT && caller == null;
    explain(response, assertion || NOT_AUTHENTICATED.contains(code));
  }

  @Override
  public void end(int status) {
    long now = System.nanoTime();
    if (!decided) {
      if (status >= 500) {
        checks.getLast().end(now, Check.Outcome.FAILED, null, null);
      } else if (status >= 400) {
        checks.getLast().end(now, Check.Outcome.REFUSED, null, null);
      } else {
        checks.getLast().end(now);
      }
      explainToLog();
    }
    if (spans != null) {
      spans.write(this, status, now);
    }
  }

  private void explain(HttpServletResponse response, boolean authenticationFailed) {
    boolean permitted = tellEveryone || (caller != null && caller.mayDebug());
    if (debug && permitted && !authenticationFailed) {
      response.setHeader(Explanation.HEADER, Explanation.of(checks));
    } else {
      explainToLog();
    }
  }

  private void explainToLog() {
    if (debug) {
      LOG.info("{} {} explained: {}", request.getMethod(), route, Explanation.of(checks));
    }
  }

  HttpServletRequest request() {
    return request;
  }

  String route() {
    return route;
  }

  Instant beganAt() {
    return beganAt;
  }

  long beganNanos() {
    return beganNanos;
  }

  List<Check> checks() {
    return checks;
  }

  @Nullable Caller caller() {
    return caller;
  }
}

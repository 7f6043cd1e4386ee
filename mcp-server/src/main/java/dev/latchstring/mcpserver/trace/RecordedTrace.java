package dev.latchstring.mcpserver.trace;

import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.oauth.explanation.Check;
import dev.latchstring.oauth.explanation.Check.Outcome;
import dev.latchstring.oauth.explanation.Explanation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes a request's checks, and tells them to whom they may be told. */
final class RecordedTrace implements AccessTrace {
  private static final Logger LOG = LoggerFactory.getLogger(AccessTrace.class);

  private final HttpServletRequest request;
  private final Instant beganAt;
  private final long beganNanos;
  private final boolean debug;
  private final Set<String> debugClients;
  private final @Nullable AccessSpans spans;
  private final List<Noted> noted = new ArrayList<>();
  private @Nullable Caller caller;

  /**
   * A check, and the message that it was about.
   *
   * @param asked null where it was about the request
   */
  record Noted(Check check, @Nullable AskedFor asked) {}

  /**
   * @param spans null where there is no SDK
   */
  RecordedTrace(
      HttpServletRequest request,
      Instant beganAt,
      boolean debug,
      Set<String> debugClients,
      @Nullable AccessSpans spans) {
    this.request = request;
    this.beganAt = beganAt;
    this.beganNanos = System.nanoTime();
    this.debug = debug;
    this.debugClients = debugClients;
    this.spans = spans;
    noted.add(new Noted(new Check("access_token", beganNanos), null));
  }

  @Override
  public void authenticated(Caller who) {
    caller = who;
    last().note("client_id", who.clientId());
    last().note("scope_granted", who.scope().toString());
    next("request", null);
  }

  @Override
  public void message(AskedFor asked) {
    next("message", asked);
    last().note("method", asked.method());
    if (asked.tool() != null) {
      last().note("tool", asked.tool());
    }
  }

  @Override
  public void decided(Decision decision) {
    switch (decision) {
      case Decision.Allowed allowed -> last().end(System.nanoTime());
      case Decision.InsufficientScope scope -> {
        last().note("scope_required", scope.required().toString());
        last().note("scope_missing", scope.missing().toString());
        refuse("insufficient_scope", "the token lacks a scope");
      }
      case Decision.InsufficientAuthentication login -> {
        if (!login.acrValues().isEmpty()) {
          last().note("acr_required", String.join(" ", login.acrValues()));
        }
        if (login.maximumAge() != null) {
          last().note("max_age_required", Long.toString(login.maximumAge().toSeconds()));
        }
        refuse("insufficient_user_authentication", "a fresher or stronger login is needed");
      }
      case Decision.LoginNeeded login -> refuse("access_denied", "another login is needed");
      case Decision.Refused refused -> refuse("access_denied", refused.reason());
      case Decision.Unavailable unavailable ->
          last()
              .end(
                  System.nanoTime(),
                  Outcome.FAILED,
                  "temporarily_unavailable",
                  unavailable.reason());
    }
  }

  private void refuse(String error, String rule) {
    last().end(System.nanoTime(), Outcome.REFUSED, error, rule);
  }

  private void next(String name, @Nullable AskedFor asked) {
    long now = System.nanoTime();
    if (last().outcome() == Outcome.PASSED) {
      last().end(now);
    }
    noted.add(new Noted(new Check(name, now), asked));
  }

  private Check last() {
    return noted.getLast().check();
  }

  @Override
  public void granted(HttpServletResponse response) {
    tell(response, caller != null);
  }

  @Override
  public void refused(
      int status, @Nullable String error, @Nullable String rule, HttpServletResponse to) {
    boolean told = noted.stream().anyMatch(one -> one.check().outcome() != Outcome.PASSED);
    if (!told) {
      last().end(System.nanoTime(), status >= 500 ? Outcome.FAILED : Outcome.REFUSED, error, rule);
    }
    tell(to, caller != null);
  }

  private void tell(HttpServletResponse response, boolean authenticated) {
    if (debug) {
      String explanation = Explanation.of(noted.stream().map(Noted::check).toList());
      if (authenticated && mayBeTold(caller)) {
        response.setHeader(Explanation.HEADER, explanation);
      } else {
        LOG.info("{} explained: {}", request.getMethod(), explanation);
      }
    }
    if (spans != null) {
      spans.write(this);
    }
  }

  /** Who is listed, and who brings a test token, which only a server for tests accepts. */
  private boolean mayBeTold(@Nullable Caller who) {
    return who != null
        && (debugClients.contains(who.clientId()) || (who.mcp() != null && who.mcp().test()));
  }

  HttpServletRequest request() {
    return request;
  }

  /** When something was, of which the JVM's own clock was read. */
  Instant at(long nanos) {
    return beganAt.plusNanos(nanos - beganNanos);
  }

  List<Noted> noted() {
    return noted;
  }

  boolean isAuthenticated() {
    return caller != null;
  }
}

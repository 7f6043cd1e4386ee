package dev.latchstring.authorizationserver.trace;

import dev.latchstring.oauth.explanation.Check;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * The spans of a request, by OpenTelemetry's semantic conventions for HTTP servers: one of kind
 * {@code SERVER}, named {@code POST /token}, and below it one for each check.
 *
 * <p>A client that the operator set up and that proved itself continues its own trace. Anybody
 * else's trace is linked: a stranger decides neither which trace is written to nor whether it is
 * recorded. Not written: queries, bodies, addresses, subjects, and anything secret.
 */
final class RequestSpans {
  private static final String SCOPE = "dev.latchstring.authorizationserver";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> CLIENT =
      AttributeKey.stringKey("latchstring.client_id");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("latchstring.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("latchstring.error");
  private static final AttributeKey<String> RULE = AttributeKey.stringKey("latchstring.rule");

  private final Tracer tracer;

  RequestSpans(OpenTelemetry openTelemetry) {
    this.tracer = openTelemetry.getTracer(SCOPE);
  }

  void write(RecordedTrace trace, int status, long endedNanos) {
    HttpServletRequest request = trace.request();
    String given = request.getMethod();
    String method = METHODS.contains(given) ? given : "_OTHER";
    SpanBuilder builder =
        tracer
            .spanBuilder((method.equals("_OTHER") ? "HTTP" : method) + " " + trace.route())
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(trace.beganAt())
            .setAttribute(METHOD, method)
            .setAttribute(ROUTE, trace.route())
            .setAttribute(PATH, request.getRequestURI())
            .setAttribute(SCHEME, request.getScheme())
            .setAttribute(STATUS, (long) status);
    Checks.Caller caller = trace.caller();
    SpanContext remote = CallersTrace.of(request);
    if (caller != null && caller.trusted()) {
      builder.setParent(Context.root().with(Span.wrap(remote)));
    } else {
      builder.setNoParent();
      if (remote.isValid()) {
        builder.addLink(remote);
      }
    }
    if (caller != null) {
      builder.setAttribute(CLIENT, caller.clientId());
    }
    if (status >= 500) {
      builder.setAttribute(ERROR_TYPE, Integer.toString(status));
    }
    Span span = builder.startSpan();
    if (status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    Context parent = Context.root().with(span);
    for (Check check : trace.checks()) {
      write(check, trace, parent);
    }
    span.end(at(trace, endedNanos));
  }

  private void write(Check check, RecordedTrace trace, Context parent) {
    SpanBuilder builder =
        tracer
            .spanBuilder(check.name())
            .setParent(parent)
            .setStartTimestamp(at(trace, check.beganNanos()))
            .setAttribute(OUTCOME, check.outcome().name().toLowerCase(Locale.ROOT));
    if (check.error() != null) {
      builder.setAttribute(ERROR, check.error());
    }
    if (check.rule() != null) {
      builder.setAttribute(RULE, check.rule());
    }
    check.notes().forEach((name, value) -> builder.setAttribute("latchstring." + name, value));
    Span span = builder.startSpan();
    if (check.outcome() == Check.Outcome.FAILED) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(at(trace, check.endedNanos()));
  }

  private static Instant at(RecordedTrace trace, long nanos) {
    return trace.beganAt().plusNanos(nanos - trace.beganNanos());
  }
}

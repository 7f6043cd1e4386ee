package dev.latchstring.mcpserver.trace;

import dev.latchstring.oauth.explanation.Check;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The spans of a request: {@code check_access_token}, and {@code authorize_message} for each
 * message, with OpenTelemetry's attributes for MCP.
 *
 * <p>Where the application has a span of its own for the request (an agent's, a filter's), ours are
 * below it. Otherwise a caller with a good token continues its own trace, which it names in the
 * message or in the headers; the trace of any other caller is linked. Not written: the subject, the
 * token, arguments of tools, addresses.
 */
final class AccessSpans {
  private static final String SCOPE = "dev.latchstring.mcpserver";
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("mcp.method.name");
  private static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("latchstring.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("latchstring.error");
  private static final AttributeKey<String> RULE = AttributeKey.stringKey("latchstring.rule");

  private final Tracer tracer;

  AccessSpans(OpenTelemetry openTelemetry) {
    this.tracer = openTelemetry.getTracer(SCOPE);
  }

  void write(RecordedTrace trace) {
    List<RecordedTrace.Noted> all = trace.noted();
    AccessTrace.AskedFor only = all.size() == 3 ? all.getLast().asked() : null;
    SpanContext ambient = Span.current().getSpanContext();
    SpanContext headers = CallersTrace.ofHeaders(trace.request());
    for (RecordedTrace.Noted one : all) {
      AccessTrace.AskedFor asked = one.asked();
      boolean passed = one.check().outcome() == Check.Outcome.PASSED;
      if (one.check().name().equals("request") && passed) {
        continue; // Between the two that matter, and worth a span only where it ends there.
      }
      SpanContext inBody = CallersTrace.ofMessage(asked == null ? only : asked);
      // The message's own context says more than the transport's; of the token it is the reverse.
      SpanContext callers =
          asked == null ? firstValid(headers, inBody) : firstValid(inBody, headers);
      write(one, trace, ambient, callers);
    }
  }

  private void write(
      RecordedTrace.Noted one, RecordedTrace trace, SpanContext ambient, SpanContext callers) {
    Check check = one.check();
    SpanBuilder builder =
        tracer
            .spanBuilder(name(check.name()))
            .setStartTimestamp(trace.at(check.beganNanos()))
            .setAttribute(OUTCOME, check.outcome().name().toLowerCase(Locale.ROOT));
    if (ambient.isValid()) {
      builder.setParent(Context.root().with(Span.wrap(ambient)));
      link(builder, callers, ambient);
    } else if (trace.isAuthenticated()) {
      builder.setParent(Context.root().with(Span.wrap(callers)));
    } else {
      builder.setNoParent();
      link(builder, callers, ambient);
    }
    if (check.error() != null) {
      builder.setAttribute(ERROR, check.error());
    }
    if (check.rule() != null) {
      builder.setAttribute(RULE, check.rule());
    }
    for (Map.Entry<String, String> note : check.notes().entrySet()) {
      switch (note.getKey()) {
        case "method" -> builder.setAttribute(METHOD, note.getValue());
        case "tool" -> builder.setAttribute(TOOL, note.getValue());
        default -> builder.setAttribute("latchstring." + note.getKey(), note.getValue());
      }
    }
    Span span = builder.startSpan();
    if (check.outcome() == Check.Outcome.FAILED) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(trace.at(check.endedNanos()));
  }

  private static String name(String check) {
    return switch (check) {
      case "access_token" -> "check_access_token";
      case "message" -> "authorize_message";
      default -> "check_request";
    };
  }

  /** A caller's trace that is not the one we are in. */
  private static void link(SpanBuilder builder, SpanContext callers, SpanContext ambient) {
    if (callers.isValid() && !callers.getTraceId().equals(ambient.getTraceId())) {
      builder.addLink(callers);
    }
  }

  private static SpanContext firstValid(SpanContext one, SpanContext other) {
    return one.isValid() ? one : other;
  }
}

package dev.latchstring.mcpserver.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * W3C Trace Context §3, and MCP 2026-07-28, "OpenTelemetry trace context". The trace that a request
 * or a message says it belongs to: the headers {@code traceparent} and {@code tracestate}, {@code
 * X-MCP-Traceparent} where there is no {@code traceparent}, the members of {@code params._meta}.
 * {@code baggage} is never read.
 *
 * <p>What is malformed or repeated is as if it were not there, as the specification asks; so is a
 * {@code tracestate} of more than {@value #MAX_STATE} characters, without which the trace goes on.
 *
 * @param parent null where there is none
 * @param state null where there is none
 */
record CallersTrace(@Nullable String parent, @Nullable String state) {
  /** W3C Trace Context §3.3.1.5: at least so many have to be passed on. */
  static final int MAX_STATE = 512;

  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";

  /** Not valid where there is none. */
  static SpanContext ofHeaders(HttpServletRequest request) {
    List<String> parents = values(request, PARENT);
    if (parents.isEmpty()) {
      return new CallersTrace(single(values(request, "X-MCP-Traceparent")), null).context();
    }
    // RFC 9110 §5.3: a list may come in parts.
    return new CallersTrace(single(parents), String.join(",", values(request, STATE))).context();
  }

  /** Not valid where there is none. */
  static SpanContext ofMessage(AccessTrace.@Nullable AskedFor asked) {
    return asked == null
        ? SpanContext.getInvalid()
        : new CallersTrace(asked.traceparent(), asked.tracestate()).context();
  }

  private SpanContext context() {
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), this, Members.INSTANCE);
    return Span.fromContext(context).getSpanContext();
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  private static @Nullable String single(List<String> values) {
    return values.size() == 1 ? values.getFirst() : null;
  }

  private enum Members implements TextMapGetter<CallersTrace> {
    INSTANCE;

    @Override
    public Iterable<String> keys(CallersTrace trace) {
      return List.of(PARENT, STATE);
    }

    @Override
    public @Nullable String get(@Nullable CallersTrace trace, String key) {
      if (trace == null) {
        return null;
      }
      String state = trace.state();
      return switch (key) {
        case PARENT -> trace.parent();
        case STATE -> state == null || state.length() > MAX_STATE ? null : state;
        default -> null;
      };
    }
  }
}

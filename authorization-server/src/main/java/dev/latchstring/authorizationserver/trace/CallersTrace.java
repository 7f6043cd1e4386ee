package dev.latchstring.authorizationserver.trace;

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
 * W3C Trace Context §3. The trace that a request says it belongs to: {@code traceparent} and {@code
 * tracestate}, or {@code X-MCP-Traceparent} where there is no {@code traceparent}. {@code baggage}
 * is never read.
 *
 * <p>What is malformed or repeated is as if it were not there, as the specification asks; so is a
 * {@code tracestate} of more than {@value #MAX_STATE} characters, without which the trace goes on.
 */
final class CallersTrace implements TextMapGetter<HttpServletRequest> {
  /** W3C Trace Context §3.3.1.5: at least so many have to be passed on. */
  static final int MAX_STATE = 512;

  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";
  private static final CallersTrace HEADERS = new CallersTrace();

  private CallersTrace() {}

  /** Not valid where there is none. */
  static SpanContext of(HttpServletRequest request) {
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
    return Span.fromContext(context).getSpanContext();
  }

  @Override
  public Iterable<String> keys(HttpServletRequest request) {
    return List.of(PARENT, STATE);
  }

  @Override
  public @Nullable String get(@Nullable HttpServletRequest request, String key) {
    if (request == null) {
      return null;
    }
    List<String> parents = Collections.list(request.getHeaders(PARENT));
    return switch (key) {
      case PARENT ->
          single(
              parents.isEmpty()
                  ? Collections.list(request.getHeaders("X-MCP-Traceparent"))
                  : parents);
      case STATE -> parents.isEmpty() ? null : state(Collections.list(request.getHeaders(STATE)));
      default -> null;
    };
  }

  private static @Nullable String single(List<String> values) {
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** RFC 9110 §5.3: a list may come in parts. */
  private static @Nullable String state(List<String> values) {
    String joined = String.join(",", values);
    return joined.isEmpty() || joined.length() > MAX_STATE ? null : joined;
  }
}

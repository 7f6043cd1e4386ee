package dev.latchstring.mcpserver.trace;

import dev.latchstring.oauth.explanation.Explanation;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.Enumeration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Begins the trace of each request: one that notes something where there is an OpenTelemetry SDK or
 * the request asks for an explanation, and otherwise {@link AccessTrace#NONE}.
 */
public final class Tracing {
  private final @Nullable OpenTelemetry given;
  private final Set<String> debugClients;
  private final InstantSource clock;
  // Looked up by the first request: the SDK may start after the filter is made.
  private volatile @Nullable Found found;

  private record Found(@Nullable AccessSpans spans) {}

  /**
   * @param given null for the global one, as it is when the first request comes
   * @param debugClients the identifiers of clients whose requests are explained to them
   */
  public Tracing(@Nullable OpenTelemetry given, Set<String> debugClients, InstantSource clock) {
    this.given = given;
    this.debugClients = Set.copyOf(debugClients);
    this.clock = clock;
  }

  /** The token of a request is about to be checked. */
  public AccessTrace begin(HttpServletRequest request) {
    AccessSpans sink = spans();
    boolean debug = isAskedFor(request);
    return sink == null && !debug
        ? AccessTrace.NONE
        : new RecordedTrace(request, clock.instant(), debug, debugClients, sink);
  }

  private @Nullable AccessSpans spans() {
    Found known = found;
    if (known == null) {
      OpenTelemetry sdk = sdk();
      known = new Found(sdk == null ? null : new AccessSpans(sdk));
      found = known;
    }
    return known.spans();
  }

  private @Nullable OpenTelemetry sdk() {
    if (given != null) {
      return given.equals(OpenTelemetry.noop()) ? null : given;
    }
    return GlobalOpenTelemetry.isSet() ? GlobalOpenTelemetry.get() : null;
  }

  /** {@code X-MCP-Debug: true}, once; anything else asks for nothing. */
  private static boolean isAskedFor(HttpServletRequest request) {
    Enumeration<String> values = request.getHeaders(Explanation.HEADER);
    return values != null
        && values.hasMoreElements()
        && values.nextElement().equalsIgnoreCase("true")
        && !values.hasMoreElements();
  }
}

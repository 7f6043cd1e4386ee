package dev.latchstring.authorizationserver.trace;

import dev.latchstring.oauth.explanation.Explanation;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Begins the trace of each request: one that notes something where there is a collector or the
 * request asks for an explanation, and otherwise {@link RequestTrace#NONE}.
 */
public final class Traces implements AutoCloseable {
  private final @Nullable TraceExport export;
  private final boolean testMode;
  private final Clock clock;

  private Traces(@Nullable TraceExport export, boolean testMode, Clock clock) {
    this.export = export;
    this.testMode = testMode;
    this.clock = clock;
  }

  /**
   * @param settings which may name a collector
   * @param testMode whether explanations are told to every caller that asks
   */
  public static Traces start(TraceSettings settings, boolean testMode, Clock clock) {
    return new Traces(settings.isOn() ? TraceExport.start(settings) : null, testMode, clock);
  }

  /** No collector, and no explanation but to whom the operator permits it. */
  public static Traces off(Clock clock) {
    return new Traces(null, false, clock);
  }

  /**
   * @param route the path as it is mounted, in which nothing is a caller's text
   */
  public RequestTrace begin(HttpServletRequest request, String route) {
    boolean debug = isAskedFor(request);
    if (export == null && !debug) {
      return RequestTrace.NONE;
    }
    return new RecordedTrace(
        request, route, clock.instant(), debug, testMode, export == null ? null : export.spans());
  }

  /** {@code X-MCP-Debug: true}, once; anything else asks for nothing. */
  private static boolean isAskedFor(HttpServletRequest request) {
    Enumeration<String> values = request.getHeaders(Explanation.HEADER);
    return values != null
        && values.hasMoreElements()
        && values.nextElement().equalsIgnoreCase("true")
        && !values.hasMoreElements();
  }

  /** Sends what is still to be sent, for at most five seconds. */
  @Override
  public void close() {
    if (export != null) {
      export.close();
    }
  }
}

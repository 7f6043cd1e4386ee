/**
 * What one request was checked for, told to whoever may know: as OpenTelemetry spans to the
 * operator's collector, as an explanation ({@code X-MCP-Debug}) to the caller or to the log.
 *
 * <p>Endpoints only say what they check now ({@link
 * dev.latchstring.authorizationserver.trace.Checks}). Spans are made when the request is over, for
 * only then is it known whether the caller may continue its own trace. It knows nothing of grants,
 * tokens and accounts, and what it is told is never secret. OpenTelemetry is named in two classes,
 * which are loaded only where a collector is configured.
 *
 * <pre>
 *   EndpointServlet ─▶ Traces.begin ─▶ RequestTrace ◀─ Checks ─ endpoints
 *                                          │ end
 *                           Explanation ◀──┴──▶ RequestSpans ─▶ TraceExport ─▶ collector
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.trace;

import org.jspecify.annotations.NullMarked;

/**
 * What one request was checked for, told to whoever may know: as OpenTelemetry spans of the
 * application's own SDK, as an explanation ({@code X-MCP-Debug}) to the caller or to the log.
 *
 * <p>Spans are made when the decision is, for only then is it known whether the caller may continue
 * its own trace. Without an SDK, and without a request for an explanation, nothing is noted.
 * Baggage is not read.
 */
@NullMarked
package dev.latchstring.mcpserver.trace;

import org.jspecify.annotations.NullMarked;

/**
 * {@code latch connect}: a bridge between an MCP host on standard input and output and an MCP
 * server over Streamable HTTP (or, of earlier versions, HTTP+SSE), which logs in inside MCP where
 * the server asks for it.
 *
 * <p>The host's side, the login and the translation between the eras are {@link
 * dev.latchstring.mcpserver.front}; this package owns the wire to the server, in either era, and
 * what the command is told. It may not obtain tokens itself (that is the client library's), keep
 * one, print anything but MCP messages on standard output, or load more than it needs before the
 * first answer is written.
 *
 * <pre>
 *  host ─► ConnectCommand ─► FirstAnswer (at once, from the last known result)
 *            │
 *            ▼
 *        StdioFront ─► UpstreamConnection ─► SessionUpstream │ StatelessUpstream
 *                        finds the era             └──── UpstreamHttp ────┘
 * </pre>
 */
@NullMarked
package dev.latchstring.cli.connect;

import org.jspecify.annotations.NullMarked;

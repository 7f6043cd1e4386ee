/**
 * What stands between a host on standard input and output and one MCP server of either era, and
 * logs in inside MCP where the server asks for it. The server is whatever a {@link
 * dev.latchstring.mcpserver.front.ServerConnection} reaches: one over HTTP, a process of this
 * machine, or one in this process.
 *
 * <p>It owns the translation between the two eras and the lists that the host sees. It speaks raw
 * JSON-RPC, so that what it does not know passes through, and knows no transport but the host's.
 *
 * <pre>
 *        StdioFront ─► SessionHost │ StatelessHost ─► Relay ─► ServerConnection ─► Upstream
 *                          the host's era               │          (the server's era)
 *                                                       ▼
 *                                              mcpserver.login
 * </pre>
 */
@NullMarked
package dev.latchstring.mcpserver.front;

import org.jspecify.annotations.NullMarked;

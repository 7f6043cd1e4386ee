/**
 * The wire between a host and a program on standard input and output: lines, JSON-RPC messages,
 * requests that wait, cancellations, and what a host says of itself in either era of the protocol.
 *
 * <p>It knows the names that MCP reserves and none of its methods, no login and no tool. Standard
 * output belongs to the protocol: nothing but {@link dev.latchstring.mcpserver.stdio.HostChannel}
 * writes there.
 */
@NullMarked
package dev.latchstring.mcpserver.stdio;

import org.jspecify.annotations.NullMarked;

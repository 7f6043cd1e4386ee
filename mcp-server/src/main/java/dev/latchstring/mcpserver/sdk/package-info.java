/**
 * The adapter to the official MCP Java SDK, the only place that knows it.
 *
 * <p>It owns how a {@link dev.latchstring.mcpserver.tools.Caller} travels from the filter to a tool
 * (the SDK's transport context, for its handlers hop threads) and how {@code tools/list} is
 * filtered. It decides nothing: what was decided in front of the servlet is only asked again, of
 * the message as the SDK understood it.
 */
@NullMarked
package dev.latchstring.mcpserver.sdk;

import org.jspecify.annotations.NullMarked;

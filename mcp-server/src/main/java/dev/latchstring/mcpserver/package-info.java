/**
 * What an MCP server embeds to be protected.
 *
 * <p>{@link dev.latchstring.mcpserver.http} stands in front of the server's servlet; {@link
 * dev.latchstring.mcpserver.tools} says who may call what; {@link dev.latchstring.mcpserver.sdk}
 * carries both into the official Java SDK. This package itself holds nothing.
 */
@NullMarked
package dev.latchstring.mcpserver;

import org.jspecify.annotations.NullMarked;

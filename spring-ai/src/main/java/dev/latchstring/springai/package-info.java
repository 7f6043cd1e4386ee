/**
 * Spring AI's MCP server (Streamable HTTP, Spring MVC, synchronous) behind the bearer filter, with
 * a requirement for each tool.
 *
 * <p>It owns how what Spring AI configures is put under one declaration, and that a server which
 * could not be does not start. It decides nothing itself: that is {@code mcp-server}'s.
 */
@NullMarked
package dev.latchstring.springai;

import org.jspecify.annotations.NullMarked;

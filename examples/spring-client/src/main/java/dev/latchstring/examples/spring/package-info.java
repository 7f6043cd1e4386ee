/**
 * One account of an MCP server as Spring beans: the official SDK's client for its tools, and a
 * {@code RestClient} for plain HTTP at the same server. Both share one login.
 */
@NullMarked
package dev.latchstring.examples.spring;

import org.jspecify.annotations.NullMarked;

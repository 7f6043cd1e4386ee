/**
 * A Java program that uses an MCP server which wants a login: {@link
 * dev.latchstring.examples.javaclient.Main} by the official SDK, and {@link
 * dev.latchstring.examples.javaclient.PlainHttp} by {@code java.net.http} alone.
 */
@NullMarked
package dev.latchstring.examples.javaclient;

import org.jspecify.annotations.NullMarked;

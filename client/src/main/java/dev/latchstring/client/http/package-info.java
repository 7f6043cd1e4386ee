/**
 * HTTP as this module speaks it: bounded in time and size, without redirects, to https or loopback
 * alone.
 *
 * <p>It owns the one {@code java.net.http} client, which is opened on the first request (opening
 * costs a cold start tens of milliseconds), and the rules for addresses that a server hands out. It
 * knows OAuth's error body, and nothing else of OAuth.
 */
@NullMarked
package dev.latchstring.client.http;

import org.jspecify.annotations.NullMarked;

/**
 * Logins for clients of the official MCP Java SDK: {@link
 * dev.latchstring.mcpclient.McpAuthorization} puts an account's tokens on the requests of its HTTP
 * transports, and logs in when a server asks for it.
 *
 * <pre>
 * McpSyncClient ─► HttpClientStreamableHttpTransport ─► AuthorizedHttpClient ─► server
 *                                                          │ 401, 403
 *                                                          ▼
 *                                                    InteractiveLogin (the application's)
 * </pre>
 *
 * <p>When a login is done and how often is decided in {@code dev.latchstring.client.call}; this
 * package only fits it to the SDK's seams. It is the only one of a client's that may import the
 * SDK.
 */
@NullMarked
package dev.latchstring.mcpclient;

import org.jspecify.annotations.NullMarked;

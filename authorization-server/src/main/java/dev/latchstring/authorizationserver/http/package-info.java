/**
 * HTTP, before any endpoint: what may come in and how answers go out.
 *
 * <p>It owns the limits on bodies, the check of method and content type, the one place where an
 * error becomes a response, cross-origin access, the address of the client behind trusted proxies,
 * and the Jetty server with its TLS. It knows nothing of grants, tokens and accounts.
 *
 * <pre>
 *   Jetty ─▶ EndpointServlet ─▶ Endpoint.handle(Exchange) ─▶ answer
 *            method, origin          │ OAuthException  (at once, or when
 *                                    ▼                  what it needs is there)
 *                               ErrorWriter
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.http;

import org.jspecify.annotations.NullMarked;

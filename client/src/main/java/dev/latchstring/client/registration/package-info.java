/**
 * How this client is known to an authorization server: the identifier that was configured, else one
 * that dynamic registration (RFC 7591) gave and that is remembered per issuer.
 *
 * <p>An identifier never travels to another issuer than the one it belongs to (MCP, "Authorization
 * Server Binding").
 */
@NullMarked
package dev.latchstring.client.registration;

import org.jspecify.annotations.NullMarked;

/**
 * Clients: what is known of each, and those that registered themselves (RFC 7591).
 *
 * <p>A client's secret is kept as SHA-256 alone. Clients from the configuration are never written
 * to the database; {@link dev.latchstring.authorizationserver.registration.ClientStore} holds the
 * others.
 */
@NullMarked
package dev.latchstring.authorizationserver.registration;

import org.jspecify.annotations.NullMarked;

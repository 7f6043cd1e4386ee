/**
 * Access tokens that somebody else obtained, such as an MCP host: checked before they are used, and
 * kept in memory alone.
 *
 * <p>It owns the check and the account that a delivered token goes before. It may not store a
 * delivered token, refresh it or send it anywhere but to the authorization server that is asked
 * about it.
 *
 * <pre>
 *  Delivery ─► DeliveryCheck ─► CheckedToken ─► DeliveredAccount ─► TokenSource
 * </pre>
 */
@NullMarked
package dev.latchstring.client.delivery;

import org.jspecify.annotations.NullMarked;

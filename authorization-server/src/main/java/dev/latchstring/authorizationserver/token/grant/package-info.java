/**
 * One class per {@code grant_type}: what a client redeems, and what it is worth.
 *
 * <p>A grant holds only what is its own. It does not authenticate the client, narrow by resource or
 * scope, issue or write: those are the phases of {@code TokenEndpoint}, which no grant can forget.
 */
@NullMarked
package dev.latchstring.authorizationserver.token.grant;

import org.jspecify.annotations.NullMarked;

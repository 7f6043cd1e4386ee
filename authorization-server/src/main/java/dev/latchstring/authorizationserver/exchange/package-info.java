/**
 * Token exchange (RFC 8693): who may get what for a token that somebody else was given.
 *
 * <p>It owns the three exchanges that there are: a resource of this server that calls another on a
 * person's behalf ({@link dev.latchstring.authorizationserver.exchange.Delegation}), a gateway that
 * says to a tool server who makes a call ({@link
 * dev.latchstring.authorizationserver.exchange.CallIdentityIssuer}), and this server as identity
 * provider, which vouches for a person to another authorization server ({@link
 * dev.latchstring.authorizationserver.exchange.IdentityAssertionIssuer}). Nothing is exchanged that
 * the configuration does not name, and only for clients that authenticate. What a {@code
 * subject_token} says comes through {@link
 * dev.latchstring.authorizationserver.exchange.SubjectTokenReader}, one for each kind.
 */
@NullMarked
package dev.latchstring.authorizationserver.exchange;

import org.jspecify.annotations.NullMarked;

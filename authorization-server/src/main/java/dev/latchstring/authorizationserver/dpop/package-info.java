/**
 * Proof of possession at this server's own endpoints: RFC 9449 §5, §8 and §10.1.
 *
 * <p>It says which key a request proves to hold, and nothing about what follows: the token endpoint
 * binds tokens to it, a pushed request its code, and an endpoint that takes access tokens compares.
 */
@NullMarked
package dev.latchstring.authorizationserver.dpop;

import org.jspecify.annotations.NullMarked;

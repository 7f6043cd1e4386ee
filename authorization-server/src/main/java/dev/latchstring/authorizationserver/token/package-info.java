/**
 * Tokens: the endpoint that hands them out, what is issued, and what is remembered of it.
 *
 * <p>A JWT access token leaves no row. A grant (one authorization that was given) has one; it is
 * what refresh tokens belong to and what is revoked; the SHA-256 of the live one and of the last
 * that was used are in it. Opaque access tokens are kept as SHA-256. {@link
 * dev.latchstring.authorizationserver.token.TokenIssuer} is the only place where a token is made;
 * what was redeemed is consumed in the same transaction.
 *
 * <pre>
 *   refresh token:  LIVE ──rotate──▶ CONSUMED      its successor is LIVE
 *                    │
 *                    └──the answer with it was lost, a fresh successor takes its place──▶ REPLACED
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.token;

import org.jspecify.annotations.NullMarked;

/**
 * Revocation (RFC 7009): a client takes back a token of its own.
 *
 * <p>It owns what a revoked token takes with it: a refresh token its whole grant, an access token
 * nothing else.
 */
@NullMarked
package dev.latchstring.authorizationserver.revocation;

import org.jspecify.annotations.NullMarked;

/**
 * Fetching a document from an address that a stranger named.
 *
 * <p>It owns the guard against server-side request forgery: which addresses may be reached is
 * decided on the address that is connected to, not on the name that was given.
 */
@NullMarked
package dev.latchstring.oauth.fetch;

import org.jspecify.annotations.NullMarked;

/**
 * Keys: the one secret that is not in the database, and the signing keys that are, encrypted under
 * it.
 *
 * <p>{@link dev.latchstring.authorizationserver.keys.ServerKey} comes from a file or the
 * environment; whoever has only a copy of the database has neither signing keys nor user codes.
 * Signing keys are published before they are used and until the last token they signed has expired;
 * all nodes agree on them through the database. Private keys never leave this package.
 */
@NullMarked
package dev.latchstring.authorizationserver.keys;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps what outlives a process: logins per server and account, registrations per issuer.
 *
 * <p>A {@link dev.latchstring.client.store.TokenStore} knows nothing of OAuth: it replaces one
 * immutable entry by another, under a lock that holds across threads and processes. Whatever
 * happens to one entry (a truncated file, a full disk, a killed process), the others and the
 * previous version are still there.
 */
@NullMarked
package dev.latchstring.client.store;

import org.jspecify.annotations.NullMarked;

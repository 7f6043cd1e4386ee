/**
 * Gives out access tokens: from a stored login, refreshed ahead of expiry and once for everybody,
 * or by a machine's own credentials.
 *
 * <pre>
 * fresh ──80 % of its life──► refresh under the slot's lock, after reading again
 *                                │ granted        ─► stored by compare and swap ─► fresh
 *                                │ no answer      ─► nothing changes
 *                                └ invalid_grant  ─► read again; unchanged ─► ended, still pinned
 * </pre>
 *
 * <p>Only {@code invalid_grant} (or a rejected token that cannot be refreshed) ends a login; a
 * network fault never does. Nothing here prompts anybody.
 */
@NullMarked
package dev.latchstring.client.token;

import org.jspecify.annotations.NullMarked;

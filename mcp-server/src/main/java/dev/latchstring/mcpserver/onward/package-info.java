/**
 * The calls that a tool makes in turn, on behalf of whoever called it (RFC 8693).
 *
 * <p>It owns the exchange of the caller's token for one that is for the other server alone ({@link
 * dev.latchstring.mcpserver.onward.OnwardTokens}). The caller's own token is handed around in a
 * form that cannot be read outside this package ({@link
 * dev.latchstring.mcpserver.onward.CallersToken}): what this server was given is never passed on.
 */
@NullMarked
package dev.latchstring.mcpserver.onward;

import org.jspecify.annotations.NullMarked;

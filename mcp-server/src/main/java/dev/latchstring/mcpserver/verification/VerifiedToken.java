package dev.latchstring.mcpserver.verification;

import dev.latchstring.mcpserver.tools.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an access token that is good for this server.
 *
 * @param caller who calls, if the one who presents it may
 * @param keyThumbprint RFC 9449 §6: the key that the presenter has to prove; null for a bearer
 *     token
 */
public record VerifiedToken(Caller caller, @Nullable String keyThumbprint) {}

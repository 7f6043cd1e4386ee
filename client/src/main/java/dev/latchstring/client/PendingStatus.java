package dev.latchstring.client;

import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Instant;

/**
 * A login that waits for a person, without its codes: whoever logs in to the same server as the
 * same account joins it.
 *
 * @param scope what it asks for
 * @param expiresAt of its code
 * @param approved whether somebody approved, and the person here has to say whether that was them
 */
public record PendingStatus(
    URI server, String account, String issuer, Scope scope, Instant expiresAt, boolean approved) {}

package dev.latchstring.client.delivery;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.login.Identity;
import java.time.Instant;

/**
 * A delivered token of which the authorization server's signature, or its own word, says that it is
 * good for this server.
 *
 * @param identity whose it is
 * @param clientId who obtained it
 * @param expiresAt the earlier of its own expiry and the delivery's
 */
public record CheckedToken(
    AccessToken token, Identity identity, String clientId, Instant expiresAt) {}

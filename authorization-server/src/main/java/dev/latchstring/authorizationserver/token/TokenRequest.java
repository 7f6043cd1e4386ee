package dev.latchstring.authorizationserver.token;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.FormParameters;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §3.2. What a grant is asked to redeem.
 *
 * @param client the client, authenticated and registered for the grant
 * @param form the parameters
 * @param keyThumbprint RFC 9449 §6.1: the key that the sender has proved to hold; null where it
 *     proved none
 */
public record TokenRequest(
    RegisteredClient client, FormParameters form, @Nullable String keyThumbprint) {}

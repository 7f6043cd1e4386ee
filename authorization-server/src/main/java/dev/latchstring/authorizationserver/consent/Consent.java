package dev.latchstring.authorizationserver.consent;

import dev.latchstring.oauth.Scope;
import java.time.Instant;

/**
 * What a person agreed to and need not be asked again.
 *
 * @param scope everything that was agreed to so far
 * @param givenAt when the person last said so
 */
public record Consent(
    String subject, String clientId, String resource, Scope scope, Instant givenAt) {}

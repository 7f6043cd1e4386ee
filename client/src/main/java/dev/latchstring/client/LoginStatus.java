package dev.latchstring.client;

import dev.latchstring.client.login.Identity;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored login, without its secrets.
 *
 * @param identity who approved it; subject and name are null for a machine's own credentials
 * @param scope what was granted
 * @param loggedInAt when the login was confirmed
 * @param expiresAt of the access token; null where the server did not say
 * @param refreshable whether it goes on after that without a person
 * @param ended whether the login ended, by revocation or by expiry: somebody has to log in again
 * @param byChallenge whether a person answered what the server asked: where it has to be made
 *     again, it is with {@code latch login --flow challenge}
 * @param settings what was pinned when the login was made, with which it goes on
 */
public record LoginStatus(
    URI server,
    String account,
    Identity identity,
    String clientId,
    URI resource,
    Scope scope,
    Instant loggedInAt,
    @Nullable Instant expiresAt,
    boolean refreshable,
    boolean ended,
    boolean byChallenge,
    ServerSettings settings) {}

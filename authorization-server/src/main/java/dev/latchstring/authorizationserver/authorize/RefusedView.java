package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code refused.jte} shows.
 *
 * @param error the error's code
 * @param reason what is wrong, for whoever made the request
 * @param location the way back, with the error; null where there is none that could be trusted
 * @param host the host of the way back; null where there is none
 */
public record RefusedView(
    Frame frame, String error, String reason, @Nullable String location, @Nullable String host) {}

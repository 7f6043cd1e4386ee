package dev.latchstring.authorizationserver.account;

import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sign-in.jte} shows.
 *
 * @param then where to go on; see {@code LocalPath}
 * @param username what was typed before, to be corrected
 * @param error what was wrong; null for nothing
 * @param notice what happened before, such as a session that ended; null for nothing
 */
public record SignInView(
    Frame frame, String then, String username, @Nullable String error, @Nullable String notice) {}

package dev.latchstring.authorizationserver.account;

import dev.latchstring.authorizationserver.page.Frame;

/**
 * What {@code sign-out.jte} shows.
 *
 * @param signedOut whether nobody is signed in; else the page asks
 */
public record SignOutView(Frame frame, boolean signedOut) {}

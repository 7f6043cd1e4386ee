package dev.latchstring.authorizationserver.logout;

import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Destination;
import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code end-session.jte} shows.
 *
 * @param request the ticket, as the form sends it back
 * @param person who is signed in
 * @param client who asks; null where nobody says
 * @param another whether it asks about another account than the person's
 * @param onward where the person can go on afterwards; null where nowhere
 * @param problem why nothing of the request can be used; null where it can
 */
public record LogoutView(
    Frame frame,
    String request,
    String person,
    @Nullable ClientDescription client,
    boolean another,
    @Nullable Destination onward,
    @Nullable String problem) {}

package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Destination;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code consent.jte} shows: everything a person needs to decide.
 *
 * @param request the request's name
 * @param client who asks
 * @param intendedUse what the client states it wants the access for; null where it does not
 * @param destination where the answer goes
 * @param remembered whether the person will not be asked again for the same
 * @param person who would be acted for
 */
public record ConsentView(
    Frame frame,
    String request,
    ClientDescription client,
    @Nullable String intendedUse,
    Destination destination,
    boolean remembered,
    String resourceName,
    String resource,
    List<Permission> permissions,
    String person) {}

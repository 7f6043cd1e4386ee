package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code request.jte} shows: RFC 8628 §3.3 and §5.4, everything a person needs to decide.
 *
 * @param code the user code, as the device shows it
 * @param proof ties this page to the session in which the code was typed
 * @param client who asks
 * @param intendedUse what the client states it wants the access for; null where it does not
 * @param requestedAt when, in words
 * @param requestedAtMachine when, in ISO 8601
 * @param requestedAgo how long ago, in words
 * @param sameAddress whether the browser is at the address of the device's request
 * @param person who would be acted for
 */
public record RequestView(
    Frame frame,
    String code,
    String proof,
    ClientDescription client,
    @Nullable String intendedUse,
    String address,
    boolean sameAddress,
    String browserAddress,
    String requestedAt,
    String requestedAtMachine,
    String requestedAgo,
    String resourceName,
    String resource,
    List<Permission> permissions,
    String person) {}

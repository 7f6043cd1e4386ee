package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.consent.ClientDescription;
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
 * @param destination the host, or the scheme, that the answer goes to
 * @param machine whether the answer stays on the person's machine, where any program can take it
 * @param remembered whether the person will not be asked again for the same
 * @param person who would be acted for
 */
public record ConsentView(
    Frame frame,
    String request,
    ClientDescription client,
    @Nullable String intendedUse,
    String destination,
    Destination machine,
    boolean remembered,
    String resourceName,
    String resource,
    List<Permission> permissions,
    String person) {

  /** What kind of place the answer goes to. */
  public enum Destination {
    /** A host that its name says. */
    HOST,
    /** A program that listens on this machine. */
    LOOPBACK,
    /** A program on this machine that has claimed a scheme. */
    APP
  }
}

package dev.latchstring.authorizationserver.logout;

import dev.latchstring.authorizationserver.consent.Destination;
import dev.latchstring.authorizationserver.page.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What {@code signed-out.jte} shows.
 *
 * @param location the way on to the client; null where there is none
 * @param onward where that leads; null where there is none
 * @param itself whether the page goes on by itself
 * @param problem why nothing of the request was used; null where it was
 */
public record SignedOutView(
    Frame frame,
    @Nullable String location,
    @Nullable Destination onward,
    boolean itself,
    @Nullable String problem) {
  /** Without the location: a state is in it. */
  @Override
  public String toString() {
    return "SignedOutView[" + onward + "]";
  }
}

package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.page.Frame;

/**
 * What {@code onward.jte} shows, for as long as the client takes to answer.
 *
 * @param allowed whether the person allowed it, now or before
 * @param location the client's redirect URI with the answer
 */
public record OnwardView(Frame frame, boolean allowed, String clientName, String location) {
  /** Without the location: a code is in it. */
  @Override
  public String toString() {
    return "OnwardView[" + clientName + "]";
  }
}

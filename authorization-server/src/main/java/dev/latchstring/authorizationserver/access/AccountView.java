package dev.latchstring.authorizationserver.access;

import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;

/**
 * What {@code account.jte} shows.
 *
 * @param withdrawn whether access was taken back a moment ago
 */
public record AccountView(Frame frame, String person, boolean withdrawn, List<Entry> entries) {

  /**
   * One program at one server.
   *
   * @param clientId the client's identifier, as a form sends it back
   * @param client the client, as it is shown
   * @param resource the resource's identifier, as a form sends it back
   * @param since when it was given, in words
   * @param sinceMachine when, in ISO 8601
   * @param logins how many logins of it are live
   */
  public record Entry(
      String clientId,
      ClientDescription client,
      String resource,
      String resourceName,
      String resourceText,
      List<Permission> permissions,
      String since,
      String sinceMachine,
      int logins,
      boolean remembered) {}
}

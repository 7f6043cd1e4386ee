package dev.latchstring.authorizationserver.access;

import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code account.jte} shows.
 *
 * @param notice what was done a moment ago; null for nothing
 */
public record AccountView(
    Frame frame,
    String person,
    @Nullable String notice,
    List<Entry> entries,
    Authenticator authenticator,
    List<String> passkeys) {

  /** Whether the person has an authenticator app, and who set it up. */
  public enum Authenticator {
    NONE,
    OWN,
    CONFIGURED
  }

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

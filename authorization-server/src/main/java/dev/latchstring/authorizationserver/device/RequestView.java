package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code request.jte} shows: RFC 8628 §3.3 and §5.4, everything a person needs to decide.
 *
 * @param code the user code, as the device shows it
 * @param proof ties this page to the session in which the code was typed
 * @param clientName the client's name, or its identifier where it has none
 * @param clientHost the host of the client's own page; null where it names none
 * @param verified whether the operator of this server set the client up
 * @param publishedAt the host of the client's metadata, where it is known by that alone; null where
 *     the operator set it up or it registered itself
 * @param ai what the client says of the AI behind it; null where it says nothing
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
    String clientName,
    String clientId,
    @Nullable String clientHost,
    boolean verified,
    @Nullable String publishedAt,
    @Nullable Ai ai,
    String address,
    boolean sameAddress,
    String browserAddress,
    String requestedAt,
    String requestedAtMachine,
    String requestedAgo,
    String resourceName,
    String resource,
    List<Permission> permissions,
    String person) {

  /**
   * What a client says of itself, and nobody checked.
   *
   * @param modelFamily null where it says none
   */
  public record Ai(@Nullable String modelFamily, List<String> capabilities) {}

  /**
   * One scope.
   *
   * @param words what it means; null where only its name is known
   */
  public record Permission(String scope, @Nullable String words) {}
}

package dev.latchstring.authorizationserver.consent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as people are told: what {@code client.jte} shows.
 *
 * @param name the client's name, or its identifier where it has none
 * @param clientId the client's identifier
 * @param host the host of the client's own page; null where it names none
 * @param destinations where its answers may go, as {@link Destination} names it
 * @param verified whether the operator of this server set the client up
 * @param publishedAt the host of the client's metadata document; null where it has none
 * @param ai null where the client does not say that it is an AI service
 */
public record ClientDescription(
    String name,
    String clientId,
    @Nullable String host,
    List<String> destinations,
    boolean verified,
    @Nullable String publishedAt,
    @Nullable Ai ai) {

  /**
   * What a client says of itself, and nobody checked.
   *
   * @param modelFamily null where it says none
   */
  public record Ai(@Nullable String modelFamily, List<String> capabilities) {}
}

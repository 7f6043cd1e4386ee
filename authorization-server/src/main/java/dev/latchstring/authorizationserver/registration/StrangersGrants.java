package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.List;

/**
 * The grants of a client that nobody set up, whether it registered itself or publishes its
 * metadata: those in which a person decides each time. {@code client_credentials} would be a right
 * nobody gave.
 */
public final class StrangersGrants {
  /** What such a client may use. */
  public static final List<String> ALLOWED =
      List.of(GrantTypes.AUTHORIZATION_CODE, GrantTypes.DEVICE_CODE, GrantTypes.REFRESH_TOKEN);

  private StrangersGrants() {}

  /**
   * Of what it asks for, what it gets. Where it does not ask, what can work: no code without a
   * redirect URI.
   */
  public static List<String> of(ClientMetadata asked) {
    List<String> named = asked.grantTypes();
    boolean redirects = asked.redirectUris() != null && !asked.redirectUris().isEmpty();
    return ALLOWED.stream()
        .filter(grant ->
            named == null
                ? redirects || !grant.equals(GrantTypes.AUTHORIZATION_CODE)
                : named.contains(grant))
        .toList();
  }
}

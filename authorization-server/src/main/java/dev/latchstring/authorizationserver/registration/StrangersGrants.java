package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grants of a client that nobody set up, whether it registered itself or publishes its
 * metadata: those in which a person decides each time. {@code client_credentials} would be a right
 * nobody gave.
 */
public final class StrangersGrants {
  /** What such a client may use. */
  public static final List<String> ALLOWED =
      List.of(GrantTypes.DEVICE_CODE, GrantTypes.REFRESH_TOKEN);

  private StrangersGrants() {}

  /** Of what it asks for, what it gets; everything where it does not ask. */
  public static List<String> of(@Nullable List<String> asked) {
    return asked == null ? ALLOWED : ALLOWED.stream().filter(asked::contains).toList();
  }
}

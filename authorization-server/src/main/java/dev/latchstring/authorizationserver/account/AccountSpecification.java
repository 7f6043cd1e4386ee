package dev.latchstring.authorizationserver.account;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account as the configuration describes it.
 *
 * @param username 1 to 128 characters; two that differ only in case are the same
 * @param password the password in clear, or null where there is a hash
 * @param passwordHash an Argon2id PHC string, or null where there is a password
 * @param displayName how pages address the person
 * @param attributes what else is known of the person
 * @param pin a PIN in clear; null where there is a hash, or none
 * @param pinHash an Argon2id PHC string of a PIN; null where there is a PIN, or none
 */
public record AccountSpecification(
    String username,
    @Nullable String password,
    @Nullable String passwordHash,
    String displayName,
    List<String> teams,
    Map<String, String> attributes,
    @Nullable String pin,
    @Nullable String pinHash) {

  /** One without a PIN. */
  public AccountSpecification(
      String username,
      @Nullable String password,
      @Nullable String passwordHash,
      String displayName,
      List<String> teams,
      Map<String, String> attributes) {
    this(username, password, passwordHash, displayName, teams, attributes, null, null);
  }

  public AccountSpecification {
    if (username.isBlank() || username.length() > 128) {
      throw new IllegalArgumentException("a username has 1 to 128 characters");
    }
    if ((password == null) == (passwordHash == null)) {
      throw new IllegalArgumentException(
          "account " + username + " has either a password or a password_hash");
    }
    if (pin != null && pinHash != null) {
      throw new IllegalArgumentException(
          "account " + username + " has a pin or a pin_hash, not both");
    }
    teams = List.copyOf(teams);
    attributes = Map.copyOf(attributes);
  }

  /** The name alone: the rest is secret or personal. */
  @Override
  public String toString() {
    return "AccountSpecification[" + username + "]";
  }
}

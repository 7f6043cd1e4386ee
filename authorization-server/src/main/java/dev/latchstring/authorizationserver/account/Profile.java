package dev.latchstring.authorizationserver.account;

import dev.latchstring.oauth.Scope;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * OpenID Connect Core §5.1. What clients may learn of a person.
 *
 * <p>Of an account's attributes only those named here leave the server: the others, such as a
 * birthdate, are answers by which people prove who they are.
 */
public record Profile(Account account, Map<String, String> attributes) {
  public Profile {
    attributes = Map.copyOf(attributes);
  }

  /** OpenID Connect Core §5.4: the claims that a scope asks for, without {@code sub}. */
  public Map<String, Object> claims(Scope scope) {
    Map<String, Object> claims = new LinkedHashMap<>();
    if (scope.contains("profile")) {
      claims.put("name", account.displayName());
      claims.put("preferred_username", account.username());
      copy(claims, "given_name");
      copy(claims, "family_name");
      copy(claims, "locale");
      copy(claims, "zoneinfo");
    }
    if (scope.contains("email") && attributes.containsKey("email")) {
      copy(claims, "email");
      claims.put("email_verified", "true".equals(attributes.get("email_verified")));
    }
    return claims;
  }

  private void copy(Map<String, Object> claims, String name) {
    String value = attributes.get(name);
    if (value != null) {
      claims.put(name, value);
    }
  }

  /** Without the attributes. */
  @Override
  public String toString() {
    return "Profile[" + account.username() + "]";
  }
}

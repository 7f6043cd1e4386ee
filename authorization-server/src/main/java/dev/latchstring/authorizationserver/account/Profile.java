package dev.latchstring.authorizationserver.account;

import dev.latchstring.oauth.Scope;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect Core §5.1. What clients may learn of a person.
 *
 * <p>Of an account's attributes only those named here leave the server: the others, such as a
 * birthdate, are answers by which people prove who they are.
 */
public record Profile(Account account, Map<String, String> attributes) {
  private static final String PROFILE = "profile";
  private static final String EMAIL = "email";

  /** Every claim but {@code sub}, and the scope that asks for it (OpenID Connect Core §5.4). */
  private static final Map<String, String> SCOPES = scopes();

  /** The claims, without {@code sub}. */
  public static final List<String> CLAIMS = List.copyOf(SCOPES.keySet());

  /** What is kept readable of an account's attributes beside the claims: where codes go. */
  private static final Set<String> DESTINATIONS = Set.of("phone_number", "email");

  private static Map<String, String> scopes() {
    Map<String, String> scopes = new LinkedHashMap<>();
    scopes.put("name", PROFILE);
    scopes.put("preferred_username", PROFILE);
    scopes.put("given_name", PROFILE);
    scopes.put("family_name", PROFILE);
    scopes.put("locale", PROFILE);
    scopes.put("zoneinfo", PROFILE);
    scopes.put("email", EMAIL);
    scopes.put("email_verified", EMAIL);
    return scopes;
  }

  public Profile {
    attributes = Map.copyOf(attributes);
  }

  /**
   * Whether an account's attribute is kept as it is: claims, and where codes go. Any other is an
   * answer, of which nothing but a keyed hash is kept.
   */
  public static boolean isReadable(String attribute) {
    return SCOPES.containsKey(attribute) || DESTINATIONS.contains(attribute);
  }

  /** The scope that asks for one of {@link #CLAIMS}. */
  public static String scopeOf(String claim) {
    return Objects.requireNonNull(SCOPES.get(claim), claim);
  }

  /**
   * The claims that a scope asks for, and those that are asked for by name, without {@code sub}.
   * One that the person does not have is left out.
   */
  public Map<String, Object> claims(Scope scope, Collection<String> named) {
    Map<String, Object> claims = new LinkedHashMap<>();
    SCOPES.forEach((claim, asking) -> {
      Object value = scope.contains(asking) || named.contains(claim) ? value(claim) : null;
      if (value != null) {
        claims.put(claim, value);
      }
    });
    return claims;
  }

  private @Nullable Object value(String claim) {
    return switch (claim) {
      case "name" -> account.displayName().isEmpty() ? null : account.displayName();
      case "preferred_username" -> account.username();
      case "email_verified" ->
          attributes.containsKey("email") ? "true".equals(attributes.get(claim)) : null;
      default -> attributes.get(claim);
    };
  }

  /** Without the attributes. */
  @Override
  public String toString() {
    return "Profile[" + account.username() + "]";
  }
}

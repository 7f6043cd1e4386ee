package dev.latchstring.authorizationserver.policy;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §3.3. Which scope a request gets.
 *
 * <p>What the resource knows and what the client is registered for bound it; a client that is
 * registered for none may ask people for any, but has none of its own. Asking for more than that is
 * {@code invalid_scope}, which names what is too much; so is asking for nothing by name at a
 * resource where the client is registered for none of what there is.
 *
 * <p>A reserved scope needs more: a first-party client that is registered for it by name, and a
 * person who is asked.
 */
public final class ScopePolicy {
  /** OpenID Connect Core §11: asks for a refresh token, which is given by registration here. */
  private static final Scope OFFLINE_ACCESS = Scope.of("offline_access");

  /**
   * OpenID Connect Core §3.1.2.1 and §5.4: what a client may learn of the person. It means the same
   * whatever the resource is, and nothing where there is no person.
   */
  public static final Scope IDENTITY = Scope.of("openid", "profile", "email");

  private ScopePolicy() {}

  /** The scope parameter of a request; null where there is none. */
  public static @Nullable Scope asked(@Nullable String parameter) {
    return parameter == null ? null : Scope.parse(parameter).minus(OFFLINE_ACCESS);
  }

  /**
   * What a client may ask a person for.
   *
   * @throws OAuthException {@code invalid_scope}
   */
  public static Scope forPerson(RegisteredClient client, Resource resource, @Nullable Scope asked) {
    Scope chosen = choose(resource, IDENTITY, registered(client), asked);
    return mayHaveReserved(client, resource) ? chosen : withoutReserved(resource, chosen, asked);
  }

  /** Whether the operator let a client have what is reserved at a resource. */
  public static boolean mayHaveReserved(RegisteredClient client, Resource resource) {
    Scope registered = registered(client);
    return client.isFirstParty()
        && registered != null
        && registered.containsAll(resource.reservedScopes());
  }

  private static Scope withoutReserved(Resource resource, Scope chosen, @Nullable Scope asked) {
    Scope reserved = chosen.intersect(resource.reservedScopes());
    if (asked != null && !reserved.isEmpty()) {
      throw new OAuthException(
          ErrorCode.INVALID_SCOPE,
          "scope " + reserved + " is for first-party clients that are registered for it by name");
    }
    return chosen.minus(reserved);
  }

  /** What a client is registered for; null where that is no bound. */
  public static @Nullable Scope registered(RegisteredClient client) {
    String registered = client.metadata().scope();
    return registered == null ? null : Scope.parse(registered);
  }

  /**
   * What a client gets in its own name.
   *
   * @throws OAuthException {@code invalid_scope}
   */
  public static Scope forClient(RegisteredClient client, Resource resource, @Nullable Scope asked) {
    Scope registered = registered(client);
    Scope most = registered == null ? Scope.NONE : registered;
    return withoutReserved(resource, choose(resource, Scope.NONE, most, asked), asked);
  }

  /**
   * What of a grant is asked for now: all of it unless a scope is named.
   *
   * @throws OAuthException {@code invalid_scope} where that is more (RFC 6749 §6)
   */
  public static Scope ofGranted(Resource resource, Scope granted, @Nullable Scope asked) {
    Scope known = resource.scopes();
    Scope still = known == null ? granted : granted.intersect(known.union(IDENTITY));
    if (asked == null) {
      return still;
    }
    requireWithin(asked, still, "was not granted");
    return asked;
  }

  /** A null bound is no bound. */
  private static Scope choose(
      Resource resource, Scope besides, @Nullable Scope registered, @Nullable Scope asked) {
    Scope known = resource.scopes();
    if (asked != null) {
      if (known != null) {
        requireWithin(asked, known.union(besides), "is not known at " + resource.identifier());
      }
      if (registered != null) {
        requireWithin(asked, registered, "is not what the client is registered for");
      }
      return asked;
    }
    if (registered == null) {
      return resource.defaultScopes();
    }
    Scope allowed = known == null ? registered : registered.intersect(known);
    if (allowed.isEmpty() && known != null && !known.isEmpty() && !registered.isEmpty()) {
      throw new OAuthException(
          ErrorCode.INVALID_SCOPE,
          "the client is registered for no scope of " + resource.identifier());
    }
    Scope usual = allowed.intersect(resource.defaultScopes());
    return usual.isEmpty() ? allowed : usual;
  }

  private static void requireWithin(Scope asked, Scope bound, String why) {
    Scope excess = asked.minus(bound);
    if (!excess.isEmpty()) {
      throw new OAuthException(ErrorCode.INVALID_SCOPE, "scope " + excess + " " + why);
    }
  }
}

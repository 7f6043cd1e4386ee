package dev.latchstring.authorizationserver.policy;

import dev.latchstring.authorizationserver.config.ResourceSettings;
import dev.latchstring.authorizationserver.device.ResourceDescriptions;
import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8707 §2. Which resource a token is to be for: one, and one that is known.
 *
 * <p>A request that names none gets the only one there is, or the only one that has all the scopes
 * it asks for (RFC 9068 §3). Where no resources are configured, tokens are for the issuer itself
 * unless the issuer is on loopback: then for any resource on loopback, with whatever scopes are
 * asked for.
 *
 * <p>The issuer is always a resource, too, for what people let programs do here in their name; it
 * has the {@link #APPROVALS} scope and is never chosen unless it is named.
 */
public final class ResourcePolicy implements ResourceDescriptions {
  /** The scope of the issuer with which a program answers in a person's name. */
  public static final String APPROVALS = "approvals";

  private static final Scope RESERVED = Scope.of(APPROVALS);
  private static final String WORDS = "Approve logins and calls in your name";

  private final Map<String, Resource> known = new LinkedHashMap<>();
  private final URI issuer;

  public ResourcePolicy(URI issuer, List<ResourceSettings> resources) {
    this.issuer = issuer;
    for (ResourceSettings settings : resources) {
      known.put(
          settings.resource(),
          new Resource(
              settings.resource(),
              settings.name(),
              settings.scopes(),
              settings.scopeWords(),
              settings.defaultScopes(),
              Scope.NONE,
              settings.format()));
    }
    known.computeIfPresent(issuer.toString(), (identifier, own) -> withReserved(own));
  }

  private static Resource withReserved(Resource own) {
    Map<String, String> words = new LinkedHashMap<>(own.scopeWords());
    words.putIfAbsent(APPROVALS, WORDS);
    return new Resource(
        own.identifier(),
        own.name(),
        own.scopes() == null ? null : own.scopes().union(RESERVED),
        words,
        own.defaultScopes(),
        RESERVED,
        own.format());
  }

  /** Every scope of every resource, for metadata. */
  public Scope allScopes() {
    Scope all = Scope.NONE;
    for (Resource resource : known.values()) {
      all = all.union(resource.scopes() == null ? Scope.NONE : resource.scopes());
    }
    return all;
  }

  /**
   * The resource a request is about.
   *
   * @param asked the values of its {@code resource} parameter
   * @param scope the scope it asks for
   * @throws OAuthException {@code invalid_target} for more than one, for one that is not known, and
   *     where none is named and several could be meant
   */
  public Resource choose(List<String> asked, Scope scope) {
    if (asked.size() > 1) {
      throw refused("ask for a token for one resource at a time");
    }
    if (asked.size() == 1) {
      String identifier = HttpsUri.requireResource(asked.getFirst()).toString();
      return find(identifier)
          .orElseThrow(() -> refused("resource " + identifier + " is not known here"));
    }
    return unnamed(scope);
  }

  /**
   * The resource of a token that is being asked for again, which may have been configured away.
   *
   * @param asked the values of the request's {@code resource} parameter
   * @param granted what was granted
   * @throws OAuthException {@code invalid_target} where another is asked for or it is gone
   */
  public Resource same(List<String> asked, String granted) {
    for (String resource : asked) {
      if (!HttpsUri.requireResource(resource).toString().equals(granted)) {
        throw refused("what was granted is for the resource " + granted);
      }
    }
    return find(granted)
        .orElseThrow(() -> refused("resource " + granted + " is not known any more"));
  }

  /** A resource by its identifier. */
  public Optional<Resource> find(String identifier) {
    Resource resource = known.get(identifier);
    if (resource != null) {
      return Optional.of(resource);
    }
    if (identifier.equals(issuer.toString())) {
      return Optional.of(withReserved(known.isEmpty() ? unconfigured(issuer) : ownAlone()));
    }
    if (!known.isEmpty()) {
      return Optional.empty();
    }
    URI uri = URI.create(identifier);
    return HttpsUri.isLoopback(issuer) && HttpsUri.isLoopback(uri)
        ? Optional.of(unconfigured(uri))
        : Optional.empty();
  }

  @Override
  public String name(String identifier) {
    return find(identifier).map(Resource::name).orElse(identifier);
  }

  @Override
  public @Nullable String words(String identifier, String scope) {
    return find(identifier).map(resource -> resource.scopeWords().get(scope)).orElse(null);
  }

  private Resource unnamed(Scope scope) {
    if (known.isEmpty()) {
      return withReserved(unconfigured(issuer));
    }
    if (known.size() == 1) {
      return known.values().iterator().next();
    }
    Scope own = scope.minus(ScopePolicy.IDENTITY);
    List<Resource> offering =
        known.values().stream()
            .filter(r -> !own.isEmpty() && r.scopes() != null && r.scopes().containsAll(own))
            .toList();
    if (offering.size() != 1) {
      throw refused(
          "name the resource the token is for, with the parameter resource: "
              + known.keySet().stream().limit(5).collect(Collectors.joining(", ")));
    }
    return offering.getFirst();
  }

  private static Resource unconfigured(URI uri) {
    return new Resource(
        uri.toString(),
        HttpsUri.origin(uri),
        null,
        Map.of(),
        Scope.NONE,
        Scope.NONE,
        AccessTokenFormat.JWT);
  }

  /** The issuer where the configuration does not name it: nothing but what is reserved. */
  private Resource ownAlone() {
    return new Resource(
        issuer.toString(),
        "your account at " + issuer.getRawAuthority(),
        Scope.NONE,
        Map.of(),
        Scope.NONE,
        Scope.NONE,
        AccessTokenFormat.JWT);
  }

  private static OAuthException refused(String why) {
    return new OAuthException(ErrorCode.INVALID_TARGET, why);
  }
}

package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.oauth.Scope;
import java.util.Map;

/**
 * RFC 8707. A resource that tokens are issued for.
 *
 * @param resource its identifier, canonical: the {@code aud} of its tokens
 * @param name what people read; the identifier's host unless it is given
 * @param scopes every scope that has a meaning there
 * @param scopeWords what a scope means, in words for people, where the operator said so
 * @param defaultScopes what is granted to a request that names no scope
 * @param scopeDescriptions what a scope means, in words for people, by its name
 */
public record ResourceSettings(
    String resource,
    String name,
    Scope scopes,
    Scope defaultScopes,
    AccessTokenFormat format,
    Map<String, String> scopeDescriptions) {
  public ResourceSettings {
    scopeDescriptions = Map.copyOf(scopeDescriptions);
  }

  /** One whose scopes speak for themselves. */
  public ResourceSettings(
      String resource, String name, Scope scopes, Scope defaultScopes, AccessTokenFormat format) {
    this(resource, name, scopes, defaultScopes, format, Map.of());
  }
}

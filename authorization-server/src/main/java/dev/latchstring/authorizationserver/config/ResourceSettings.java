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
 */
public record ResourceSettings(
    String resource,
    String name,
    Scope scopes,
    Map<String, String> scopeWords,
    Scope defaultScopes,
    AccessTokenFormat format) {
  public ResourceSettings {
    scopeWords = Map.copyOf(scopeWords);
  }
}

package dev.latchstring.authorizationserver.policy;

import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.oauth.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8707. Something a token can be for.
 *
 * @param identifier the {@code aud} of its tokens
 * @param name what people read
 * @param scopes those that have a meaning there; null where that is not known, in development
 * @param scopeWords what a scope means, in words for people, where the operator said so
 * @param defaultScopes what a request that names none gets
 * @param reservedScopes those that only a first-party client gets, and only where it is registered
 *     for them by name
 */
public record Resource(
    String identifier,
    String name,
    @Nullable Scope scopes,
    Map<String, String> scopeWords,
    Scope defaultScopes,
    Scope reservedScopes,
    AccessTokenFormat format) {
  public Resource {
    scopeWords = Map.copyOf(scopeWords);
  }
}

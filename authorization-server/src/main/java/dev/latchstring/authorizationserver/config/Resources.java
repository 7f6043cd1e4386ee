package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.token.AccessTokenFormat;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for {@code resources}. */
final class Resources {
  private Resources() {}

  static List<ResourceSettings> read(List<ConfigurationFile.Resource> resources) {
    Set<String> seen = new HashSet<>();
    return resources.stream().map(resource -> one(resource, seen)).toList();
  }

  private static ResourceSettings one(ConfigurationFile.Resource resource, Set<String> seen) {
    if (resource.resource() == null) {
      throw new ConfigurationException(
          "resources: each needs a resource, the URL of an MCP server");
    }
    URI uri = uri(resource.resource());
    if (!seen.add(uri.toString())) {
      throw new ConfigurationException("resources: '" + uri + "' is there twice");
    }
    Map<String, String> words = scopes(uri, resource.scopes());
    Scope scopes = scope(uri, words.keySet());
    Scope defaults =
        resource.defaultScopes() == null ? scopes : scope(uri, resource.defaultScopes());
    if (!scopes.containsAll(defaults)) {
      throw new ConfigurationException(
          "resources: default_scopes of '"
              + uri
              + "' has values that are not in its scopes: "
              + defaults.minus(scopes));
    }
    String name = resource.name() == null ? String.valueOf(uri.getHost()) : resource.name();
    return new ResourceSettings(
        uri.toString(),
        name,
        scopes,
        words(words),
        defaults,
        format(uri, resource.accessTokenFormat()));
  }

  private static URI uri(String text) {
    try {
      return HttpsUri.requireResource(text);
    } catch (OAuthException e) {
      throw new ConfigurationException(
          "resources: '" + text + "' cannot be used: " + e.description());
    }
  }

  /** Each scope with its words, which are empty where there are none. */
  private static Map<String, String> scopes(URI resource, @Nullable JsonNode scopes) {
    Map<String, String> words = new LinkedHashMap<>();
    if (scopes == null || scopes.isNull()) {
      return words;
    }
    boolean texts =
        (scopes.isArray() || scopes.isObject())
            && scopes.values().stream().allMatch(value -> value.isString() || value.isNull());
    if (!texts) {
      throw new ConfigurationException(
          "resources: scopes of '"
              + resource
              + "' must be a list of names, or a map from names to a few words for people");
    }
    if (scopes.isArray()) {
      scopes.values().forEach(value -> words.put(value.asString(""), ""));
    } else {
      scopes.properties().forEach(p -> words.put(p.getKey(), p.getValue().asString("")));
    }
    return words;
  }

  private static Map<String, String> words(Map<String, String> scopes) {
    return scopes.entrySet().stream()
        .filter(scope -> !scope.getValue().isBlank())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Scope scope(URI resource, @Nullable Collection<String> tokens) {
    try {
      return tokens == null ? Scope.NONE : Scope.of(tokens);
    } catch (OAuthException e) {
      throw new ConfigurationException(
          "resources: a scope of '" + resource + "' cannot be used: " + e.description());
    }
  }

  private static AccessTokenFormat format(URI resource, @Nullable String format) {
    return switch (format) {
      case null -> AccessTokenFormat.JWT;
      case "jwt" -> AccessTokenFormat.JWT;
      case "opaque" -> AccessTokenFormat.OPAQUE;
      default ->
          throw new ConfigurationException(
              "resources: access_token_format of '" + resource + "' must be jwt or opaque");
    };
  }
}

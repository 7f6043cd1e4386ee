package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The clients and resources of the file, by which other parts of it name them. */
final class KnownNames {
  private final Map<String, ClientSettings> clients;
  private final List<String> resources;

  KnownNames(List<ClientSettings> clients, List<ResourceSettings> resources) {
    this.clients =
        clients.stream()
            .collect(
                Collectors.toMap(
                    ClientSettings::clientId, client -> client, (a, b) -> a, LinkedHashMap::new));
    this.resources = resources.stream().map(ResourceSettings::resource).toList();
  }

  /**
   * A client of the file.
   *
   * @param grant a grant it must be registered for
   * @throws ConfigurationException where it is not there, or not registered for it
   */
  ClientSettings client(String where, @Nullable String id, String grant) {
    ClientSettings client = id == null ? null : clients.get(id);
    if (client == null) {
      throw new ConfigurationException(
          where + ": '" + id + "' is not a client_id of clients" + hint(id, clients.keySet()));
    }
    if (!client.metadata().grants().contains(grant)) {
      throw new ConfigurationException(
          where + ": client '" + id + "' needs " + grant + " among its grant_types");
    }
    return client;
  }

  /**
   * A resource of this server, canonical; one on loopback will do where none is configured.
   *
   * @throws ConfigurationException where it is not one
   */
  String resource(String where, @Nullable String text) {
    String resource = foreignResource(where, text);
    if (!resources.isEmpty() && !resources.contains(resource)) {
      throw new ConfigurationException(
          where
              + ": '"
              + resource
              + "' is not a resource of resources"
              + hint(resource, resources));
    }
    return resource;
  }

  /** A resource of whoever's, canonical. */
  static String foreignResource(String where, @Nullable String text) {
    try {
      return HttpsUri.requireResource(required(where, text)).toString();
    } catch (OAuthException e) {
      throw new ConfigurationException(
          where + ": '" + text + "' cannot be used: " + e.description());
    }
  }

  /** At least one resource of this server. */
  List<String> resources(String where, @Nullable List<String> texts) {
    List<String> found = new ArrayList<>();
    for (String text : requiredList(where, texts)) {
      found.add(resource(where, text));
    }
    return found;
  }

  static @Nullable Scope scope(String where, @Nullable String text) {
    try {
      return text == null ? null : Scope.parse(text);
    } catch (OAuthException e) {
      throw new ConfigurationException(where + ": " + e.description());
    }
  }

  static String required(String where, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new ConfigurationException(where + ": is missing");
    }
    return text;
  }

  static <T> List<T> requiredList(String where, @Nullable List<T> items) {
    if (items == null || items.isEmpty() || items.stream().anyMatch(java.util.Objects::isNull)) {
      throw new ConfigurationException(where + ": must be a list of at least one");
    }
    return items;
  }

  /** What somebody meant who wrote a name that is not there. */
  static String hint(@Nullable String name, Collection<String> known) {
    return NearestName.of(name == null ? "" : name, known)
        .map(nearest -> "; did you mean '" + nearest + "'?")
        .orElse("; possible: " + String.join(", ", known));
  }
}

package dev.latchstring.authorizationserver.consent;

import dev.latchstring.authorizationserver.device.ResourceDescriptions;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.registration.AiMetadata;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.context.McpContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Puts clients, resources and scopes into words for the person who decides. */
public final class AccessDescription {
  private static final String THIS_MACHINE = "a program on this machine";
  private static final int MAX_NAME = 80;
  private static final int MAX_CAPABILITY = 40;

  /** No host is longer (RFC 1035 §2.3.4): its end, which matters most, is always there. */
  private static final int MAX_HOST = 253;

  private static final int MAX_IDENTIFIER = 120;
  private static final int MAX_RESOURCE = 200;
  private static final int MAX_USE = 80;

  /** OpenID Connect Core §3.1.2.1 and §11, which mean the same everywhere. */
  private static final Map<String, String> STANDARD_SCOPES =
      Map.of(
          "openid", "Know who you are",
          "profile", "See your name and username",
          "email", "See your email address",
          "offline_access", "Stay connected when you’re not there");

  /** The claims of {@code Profile}, each of which can be asked for alone. */
  private static final Map<String, String> CLAIMS =
      Map.of(
          "name", "See your name",
          "preferred_username", "See your username",
          "given_name", "See your first name",
          "family_name", "See your last name",
          "locale", "See your language",
          "zoneinfo", "See your time zone",
          "email", "See your email address",
          "email_verified", "See whether your email address was checked");

  private final Function<String, Optional<RegisteredClient>> clients;
  private final ResourceDescriptions resources;

  /**
   * @param clients finds a client by its identifier
   */
  public AccessDescription(
      Function<String, Optional<RegisteredClient>> clients, ResourceDescriptions resources) {
    this.clients = clients;
    this.resources = resources;
  }

  /** The client's name, or its identifier where it has none. */
  public String clientName(String clientId) {
    return clients
        .apply(clientId)
        .map(client -> client.metadata().clientName())
        .map(name -> DisplayText.of(name, MAX_NAME))
        .filter(name -> !name.isEmpty())
        .orElseGet(() -> DisplayText.of(clientId, MAX_NAME));
  }

  /** All that is known of a client. */
  public ClientDescription client(String clientId) {
    Optional<RegisteredClient> client = clients.apply(clientId);
    return new ClientDescription(
        clientName(clientId),
        DisplayText.of(clientId, MAX_IDENTIFIER),
        client.map(known -> known.metadata().clientUri()).map(AccessDescription::host).orElse(null),
        client.map(AccessDescription::destinations).orElse(List.of()),
        client.map(known -> known.origin() == Origin.CONFIGURED).orElse(false),
        publishedAt(client, clientId),
        client
            .flatMap(known -> AiMetadata.of(known.metadata()))
            .map(AccessDescription::ai)
            .orElse(null));
  }

  /** Each place once; whatever its port, this machine is one. */
  private static List<String> destinations(RegisteredClient client) {
    List<String> uris = client.metadata().redirectUris();
    return uris == null || !client.metadata().grants().contains(GrantTypes.AUTHORIZATION_CODE)
        ? List.of()
        : uris.stream()
            .map(Destination::of)
            .map(place -> place.kind() == Destination.Kind.LOOPBACK ? THIS_MACHINE : place.name())
            .distinct()
            .toList();
  }

  /** Shown even where the document is not at hand any more: the identifier says it. */
  private static @Nullable String publishedAt(Optional<RegisteredClient> client, String clientId) {
    return client.map(RegisteredClient::origin).orElse(Origin.METADATA_DOCUMENT)
            == Origin.METADATA_DOCUMENT
        ? host(clientId)
        : null;
  }

  private static ClientDescription.Ai ai(AiMetadata stated) {
    String family = stated.modelFamily();
    return new ClientDescription.Ai(
        family == null ? null : DisplayText.of(family, MAX_NAME),
        stated.capabilities().stream()
            .map(capability -> DisplayText.of(capability, MAX_CAPABILITY))
            .filter(capability -> !capability.isEmpty())
            .toList());
  }

  /** What a client states it wants access for; null where it states nothing that can be shown. */
  public static @Nullable String intendedUse(@Nullable McpContext context) {
    JsonNode use = context == null ? null : context.object().get("intended_use");
    String text = use == null || !use.isString() ? "" : DisplayText.of(use.stringValue(), MAX_USE);
    return text.isEmpty() ? null : text;
  }

  /** The resource's name. */
  public String resourceName(String resource) {
    return DisplayText.of(resources.name(resource), MAX_NAME);
  }

  /** The resource's identifier. */
  public String resource(String resource) {
    return DisplayText.of(resource, MAX_RESOURCE);
  }

  /**
   * What the scopes let a client do at a resource, and what of the person it learns beside them.
   *
   * @param claims by their names (OpenID Connect Core §5.5)
   */
  public List<Permission> permissions(String resource, Scope scope, Collection<String> claims) {
    return Stream.concat(
            scope.values().stream().map(token -> new Permission(token, words(resource, token))),
            claims.stream().map(claim -> new Permission(claim, CLAIMS.get(claim))))
        .toList();
  }

  private @Nullable String words(String resource, String scope) {
    String words = resources.words(resource, scope);
    return words == null ? STANDARD_SCOPES.get(scope) : words;
  }

  /** The host alone, for the rest of an address can say anything; null where it has none. */
  public static @Nullable String host(String uri) {
    try {
      String host = new URI(uri).getHost();
      return host == null ? null : DisplayText.of(host, MAX_HOST);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}

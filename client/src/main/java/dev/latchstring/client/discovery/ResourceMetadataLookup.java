package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9728. Finds the metadata of an MCP server and checks that it is about that server.
 *
 * <p>The place that the challenge names is the only one asked where it names one; else the
 * well-known place with the server's path, then the one at the root. A pinned place stands above
 * all of them.
 */
final class ResourceMetadataLookup {
  /** The most authorization servers that are considered. */
  static final int MAX_AUTHORIZATION_SERVERS = 8;

  private final Documents documents;

  ResourceMetadataLookup(Http http) {
    this.documents = new Documents(http);
  }

  /**
   * @param resource the server's identifier
   */
  record Found(URI resource, ProtectedResourceMetadata metadata) {}

  /**
   * Empty where the server has no such document anywhere, as in protocol 2025-03-26, or where that
   * is pinned.
   */
  Optional<Found> find(URI server, List<Challenge> challenges, ServerSettings pinned) {
    if (pinned.isNone(Setting.RESOURCE_METADATA_URL)) {
      return Optional.empty();
    }
    String pinnedPlace = pinned.value(Setting.RESOURCE_METADATA_URL);
    if (pinnedPlace != null) {
      URI place = URI.create(pinnedPlace);
      return Optional.of(validate(server, place, pinned(place), pinned));
    }
    String named = named(challenges);
    if (named != null) {
      URI place = Trust.of(server).require("resource_metadata", named);
      ProtectedResourceMetadata metadata =
          documents
              .find(place, ProtectedResourceMetadata.class)
              .orElseThrow(() ->
                  new ClientException(
                      Problem.METADATA_MISSING,
                      "the server's challenge names "
                          + place
                          + " as its metadata, and there is none (RFC 9728 section 5.1)",
                      "ask the server's operator to serve the document there"));
      return Optional.of(validate(server, place, metadata, pinned));
    }
    for (URI place : WellKnown.protectedResource(HttpsUri.requireResource(server.toString()))) {
      Optional<ProtectedResourceMetadata> metadata =
          documents.find(place, ProtectedResourceMetadata.class);
      if (metadata.isPresent()) {
        return Optional.of(validate(server, place, metadata.get(), pinned));
      }
    }
    return Optional.empty();
  }

  private ProtectedResourceMetadata pinned(URI place) {
    return documents
        .find(place, ProtectedResourceMetadata.class)
        .orElseThrow(() ->
            new ClientException(
                Problem.METADATA_MISSING,
                "there is no protected resource metadata at the pinned " + place,
                "correct resource_metadata_url, or pin resource_metadata_url=none and issuer"));
  }

  private static @Nullable String named(List<Challenge> challenges) {
    return challenges.stream()
        .map(Challenge::resourceMetadata)
        .filter(place -> place != null && !place.isEmpty())
        .findFirst()
        .orElse(null);
  }

  private static Found validate(
      URI server, URI place, ProtectedResourceMetadata metadata, ServerSettings pinned) {
    if (pinned.value(Setting.ISSUER) == null
        && (metadata.authorizationServers() == null || metadata.authorizationServers().isEmpty())) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at " + place + " names no authorization_servers, which MCP requires",
          "pin issuer, or ask the server's operator to name at least one");
    }
    if (metadata.resource() != null && metadata.resource().equals(pinned.value(Setting.RESOURCE))) {
      return new Found(HttpsUri.requireResource(server.toString()), metadata);
    }
    return new Found(resource(server, place, metadata.resource()), metadata);
  }

  /**
   * RFC 9728 §3.3: the resource is identical to the address that was asked, or, where the document
   * is the one at the root, to the origin. Only spellings that RFC 8707 calls equal are equal:
   * letter case of scheme and host, and a bare trailing slash.
   */
  private static URI resource(URI server, URI place, @Nullable String claimed) {
    if (claimed == null) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at " + place + " has no resource, which RFC 9728 section 2 requires",
          "ask the server's operator to add it");
    }
    URI asked = HttpsUri.requireResource(server.toString());
    URI resource;
    try {
      resource = HttpsUri.requireResource(claimed);
    } catch (OAuthException e) {
      throw mismatch(place, claimed, asked);
    }
    String origin = HttpsUri.origin(asked);
    boolean atRoot = place.equals(URI.create(origin + WellKnown.PROTECTED_RESOURCE));
    if (resource.equals(asked) || (atRoot && resource.toString().equals(origin))) {
      return resource;
    }
    throw mismatch(place, claimed, asked);
  }

  private static ClientException mismatch(URI place, String claimed, URI asked) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the document at "
            + place
            + " is about "
            + ServerText.quote(claimed)
            + ", not about "
            + asked
            + " (RFC 9728 section 3.3)",
        "if the resource it names is the server you mean, use that address, or pin resource to it;"
            + " else ask the operator to correct it");
  }
}

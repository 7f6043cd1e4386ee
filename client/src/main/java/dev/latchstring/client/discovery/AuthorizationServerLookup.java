package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8414 and OpenID Connect Discovery, in MCP's order. A document counts only where its {@code
 * issuer} is identical to the one asked for; another is passed over, and told if no place has a
 * right one. What is pinned stands above what a document says.
 */
public final class AuthorizationServerLookup {
  private final Documents documents;

  public AuthorizationServerLookup(Http http) {
    this.documents = new Documents(http);
  }

  /** Where nothing is pinned; see the other. */
  public AuthorizationServerMetadata require(String issuer, Trust trust) {
    return require(issuer, trust, ServerSettings.NONE);
  }

  /**
   * @throws ClientException {@link Problem#METADATA_MISSING} where no place has a document, {@link
   *     Problem#METADATA_INVALID} where one has and it may not be used, {@link
   *     Problem#BAD_SETTINGS} where it is pinned that there is none, and not where tokens are
   *     issued
   */
  public AuthorizationServerMetadata require(String issuer, Trust trust, ServerSettings pinned) {
    return find(issuer, trust, pinned)
        .orElseThrow(() ->
            new ClientException(
                Problem.METADATA_MISSING,
                "the authorization server "
                    + ServerText.quote(issuer)
                    + " publishes no metadata at any place MCP asks for (RFC 8414 section 3)",
                "check that it is running; ask its operator for "
                    + WellKnown.AUTHORIZATION_SERVER
                    + "; or pin metadata_url"));
  }

  /** Empty where no place has a document. */
  Optional<AuthorizationServerMetadata> find(String issuer, Trust trust, ServerSettings pinned) {
    URI address =
        issuer.equals(pinned.value(Setting.ISSUER))
            ? URI.create(issuer)
            : trust.require("authorization server", issuer);
    try {
      HttpsUri.requireIssuer(issuer);
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the authorization server " + ServerText.quote(issuer) + ": " + e.description(),
          "ask the server's operator to correct its metadata, or pin issuer");
    }
    if (pinned.isNone(Setting.METADATA_URL)) {
      return Optional.of(pinnedAlone(issuer, pinned));
    }
    String place = pinned.value(Setting.METADATA_URL);
    List<URI> places =
        place == null ? WellKnown.authorizationServer(address) : List.of(URI.create(place));
    ClientException first = null;
    for (URI next : places) {
      try {
        Optional<AuthorizationServerMetadata> metadata =
            documents.find(next, AuthorizationServerMetadata.class);
        if (metadata.isPresent()) {
          return Optional.of(validate(issuer, next, metadata.get(), trust, pinned));
        }
      } catch (ClientException e) {
        if (e.problem() == Problem.NETWORK) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return Optional.empty();
  }

  /**
   * The issuer that a pinned document names: whoever pins the document and no issuer means that
   * one. Null where no document is pinned, or there is none.
   */
  @Nullable String issuerOfPinned(ServerSettings pinned) {
    String place = pinned.value(Setting.METADATA_URL);
    return place == null
        ? null
        : documents
            .find(URI.create(place), AuthorizationServerMetadata.class)
            .map(AuthorizationServerMetadata::issuer)
            .orElse(null);
  }

  private static AuthorizationServerMetadata pinnedAlone(String issuer, ServerSettings pinned) {
    AuthorizationServerMetadata metadata =
        pinned.over(
            Json.convert(
                Json.mapper().valueToTree(Map.of("issuer", issuer)),
                AuthorizationServerMetadata.class));
    if (metadata.tokenEndpoint() == null) {
      throw new ClientException(
          Problem.BAD_SETTINGS,
          "metadata_url=none is pinned for " + issuer + ", and no token_endpoint",
          "pin token_endpoint, and authorization_endpoint or device_authorization_endpoint");
    }
    return metadata;
  }

  private static AuthorizationServerMetadata validate(
      String issuer,
      URI place,
      AuthorizationServerMetadata found,
      Trust trust,
      ServerSettings pinned) {
    if (!issuer.equals(found.issuer())) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at "
              + place
              + " has the issuer "
              + ServerText.quote(found.issuer())
              + " where "
              + ServerText.quote(issuer)
              + " was asked for; they must be identical (RFC 8414 section 3.3)",
          "ask the operators to spell the issuer the same way in both documents, down to the"
              + " last slash; latch doctor says what to pin meanwhile");
    }
    AuthorizationServerMetadata metadata = pinned.over(found);
    if (metadata.tokenEndpoint() == null) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at " + place + " has no token_endpoint (RFC 8414 section 2)",
          "pin token_endpoint, or ask the authorization server's operator to add it");
    }
    check(trust, pinned, Setting.TOKEN_ENDPOINT, metadata.tokenEndpoint());
    check(trust, pinned, Setting.AUTHORIZATION_ENDPOINT, metadata.authorizationEndpoint());
    check(
        trust,
        pinned,
        Setting.DEVICE_AUTHORIZATION_ENDPOINT,
        metadata.deviceAuthorizationEndpoint());
    check(
        trust,
        pinned,
        Setting.AUTHORIZATION_CHALLENGE_ENDPOINT,
        metadata.authorizationChallengeEndpoint());
    check(trust, pinned, Setting.REGISTRATION_ENDPOINT, metadata.registrationEndpoint());
    check(trust, pinned, Setting.REVOCATION_ENDPOINT, metadata.revocationEndpoint());
    check(trust, pinned, Setting.INTROSPECTION_ENDPOINT, metadata.introspectionEndpoint());
    return metadata;
  }

  /** What the person pinned was judged when it was pinned. */
  private static void check(
      Trust trust, ServerSettings pinned, Setting setting, @Nullable String address) {
    if (address != null && pinned.pin(setting) == null) {
      trust.require(setting.key(), address);
    }
  }
}

package dev.latchstring.client.discovery;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.http.Trust;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8414 and OpenID Connect Discovery, in MCP's order. A document counts only where its {@code
 * issuer} is identical to the one asked for; another is passed over, and told if no place has a
 * right one.
 */
public final class AuthorizationServerLookup {
  private final Documents documents;

  public AuthorizationServerLookup(Http http) {
    this.documents = new Documents(http);
  }

  /**
   * @throws ClientException {@link Problem#METADATA_MISSING} where no place has a document, {@link
   *     Problem#METADATA_INVALID} where one has and it may not be used
   */
  public AuthorizationServerMetadata require(String issuer, Trust trust) {
    return find(issuer, trust)
        .orElseThrow(() ->
            new ClientException(
                Problem.METADATA_MISSING,
                "the authorization server "
                    + ServerText.quote(issuer)
                    + " publishes no metadata at any place MCP asks for (RFC 8414 section 3)",
                "check that it is running; ask its operator for "
                    + WellKnown.AUTHORIZATION_SERVER));
  }

  /** Empty where no place has a document. */
  Optional<AuthorizationServerMetadata> find(String issuer, Trust trust) {
    URI address = trust.require("authorization server", issuer);
    try {
      HttpsUri.requireIssuer(issuer);
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the authorization server " + ServerText.quote(issuer) + ": " + e.description(),
          "ask the server's operator to correct its metadata");
    }
    ClientException first = null;
    for (URI place : WellKnown.authorizationServer(address)) {
      try {
        Optional<AuthorizationServerMetadata> metadata =
            documents.find(place, AuthorizationServerMetadata.class);
        if (metadata.isPresent()) {
          return Optional.of(validate(issuer, place, metadata.get(), trust));
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

  private static AuthorizationServerMetadata validate(
      String issuer, URI place, AuthorizationServerMetadata metadata, Trust trust) {
    if (!issuer.equals(metadata.issuer())) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at "
              + place
              + " has the issuer "
              + ServerText.quote(metadata.issuer())
              + " where "
              + ServerText.quote(issuer)
              + " was asked for; they must be identical (RFC 8414 section 3.3)",
          "ask the operators to spell the issuer the same way in both documents, down to the"
              + " last slash");
    }
    if (metadata.tokenEndpoint() == null) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the document at " + place + " has no token_endpoint (RFC 8414 section 2)",
          "ask the authorization server's operator to add it");
    }
    check(trust, "token_endpoint", metadata.tokenEndpoint());
    check(trust, "authorization_endpoint", metadata.authorizationEndpoint());
    check(trust, "device_authorization_endpoint", metadata.deviceAuthorizationEndpoint());
    check(trust, "authorization_challenge_endpoint", metadata.authorizationChallengeEndpoint());
    check(trust, "registration_endpoint", metadata.registrationEndpoint());
    check(trust, "revocation_endpoint", metadata.revocationEndpoint());
    check(trust, "introspection_endpoint", metadata.introspectionEndpoint());
    return metadata;
  }

  private static void check(Trust trust, String what, @Nullable String address) {
    if (address != null) {
      trust.require(what, address);
    }
  }
}

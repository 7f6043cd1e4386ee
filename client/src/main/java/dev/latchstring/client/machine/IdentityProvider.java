package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.discovery.AuthorizationServerLookup;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.http.Trust;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Enterprise-Managed Authorization" §1.2. The organisation's identity provider, which the
 * person named: no server's metadata leads here, and what belongs to it goes nowhere else.
 */
public final class IdentityProvider {
  private final String issuer;
  private final @Nullable ClientIdentity client;
  private final AtomicReference<@Nullable AuthorizationServerMetadata> metadata =
      new AtomicReference<>();

  /**
   * @param issuer as it spells itself
   * @param client what this program is called there, with its secret or key where it has one; null
   *     where that follows from a login there
   * @throws ClientException {@link Problem#BAD_ADDRESS} where the issuer is no https URL
   */
  public IdentityProvider(String issuer, @Nullable ClientIdentity client) {
    try {
      HttpsUri.requireIssuer(issuer);
    } catch (OAuthException e) {
      throw new ClientException(
          Problem.BAD_ADDRESS,
          "the identity provider's issuer cannot be used: " + e.description(),
          "give it as its id tokens spell it in iss");
    }
    this.issuer = issuer;
    this.client = client == null ? null : client.at(issuer);
  }

  /** As it spells itself. */
  public String issuer() {
    return issuer;
  }

  /**
   * What it says of itself, read once (RFC 8414, OpenID Connect Discovery).
   *
   * @throws ClientException {@link Problem#METADATA_MISSING}, {@link Problem#METADATA_INVALID},
   *     {@link Problem#NETWORK}
   */
  AuthorizationServerMetadata metadata(Http http) {
    AuthorizationServerMetadata known = metadata.get();
    if (known == null) {
      known = new AuthorizationServerLookup(http).require(issuer, Trust.of(URI.create(issuer)));
      metadata.set(known);
    }
    return known;
  }

  ClientAuthentication authentication(AuthorizationServerMetadata known) {
    return client == null ? ClientAuthentication.nobody() : ClientAuthentication.to(known, client);
  }

  /** Without the client's secrets. */
  @Override
  public String toString() {
    return "IdentityProvider[" + issuer + "]";
  }
}

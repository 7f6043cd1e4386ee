package dev.latchstring.oauth.metadata;

import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.util.List;

/**
 * Where metadata is found: RFC 8615 addresses of an issuer or a resource, in the order MCP asks
 * for.
 */
public final class WellKnown {
  /** RFC 8414 §3. */
  public static final String AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";

  /** OpenID Connect Discovery 1.0 §4. */
  public static final String OPENID_CONFIGURATION = "/.well-known/openid-configuration";

  /** RFC 9728 §3. */
  public static final String PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";

  private WellKnown() {}

  /**
   * The places of an authorization server's metadata: for an issuer with a path, inserted (RFC
   * 8414), inserted (OpenID), appended (OpenID); for one without, RFC 8414 then OpenID.
   */
  public static List<URI> authorizationServer(URI issuer) {
    String origin = HttpsUri.origin(issuer);
    String path = path(issuer);
    if (path.isEmpty()) {
      return List.of(
          URI.create(origin + AUTHORIZATION_SERVER), URI.create(origin + OPENID_CONFIGURATION));
    }
    return List.of(
        URI.create(origin + AUTHORIZATION_SERVER + path),
        URI.create(origin + OPENID_CONFIGURATION + path),
        URI.create(origin + path + OPENID_CONFIGURATION));
  }

  /** The places of a protected resource's metadata: with the path inserted, then at the root. */
  public static List<URI> protectedResource(URI resource) {
    String origin = HttpsUri.origin(resource);
    URI root = URI.create(origin + PROTECTED_RESOURCE);
    String path = path(resource);
    String query = resource.getRawQuery() == null ? "" : "?" + resource.getRawQuery();
    if (path.isEmpty() && query.isEmpty()) {
      return List.of(root);
    }
    return List.of(URI.create(origin + PROTECTED_RESOURCE + path + query), root);
  }

  /** RFC 8414 §3.1: a terminating slash is removed before the well-known part is inserted. */
  private static String path(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}

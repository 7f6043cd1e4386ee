package dev.latchstring.authorizationserver.registration;

import dev.latchstring.authorizationserver.token.grant.GrantTypes;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ClientMetadata;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * RFC 7591 §2, RFC 8252 §7 and OpenID Connect Registration §2. Where a client may have answers
 * sent.
 *
 * <p>https anywhere, http on loopback, or a private-use scheme: one with a dot in it, or one of the
 * hosts of MCP; at most {@value ClientMetadataRules#MAX_ITEMS} of at most {@value
 * HttpsUri#MAX_LENGTH} characters each. A client that says it is {@code web} has https alone, and
 * not to loopback. One that breaks a rule is {@code invalid_redirect_uri}.
 */
final class RedirectUriRules {
  /** RFC 6749 §4.1.2 and RFC 9207 §2: what an answer adds and must not be there twice. */
  private static final Set<String> ANSWERS =
      Set.of("code", "state", "iss", "error", "error_description", "error_uri");

  /** Schemes without a dot that hosts of MCP register, as everybody has to let them. */
  private static final Set<String> HOSTS_OF_MCP = Set.of("cursor", "vscode", "vscode-insiders");

  /** RFC 1035 §2.3.4; people are shown the whole of it. */
  private static final int MAX_HOST = 253;

  private RedirectUriRules() {}

  static void check(ClientMetadata metadata) {
    List<String> uris = ClientMetadataRules.items("redirect_uris", metadata.redirectUris());
    boolean web = "web".equals(metadata.applicationType());
    uris.forEach(uri -> check(uri, web));
    afterLogout(metadata, web);
    List<String> grants = metadata.grantTypes();
    if (grants == null || !grants.contains(GrantTypes.AUTHORIZATION_CODE)) {
      return;
    }
    if (uris.isEmpty() && !metadata.statesFirstParty()) {
      throw invalid("is needed for the grant type authorization_code");
    }
    List<String> types = metadata.responseTypes();
    if (types != null && !types.isEmpty() && !types.contains("code")) {
      throw ClientMetadataRules.invalid(
          "response_types", "must have code, which goes with the grant type authorization_code");
    }
  }

  /** OpenID Connect RP-Initiated Logout §3.1. */
  private static void afterLogout(ClientMetadata metadata, boolean web) {
    String member = "post_logout_redirect_uris";
    for (String uri : ClientMetadataRules.items(member, metadata.postLogoutRedirectUris())) {
      try {
        check(uri, web);
      } catch (OAuthException e) {
        throw ClientMetadataRules.invalid(member, "has one that is refused: " + e.description());
      }
    }
  }

  private static void check(String text, boolean web) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("is not a URI");
    }
    if (text.length() > HttpsUri.MAX_LENGTH || uri.getScheme() == null || uri.isOpaque()) {
      throw invalid("must be an absolute URI of at most " + HttpsUri.MAX_LENGTH + " characters");
    }
    if (text.chars().anyMatch(c -> c <= 0x20 || c >= 0x7F)) {
      throw invalid("must be of visible ASCII characters");
    }
    if (uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
      throw invalid("must have neither fragment nor user information");
    }
    if (uri.getHost() != null && uri.getHost().length() > MAX_HOST) {
      throw invalid("must have a host of at most " + MAX_HOST + " characters");
    }
    if (!uri.getScheme().equals(uri.getScheme().toLowerCase(Locale.ROOT))) {
      throw invalid("must have its scheme in small letters, for it is compared as it is written");
    }
    // RFC 8252 §7.1 and §8.4: a private-use scheme is a reversed domain name, so it has a dot.
    if (!HttpsUri.isHttpsOrLoopback(uri)
        && uri.getScheme().indexOf('.') < 0
        && !HOSTS_OF_MCP.contains(uri.getScheme())) {
      throw invalid(
          "must use https, http on loopback, or a private-use scheme such as com.example.app");
    }
    if (web && (!uri.getScheme().equals("https") || HttpsUri.isLoopback(uri))) {
      throw invalid(
          "of a client whose application_type is web must use https and not lead to loopback; a"
              + " program on a person's machine is native");
    }
    answers(uri.getRawQuery() == null ? "" : uri.getRawQuery());
  }

  private static void answers(String query) {
    try {
      for (String name : FormParameters.parse(query).names()) {
        if (ANSWERS.contains(name)) {
          throw invalid("must not have the parameter " + name + ", which the answer adds");
        }
      }
    } catch (OAuthException e) {
      throw invalid(e.description());
    }
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REDIRECT_URI, "a redirect URI " + why);
  }
}

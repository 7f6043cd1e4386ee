package dev.latchstring.authorizationserver.registration;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §3.1.2, RFC 8252 §7 and OpenID Connect Registration §2. Where a client may have its
 * users sent: https, http on loopback, or a private-use scheme.
 *
 * <p>An {@code application_type} of {@code web} leaves https alone, and not to this machine. One of
 * {@code native} leaves all three, for RFC 8252 §7.2 lets an app claim an https address. Where none
 * is named, none is assumed.
 */
final class RedirectUriRules {
  private RedirectUriRules() {}

  /**
   * @throws OAuthException {@code invalid_redirect_uri} with the rule that is broken
   */
  static void check(String text, @Nullable String applicationType) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("is not a URI");
    }
    if (text.length() > HttpsUri.MAX_LENGTH || uri.getScheme() == null || uri.isOpaque()) {
      throw invalid("must be an absolute URI of at most " + HttpsUri.MAX_LENGTH + " characters");
    }
    if (uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
      throw invalid("must have neither fragment nor user information");
    }
    // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot.
    if (!HttpsUri.isHttpsOrLoopback(uri) && uri.getScheme().indexOf('.') < 0) {
      throw invalid(
          "must use https, http on loopback, or a private-use scheme such as com.example.app");
    }
    if ("web".equals(applicationType)
        && (!uri.getScheme().equalsIgnoreCase("https") || HttpsUri.isLoopback(uri))) {
      throw invalid(
          "of application_type web must use https, and not localhost; a program on the user's own"
              + " machine has application_type native");
    }
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(ErrorCode.INVALID_REDIRECT_URI, "a redirect URI " + why);
  }
}

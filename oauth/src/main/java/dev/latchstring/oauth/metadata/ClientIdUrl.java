package dev.latchstring.oauth.metadata;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * draft-ietf-oauth-client-id-metadata-document §3. A client identifier that is the address of the
 * client's metadata: https, a host name, a path that is more than a slash, and neither dot
 * segments, query, fragment nor user information. At most {@value #MAX_LENGTH} characters.
 *
 * <p>It is a name before it is an address: it is compared as text, so nothing is normalised. An
 * address that is written as a number is not accepted, for the host is all that people are shown of
 * who a client is.
 */
public final class ClientIdUrl {
  /** The most characters. */
  public static final int MAX_LENGTH = 512;

  private static final Pattern DOT_SEGMENT = Pattern.compile("(\\.|%2e){1,2}");

  /** Also {@code 127.1} and {@code 0x7f000001}, which many resolvers read as addresses. */
  private static final Pattern NUMERIC = Pattern.compile("\\[.*|(.*\\.)?[0-9][^.]*");

  private ClientIdUrl() {}

  /**
   * Whether a client identifier claims to be such an address; no other begins like one.
   *
   * @param loopbackAllowed whether http on loopback is one as well: for development
   */
  public static boolean isOne(String clientId, boolean loopbackAllowed) {
    return clientId.startsWith("https://") || (loopbackAllowed && clientId.startsWith("http://"));
  }

  /**
   * The address.
   *
   * @throws OAuthException {@code invalid_client} with the rule that is broken
   */
  public static URI parse(String clientId, boolean loopbackAllowed) {
    if (!isOne(clientId, loopbackAllowed) || clientId.length() > MAX_LENGTH) {
      throw refused("must be an https URL of at most " + MAX_LENGTH + " characters");
    }
    URI uri;
    try {
      uri = new URI(clientId);
    } catch (URISyntaxException e) {
      throw refused("is not a URL");
    }
    requireHost(uri, loopbackAllowed);
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused("must have neither query nor fragment");
    }
    requirePath(uri.getRawPath());
    return uri;
  }

  private static void requireHost(URI uri, boolean loopbackAllowed) {
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null || uri.getRawAuthority().endsWith(":")) {
      throw refused("must have a host, and no user information");
    }
    boolean loopback = HttpsUri.isLoopback(uri);
    if (loopback && loopbackAllowed) {
      return;
    }
    if (loopback || NUMERIC.matcher(host).matches() || host.endsWith(".")) {
      throw refused("must name a host of the Internet, and not by a number");
    }
    if (!uri.getScheme().equals("https")) {
      throw refused("must use https");
    }
  }

  private static void requirePath(String path) {
    if (path.isEmpty() || path.equals("/")) {
      throw refused("must have a path");
    }
    for (String segment : path.toLowerCase(Locale.ROOT).split("/", -1)) {
      if (DOT_SEGMENT.matcher(segment).matches()) {
        throw refused("must not have dot segments in its path");
      }
    }
  }

  private static OAuthException refused(String why) {
    return new OAuthException(
        ErrorCode.INVALID_CLIENT, "a client_id that is the address of metadata " + why);
  }
}

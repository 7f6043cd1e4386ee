package dev.latchstring.client.http;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Which addresses a server may send this client to: https, without user information; and loopback
 * only where the server that the user named is on loopback itself, so that no remote server can
 * have this machine's own services asked.
 *
 * @param loopback whether loopback addresses are followed
 */
public record Trust(boolean loopback) {
  /** What the server that the user named may refer to. */
  public static Trust of(URI namedByUser) {
    return new Trust(HttpsUri.isLoopback(namedByUser));
  }

  /**
   * An address that a server gave.
   *
   * @param what the member it came in, for the message
   * @throws ClientException {@link Problem#METADATA_INVALID}
   */
  public URI require(String what, String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw refuse(what, address, "is not a URL");
    }
    if (address.length() > HttpsUri.MAX_LENGTH
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw refuse(what, address, "is not an absolute URL without user information and fragment");
    }
    if (!HttpsUri.isHttpsOrLoopback(uri)) {
      throw refuse(what, address, "does not use https");
    }
    if (HttpsUri.isLoopback(uri) && !loopback) {
      throw refuse(what, address, "is an address of this machine, given by a remote server");
    }
    return uri;
  }

  private static ClientException refuse(String what, String address, String why) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the " + what + " " + ServerText.quote(address) + " " + why,
        "ask the server's operator to correct its " + what);
  }
}

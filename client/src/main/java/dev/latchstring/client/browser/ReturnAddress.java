package dev.latchstring.client.browser;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * RFC 8252 §7.3. Where the browser is to come back to on this machine.
 *
 * @param host {@code 127.0.0.1}, {@code [::1]} or {@code localhost}
 * @param port 0 for any that is free
 * @param path begins with a slash
 * @param isFixed whether no other port will do
 */
public record ReturnAddress(String host, int port, String path, boolean isFixed) {
  /** Any free port. The literal address, as §8.3 wants it: a name may lead elsewhere. */
  public static final ReturnAddress FREE = new ReturnAddress("127.0.0.1", 0, "/callback", false);

  /** What a registration names, whose port is left open (§7.3). */
  public static final List<String> PORTLESS =
      List.of("http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback");

  /**
   * As a client was registered by hand. Without a port, any is taken.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS} where it is no http address of this machine
   */
  public static ReturnAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refuse(text);
    }
    if (!"http".equals(uri.getScheme())
        || !HttpsUri.isLoopback(uri)
        || !List.of("127.0.0.1", "[::1]", "localhost").contains(uri.getHost())
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null
        || uri.getRawQuery() != null
        || uri.getPort() == 0
        || uri.getPort() > 65535) {
      throw refuse(text);
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    boolean fixed = uri.getPort() > 0;
    return new ReturnAddress(uri.getHost(), fixed ? uri.getPort() : 0, path, fixed);
  }

  /** The same with a port that is taken where it is free. */
  public ReturnAddress preferring(int wanted) {
    return isFixed ? this : new ReturnAddress(host, wanted, path, false);
  }

  /** The same at this port alone. */
  public ReturnAddress at(int wanted) {
    return new ReturnAddress(host, wanted, path, true);
  }

  URI on(int actual) {
    return URI.create("http://" + host + ":" + actual + path);
  }

  private static ClientException refuse(String text) {
    return new ClientException(
        Problem.BAD_ADDRESS,
        "a browser cannot come back to " + ServerText.quote(text),
        "give an address of this machine, such as http://127.0.0.1:8123/callback or"
            + " http://localhost/callback");
  }
}

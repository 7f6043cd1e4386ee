package dev.latchstring.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.HttpsUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the variables name, as curl reads them: {@code https_proxy} or {@code
 * http_proxy} by the scheme of the target, else {@code all_proxy}, each in small letters before
 * capitals, and {@code no_proxy} for what is reached directly. Where none is set, the Java
 * runtime's own settings count.
 */
final class Proxies extends ProxySelector {
  /** Java sends no Basic login to a proxy for https unless this is empty; it is read once. */
  private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  private static final String NONE = "none";
  private static final List<String> SCHEMES = List.of("https", "http");

  private final Map<String, String> variables;
  private final DirectHosts direct;

  Proxies(Map<String, String> variables) {
    this.variables = variables;
    this.direct = DirectHosts.parse(any("no_proxy"));
    for (String scheme : SCHEMES) {
      Setting setting = setting(scheme);
      if (setting != null && setting.value().indexOf('@') >= 0) {
        allowBasic();
      }
    }
  }

  /**
   * A proxy for one target.
   *
   * @param authorization what it wants for a login: a secret; null where none is known
   * @param from the variable that names it
   */
  record Choice(String host, int port, @Nullable String authorization, String from) {
    String place() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Without the login. */
    @Override
    public String toString() {
      return "Choice[" + place() + "]";
    }
  }

  /**
   * What a client's connections go through; null for the Java runtime's own settings.
   *
   * @throws ClientException {@link Problem#BAD_ADDRESS}
   */
  @Nullable ProxySelector selector() {
    boolean any = variables.containsKey(Network.PROXY);
    for (String scheme : SCHEMES) {
      Setting setting = setting(scheme);
      any |= setting != null && !parse(setting).host().isEmpty();
    }
    return any ? this : null;
  }

  private static void allowBasic() {
    if (System.getProperty(DISABLED_SCHEMES) == null) {
      System.setProperty(DISABLED_SCHEMES, "");
    }
  }

  /** The proxy for a target; null where it is reached directly. */
  @Nullable Choice of(URI target) {
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    String host = target.getHost();
    if (host == null || HttpsUri.isLoopback(target) || direct.holds(target, host)) {
      return null;
    }
    Setting setting = setting(scheme);
    return setting == null ? null : parse(setting);
  }

  @Override
  public List<Proxy> select(URI target) {
    Choice choice = of(target);
    return List.of(
        choice == null
            ? Proxy.NO_PROXY
            : new Proxy(
                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(choice.host(), choice.port())));
  }

  @Override
  public void connectFailed(URI target, SocketAddress address, IOException failure) {
    // the request itself fails, and says why
  }

  private record Setting(String from, String value) {
    /** Without the value, which may hold a password. */
    @Override
    public String toString() {
      return "Setting[" + from + "]";
    }
  }

  private @Nullable Setting setting(String scheme) {
    String own = variables.getOrDefault(Network.PROXY, "");
    if (!own.isEmpty()) {
      return own.equals(NONE) ? null : new Setting("--proxy or " + Network.PROXY, own);
    }
    for (String name : List.of(scheme + "_proxy", "all_proxy")) {
      for (String spelt : List.of(name, name.toUpperCase(Locale.ROOT))) {
        String value = variables.getOrDefault(spelt, "").strip();
        if (!value.isEmpty() && !isFromRequest(spelt)) {
          return new Setting(spelt, value);
        }
      }
    }
    return null;
  }

  /** A CGI program's HTTP_PROXY is a header of whoever asked it (CVE-2016-5385). */
  private boolean isFromRequest(String name) {
    return name.equals("HTTP_PROXY") && variables.containsKey("REQUEST_METHOD");
  }

  private String any(String name) {
    String small = variables.getOrDefault(name, "");
    return small.isEmpty() ? variables.getOrDefault(name.toUpperCase(Locale.ROOT), "") : small;
  }

  /** By hand, because a host may have an underscore and a password any letter. */
  private static Choice parse(Setting setting) {
    String text = setting.value();
    int scheme = text.indexOf("://");
    if (scheme >= 0 && !text.regionMatches(true, 0, "http://", 0, 7)) {
      throw unusable(
          setting,
          "only proxies that are reached over http:// can be used; https:// and socks not");
    }
    String rest = scheme < 0 ? text : text.substring(scheme + 3);
    int at = rest.lastIndexOf('@');
    String place = rest.substring(at + 1);
    for (char end : new char[] {'/', '?', '#'}) {
      place = place.indexOf(end) < 0 ? place : place.substring(0, place.indexOf(end));
    }
    int bracket = place.lastIndexOf(']');
    int colon = place.indexOf(':', bracket + 1);
    String host = colon < 0 ? place : place.substring(0, colon);
    String login = at < 0 ? null : rest.substring(0, at);
    return new Choice(
        host(setting, host),
        colon < 0 ? 80 : port(setting, place.substring(colon + 1)),
        login == null ? null : basic(setting, login),
        setting.from());
  }

  private static String host(Setting setting, String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String host = bracketed ? text.substring(1, text.length() - 1) : text;
    boolean plain =
        !host.isEmpty()
            && host.length() <= 255
            && host.chars()
                .allMatch(c ->
                    (c >= '0' && c <= '9')
                        || (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (bracketed ? c == ':' || c == '.' : c == '.' || c == '-' || c == '_'));
    if (!plain) {
      throw unusable(setting, "give it as http://HOST:PORT");
    }
    return host;
  }

  private static int port(Setting setting, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw unusable(setting, "give it as http://HOST:PORT");
    }
    throw unusable(setting, "a port is a number up to 65535");
  }

  /** RFC 7617 §2. */
  private static String basic(Setting setting, String login) {
    try {
      String plain = URLDecoder.decode(login.replace("+", "%2B"), UTF_8);
      String both = plain.indexOf(':') < 0 ? plain + ":" : plain;
      return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw unusable(setting, "its user name and password have to be percent-encoded");
    }
  }

  private static ClientException unusable(Setting setting, String hint) {
    return new ClientException(
        Problem.BAD_ADDRESS, "the proxy of " + setting.from() + " cannot be used", hint);
  }
}

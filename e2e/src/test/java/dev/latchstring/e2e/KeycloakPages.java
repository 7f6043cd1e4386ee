package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.oauth.FormParameters;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.CookieStore;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Alice in front of Keycloak's pages: fills in the forms, and agrees. */
final class KeycloakPages {
  private static final int MOST_FORMS = 6;
  private static final Pattern FORM =
      Pattern.compile("<form\\b[^>]*?action=\"([^\"]+)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern INPUT = Pattern.compile("<(?:input|button)\\b([^>]*)>");

  private KeycloakPages() {}

  /** Follows every redirect and form; the page at the end of them. */
  static HttpResponse<String> visit(URI place) throws Exception {
    try (HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(new LocalCookies(), CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build()) {
      HttpResponse<String> page = send(browser, HttpRequest.newBuilder(place));
      for (int i = 0; i < MOST_FORMS; i++) {
        Matcher form = FORM.matcher(page.body());
        if (!form.find()) {
          return page;
        }
        page =
            send(
                browser,
                HttpRequest.newBuilder(page.uri().resolve(unescaped(form.group(1))))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            FormParameters.encode(filled(form.group(2))))));
      }
      throw new AssertionError("forms without end: " + page.body());
    }
  }

  private static HttpResponse<String> send(HttpClient browser, HttpRequest.Builder request)
      throws Exception {
    return browser.send(
        request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  private static Map<String, String> filled(String form) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher input = INPUT.matcher(form);
    while (input.find()) {
      String name = attribute(input.group(1), "name");
      switch (name) {
        case "", "cancel", "rememberMe" -> {}
        case "username" -> values.put(name, KeycloakRealm.USERNAME);
        case "password" -> values.put(name, KeycloakRealm.PASSWORD);
        default -> values.put(name, attribute(input.group(1), "value"));
      }
    }
    return values;
  }

  private static String attribute(String tag, String name) {
    Matcher found = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
    return found.find() ? unescaped(found.group(1)) : "";
  }

  private static String unescaped(String text) {
    return text.replace("&amp;", "&");
  }

  /** As browsers have it, what is secure goes to this machine without TLS as well. */
  private static final class LocalCookies implements CookieStore {
    private final CookieStore kept = new CookieManager().getCookieStore();

    @Override
    public void add(URI uri, HttpCookie cookie) {
      cookie.setSecure(false);
      kept.add(uri, cookie);
    }

    @Override
    public List<HttpCookie> get(URI uri) {
      return kept.get(uri);
    }

    @Override
    public List<HttpCookie> getCookies() {
      return kept.getCookies();
    }

    @Override
    public List<URI> getURIs() {
      return kept.getURIs();
    }

    @Override
    public boolean remove(URI uri, HttpCookie cookie) {
      return kept.remove(uri, cookie);
    }

    @Override
    public boolean removeAll() {
      return kept.removeAll();
    }
  }
}

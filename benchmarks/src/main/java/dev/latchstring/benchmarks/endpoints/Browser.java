package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much of a person's browser as it takes to sign in and to say yes. */
final class Browser implements AutoCloseable {
  private static final int MOST_REDIRECTS = 10;
  private static final Pattern FORM =
      Pattern.compile("(?s)<form[^>]*?action=\"([^\"]*)\"[^>]*>(.*?)</form>");
  private static final Pattern INPUT = Pattern.compile("<input[^>]*type=\"hidden\"[^>]*>");
  private static final Pattern NAME = Pattern.compile("\\bname=\"([^\"]*)\"");
  private static final Pattern INPUT_VALUE = Pattern.compile("\\bvalue=\"([^\"]*)\"");

  /** Of the one host there is; the JDK's own would keep those that are marked secure from http. */
  private final Map<String, String> cookies = new LinkedHashMap<>();

  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param uri where it came from; the host it leads to where that is another
   */
  record Seen(URI uri, int status, String body) {}

  Seen open(URI uri) throws IOException, InterruptedException {
    return follow(HttpRequest.newBuilder(uri).GET());
  }

  /**
   * Sends a form of a page, with its hidden fields and these.
   *
   * @param action what its address has in it
   */
  Seen submit(Seen page, String action, Map<String, String> fields)
      throws IOException, InterruptedException {
    Matcher form = FORM.matcher(page.body());
    boolean found = form.find();
    while (found && !form.group(1).contains(action)) {
      found = form.find();
    }
    if (!found) {
      throw new IOException("no form at " + page.uri() + ": " + page.status() + " " + page.body());
    }
    Map<String, String> all = new LinkedHashMap<>();
    Matcher input = INPUT.matcher(form.group(2));
    while (input.find()) {
      Matcher name = NAME.matcher(input.group());
      Matcher value = INPUT_VALUE.matcher(input.group());
      if (name.find() && value.find()) {
        all.put(name.group(1), text(value.group(1)));
      }
    }
    all.putAll(fields);
    return post(page.uri().resolve(text(form.group(1))), all);
  }

  Seen post(URI uri, Map<String, String> fields) throws IOException, InterruptedException {
    String body =
        fields.entrySet().stream()
            .map(field -> Rows.encoded(field.getKey()) + "=" + Rows.encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return follow(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The cookies as a header. */
  String cookies() {
    return cookies.entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }

  private Seen follow(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = send(request);
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      String location = response.headers().firstValue("Location").orElse(null);
      if (location == null) {
        break;
      }
      URI next = response.uri().resolve(location);
      if (!next.getAuthority().equals(response.uri().getAuthority())) {
        return new Seen(next, response.statusCode(), "");
      }
      response = send(HttpRequest.newBuilder(next).GET());
    }
    return new Seen(response.uri(), response.statusCode(), response.body());
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (!cookies.isEmpty()) {
      request.header("Cookie", cookies());
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    for (String header : response.headers().allValues("Set-Cookie")) {
      HttpCookie cookie = HttpCookie.parse(header).getFirst();
      if (cookie.getMaxAge() == 0 || cookie.getValue().isEmpty()) {
        cookies.remove(cookie.getName());
      } else {
        cookies.put(cookie.getName(), cookie.getValue());
      }
    }
    return response;
  }

  private static String text(String html) {
    return html.replace("&quot;", "\"").replace("&#34;", "\"").replace("&amp;", "&");
  }

  @Override
  public void close() {
    http.close();
  }
}

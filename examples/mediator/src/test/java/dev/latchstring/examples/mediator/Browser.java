package dev.latchstring.examples.mediator;

import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person's browser: keeps cookies by path and sends the forms it is shown. */
final class Browser {
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=hidden name=(\\w+) value=\"([^\"]*)\">");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Map<String, String> cookies = new HashMap<>();

  /** What is shown. */
  record Shown(URI at, int status, String html, HttpResponse<String> response) {
    Map<String, String> hidden() {
      Map<String, String> hidden = new LinkedHashMap<>();
      Matcher matcher = HIDDEN.matcher(html);
      while (matcher.find()) {
        hidden.put(matcher.group(1), matcher.group(2));
      }
      return hidden;
    }

    String number() {
      Matcher matcher = Pattern.compile("<p class=number>(\\d+)</p>").matcher(html);
      if (!matcher.find()) {
        throw new AssertionError(html);
      }
      return matcher.group(1);
    }
  }

  Shown open(String url) {
    return open(url, Map.of());
  }

  Shown open(String url, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    headers.forEach(request::header);
    return send(request);
  }

  /** Fills in the field and goes on. */
  Shown answer(Shown page, String field, String value) {
    return press(page, "answer", Map.of("v." + field, value), Map.of());
  }

  Shown press(Shown page, String button, Map<String, String> fields, Map<String, String> headers) {
    Map<String, String> form = page.hidden();
    form.putAll(fields);
    form.put("do", button);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(page.at())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(FormParameters.encode(form)));
    headers.forEach(request::header);
    Shown shown = send(request);
    return shown.status() == 303
        ? open(shown.response().headers().firstValue("Location").orElseThrow())
        : shown;
  }

  private Shown send(HttpRequest.Builder request) {
    URI at = request.build().uri();
    String cookie = cookies.get(at.getPath());
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      response
          .headers()
          .firstValue("Set-Cookie")
          .ifPresent(set -> cookies.put(at.getPath(), set.substring(0, set.indexOf(';'))));
      return new Shown(at, response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

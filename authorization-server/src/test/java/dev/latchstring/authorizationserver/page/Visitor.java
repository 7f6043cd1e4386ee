package dev.latchstring.authorizationserver.page;

import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person's browser without JavaScript, as far as cookies, forms and redirects go. */
final class Visitor {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
  private static final Pattern TITLE = Pattern.compile("<title>(.*?) · [^<]*</title>");

  private final URI root;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  Visitor(PagesServer server) {
    this(server.port());
  }

  Visitor(int port) {
    root = URI.create("http://localhost:" + port);
  }

  /** What came back. */
  record Answer(int status, String body, HttpResponse<String> response) {
    String title() {
      Matcher title = TITLE.matcher(body);
      return title.find() ? title.group(1) : "";
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    /** The hidden fields of the main form; those of the sign-out form are in it too. */
    Map<String, String> hidden() {
      Map<String, String> fields = new LinkedHashMap<>();
      Matcher hidden = HIDDEN.matcher(body);
      while (hidden.find()) {
        fields.put(hidden.group(1), hidden.group(2).replace("&amp;", "&"));
      }
      return fields;
    }

    /** The fields a person sends: the hidden ones and these. */
    Map<String, String> with(String... more) {
      Map<String, String> fields = new LinkedHashMap<>(hidden());
      for (int i = 0; i < more.length; i += 2) {
        fields.put(more[i], more[i + 1]);
      }
      return fields;
    }
  }

  Visitor header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Visitor without(String name) {
    headers.remove(name);
    return this;
  }

  Map<String, String> cookies() {
    return cookies;
  }

  Answer get(String path) {
    return send("GET", path, null, "", false);
  }

  /** Goes there and wherever that leads. */
  Answer open(String path) {
    return send("GET", path, null, "", true);
  }

  /** Sends a form; does not follow the answer. */
  Answer post(String path, Map<String, String> fields) {
    return postRaw(path, "application/x-www-form-urlencoded", FormParameters.encode(fields));
  }

  /** Sends a form and goes where the answer leads. */
  Answer submit(String path, Map<String, String> fields) {
    return send(
        "POST", path, "application/x-www-form-urlencoded", FormParameters.encode(fields), true);
  }

  Answer postRaw(String path, String contentType, String body) {
    return send("POST", path, contentType, body, false);
  }

  Answer send(String method, String path, String contentType, String body, boolean follow) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (!cookies.isEmpty()) {
      StringBuilder line = new StringBuilder();
      cookies.forEach((name, value) ->
          line.append(line.isEmpty() ? "" : "; ").append(name).append('=').append(value));
      request.header("Cookie", line.toString());
    }
    headers.forEach(request::header);
    HttpResponse<String> response;
    try {
      response = HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    response.headers().allValues("Set-Cookie").forEach(this::keep);
    if (follow && response.statusCode() == 303) {
      return send("GET", response.headers().firstValue("Location").orElseThrow(), null, "", true);
    }
    return new Answer(response.statusCode(), response.body(), response);
  }

  private void keep(String cookie) {
    String pair = cookie.split(";", 2)[0];
    int equals = pair.indexOf('=');
    if (cookie.contains("Max-Age=0")) {
      cookies.remove(pair.substring(0, equals));
    } else {
      cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
  }

  /** Signs in from wherever the path leads. */
  Answer signIn(String path, String username, String password) {
    Answer form = open(path);
    return submit("/sign-in", form.with("username", username, "password", password));
  }

  Visitor signedInAs(String username, String password) {
    Answer answer = signIn("/device", username, password);
    if (!answer.title().equals("Enter the code")) {
      throw new AssertionError("not signed in: " + answer.status() + " " + answer.title());
    }
    return this;
  }

  Visitor asAlice() {
    return signedInAs("alice", "correct horse");
  }

  Visitor asBob() {
    return signedInAs("bob", "battery staple");
  }

  /** Types a code on the first page. */
  Answer type(String code) {
    return submit("/device", get("/device").with("user_code", code));
  }

  /** Answers the page that asks. */
  Answer decide(Answer asked, String decision) {
    return submit("/device/request", asked.with("decision", decision));
  }
}

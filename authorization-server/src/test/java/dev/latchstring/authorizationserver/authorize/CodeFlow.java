package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Pkce;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the code flow, and a browser without JavaScript that shows each step. */
public final class CodeFlow {
  public static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  static final String CHALLENGE = Pkce.challenge(VERIFIER);
  static final String LOOPBACK = "http://127.0.0.1:7777/callback";
  static final String WEB_CALLBACK = "https://app.example/cb";

  /** Clients of each kind, people and resources. */
  public static final String YAML =
      """
      clients:
        - client_id: web
          client_name: Example Web App
          client_secret: "web-secret-0123456789-0123"
          client_uri: https://app.example/about
          redirect_uris: ["https://app.example/cb"]
          grant_types: [authorization_code, refresh_token]
        - client_id: other-web
          client_secret: "other-web-secret-0123456789"
          redirect_uris: ["https://app.example/cb"]
          grant_types: [authorization_code, refresh_token]
        - client_id: desktop
          client_name: Example Desktop
          redirect_uris: ["http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback"]
          grant_types: [authorization_code, refresh_token]
        - client_id: site
          client_name: Example Site
          redirect_uris: ["https://site.example/cb?tenant=1"]
          grant_types: [authorization_code]
        - client_id: app
          redirect_uris: ["com.example.app:/cb"]
          grant_types: [authorization_code]
        - client_id: narrow
          redirect_uris: ["http://localhost/callback"]
          grant_types: [authorization_code]
          scope: "clinic:read"
        - client_id: careful
          client_secret: "careful-secret-0123456789"
          redirect_uris: ["https://careful.example/cb"]
          grant_types: [authorization_code]
          require_pushed_authorization_requests: true
        - client_id: phone
          redirect_uris: ["http://127.0.0.1/callback"]
          grant_types: ["urn:ietf:params:oauth:grant-type:device_code"]
        - client_id: clinic-server
          client_secret: "clinic-server-secret-01234"
          grant_types: []
      accounts:
        - username: alice
          password: "correct horse"
          attributes: { name: Alice Moreau }
        - username: bob
          password: "battery staple"
      resources:
        - resource: http://localhost:9100/mcp
          name: Riverside Clinic
          scopes:
            clinic:read: Look up patients and their appointments
            clinic:write: Book and cancel appointments
          default_scopes: [clinic:read]
        - resource: http://localhost:9200/mcp
          scopes: [vault:open]
      """;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
  private static final Pattern FORM =
      Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern TITLE = Pattern.compile("<title>(.*?) · [^<]*</title>");

  private final RunningServer server;
  private final Map<String, String> cookies = new LinkedHashMap<>();

  public CodeFlow(RunningServer server) {
    this.server = server;
  }

  /** What the browser got, at this address. */
  public record Seen(URI at, int status, String body, HttpResponse<String> response) {
    public String title() {
      Matcher title = TITLE.matcher(body);
      return title.find() ? title.group(1) : "";
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** Where it leads out of the server: a redirect, or a page that goes on by itself. */
    public String leadsTo() {
      String refresh = header("Refresh");
      return refresh.startsWith("0; url=") ? refresh.substring(7) : header("Location");
    }

    /** The parameters that the client gets. */
    public FormParameters answer() {
      String location = leadsTo();
      return FormParameters.parse(location.substring(location.indexOf('?') + 1));
    }

    /** {@code "redirect invalid_scope"}, {@code "page 400"}: where an error went. */
    public String outcome() {
      if (leadsTo().isEmpty() || leadsTo().startsWith("/")) {
        return "page " + status;
      }
      String error = answer().optional("error");
      return "redirect " + (error == null ? "code" : error);
    }

    /** The fields of the form that has this one. */
    public Map<String, String> form(String field) {
      Matcher form = FORM.matcher(body);
      while (form.find()) {
        if (form.group(2).contains("name=\"" + field + "\"")) {
          Map<String, String> fields = new LinkedHashMap<>();
          Matcher hidden = HIDDEN.matcher(form.group(2));
          while (hidden.find()) {
            fields.put(hidden.group(1), hidden.group(2).replace("&amp;", "&"));
          }
          return fields;
        }
      }
      throw new AssertionError("no form asks for " + field + ":\n" + body);
    }

    public String action(String field) {
      Matcher form = FORM.matcher(body);
      while (form.find()) {
        if (form.group(2).contains("name=\"" + field + "\"")) {
          return form.group(1);
        }
      }
      throw new AssertionError("no form asks for " + field + ":\n" + body);
    }
  }

  public Map<String, String> cookies() {
    return cookies;
  }

  /**
   * A request of {@code desktop} that is right; parameters given here replace or add, null takes
   * away.
   */
  public static Map<String, String> request(String... changes) {
    Map<String, String> request =
        RunningServer.form(
            "response_type", "code",
            "client_id", "desktop",
            "redirect_uri", LOOPBACK,
            "scope", "clinic:read",
            "resource", CLINIC,
            "state", "s t&a=te",
            "code_challenge", CHALLENGE,
            "code_challenge_method", "S256");
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        request.remove(changes[i]);
      } else {
        request.put(changes[i], changes[i + 1]);
      }
    }
    return request;
  }

  /** The same for {@code web}. */
  public static Map<String, String> webRequest(String... changes) {
    Map<String, String> request = request("client_id", "web", "redirect_uri", WEB_CALLBACK);
    request.putAll(RunningServer.form(changes));
    return request;
  }

  /** Begins, and goes wherever it leads within the server. */
  public Seen authorize(Map<String, String> request) {
    return authorizeRaw(FormParameters.encode(request));
  }

  public Seen authorizeRaw(String query) {
    return follow(get("/authorize?" + query));
  }

  public Seen get(String path) {
    return send(server.request(path).GET());
  }

  public Seen head(String path) {
    return send(server.request(path).method("HEAD", BodyPublishers.noBody()));
  }

  public Seen open(String path) {
    return follow(get(path));
  }

  /** Fills in the form of a page that has the first field; goes wherever it leads here. */
  public Seen submit(Seen page, String... fields) {
    return follow(submitOnly(page, fields));
  }

  public Seen submitOnly(Seen page, String... fields) {
    Map<String, String> values = page.form(fields[0]);
    values.putAll(RunningServer.form(fields));
    return post(page.action(fields[0]), values);
  }

  public Seen post(String path, Map<String, String> fields, String... headers) {
    return send(
        server
            .request(path, headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(FormParameters.encode(fields))));
  }

  public Seen signIn(Seen page) {
    return submit(page, "username", "alice", "password", "correct horse");
  }

  /** Signs in where that is asked, and decides. */
  public Seen decide(Map<String, String> request, String decision) {
    Seen page = authorize(request);
    if (page.title().equals("Sign in")) {
      page = signIn(page);
    }
    return page.title().equals("Allow or deny?") ? submit(page, "decision", decision) : page;
  }

  /** A code for a request that is right. */
  public String code(Map<String, String> request) {
    return decide(request, "allow").answer().required("code");
  }

  public Seen follow(Seen seen) {
    Seen last = seen;
    for (int i = 0; i < 10; i++) {
      String location = last.header("Location");
      if (location.isEmpty() || !location.startsWith("/")) {
        return last;
      }
      last = get(location);
    }
    throw new AssertionError("redirects without end at " + last.at());
  }

  private Seen send(HttpRequest.Builder builder) {
    if (!cookies.isEmpty()) {
      StringBuilder line = new StringBuilder();
      cookies.forEach((name, value) ->
          line.append(line.isEmpty() ? "" : "; ").append(name).append('=').append(value));
      builder.header("Cookie", line.toString());
    }
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
      for (String cookie : response.headers().allValues("Set-Cookie")) {
        String pair = cookie.split(";", 2)[0];
        int equals = pair.indexOf('=');
        if (pair.length() == equals + 1) {
          cookies.remove(pair.substring(0, equals));
        } else {
          cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
      return new Seen(request.uri(), response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Redeems a code of {@code desktop}; parameters given here replace or add, null takes away. */
  public static Answer redeem(RunningServer server, String code, String... changes) {
    return server.postRaw("/token", FormParameters.encode(redemption(code, changes)));
  }

  public static Map<String, String> redemption(String code, String... changes) {
    Map<String, String> form =
        RunningServer.form(
            "grant_type", "authorization_code",
            "client_id", "desktop",
            "code", code,
            "redirect_uri", LOOPBACK,
            "code_verifier", VERIFIER);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        form.remove(changes[i]);
      } else {
        form.put(changes[i], changes[i + 1]);
      }
    }
    return form;
  }

  /** Redeems a code of {@code web}, with its secret. */
  public static Answer redeemAsWeb(RunningServer server, String code, String... changes) {
    Map<String, String> form = redemption(code, "client_id", null, "redirect_uri", WEB_CALLBACK);
    form.putAll(RunningServer.form(changes));
    return server.postRaw(
        "/token",
        FormParameters.encode(form),
        "Authorization",
        RunningServer.basic("web", "web-secret-0123456789-0123"));
  }

  /** Alice lets two programs in. */
  public static void giveTokens(RunningServer server) {
    CodeFlow browser = new CodeFlow(server);
    redeemAsWeb(server, browser.code(webRequest("scope", "clinic:read clinic:write")));
    redeem(server, browser.code(request()));
  }
}

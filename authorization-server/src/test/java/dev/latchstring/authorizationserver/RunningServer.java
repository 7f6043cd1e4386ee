package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A whole authorization server on a free port, with a clock that tests turn, and a client of it.
 */
public final class RunningServer implements AutoCloseable {
  public static final String CLINIC = "http://localhost:9100/mcp";
  public static final String VAULT = "http://localhost:9200/mcp";
  public static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  /** Clients, accounts and resources that most tests need. */
  public static final String CLINIC_YAML =
      """
      clients:
        - client_id: ci-job
          client_secret: "ci-job-secret-0123456789"
          grant_types: [client_credentials]
          scope: "clinic:read"
        - client_id: poster
          client_secret: "poster-secret-0123456789"
          token_endpoint_auth_method: client_secret_post
          grant_types: [client_credentials]
          scope: "clinic:read clinic:write vault:open"
        - client_id: "odd client"
          client_secret: "100%2B sécret+:&="
          grant_types: [client_credentials]
          scope: "clinic:read"
        - client_id: phone
          client_name: "Phone assistant"
        - client_id: other-phone
        - client_id: backend
          client_secret: "backend-secret-0123456789"
          grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
        - client_id: clinic-server
          client_secret: "clinic-server-secret-01234"
          grant_types: []
      accounts:
        - username: alice
          password: "correct horse"
          teams: [front-desk]
          attributes: { name: Alice Moreau, birthdate: 1985-03-03 }
        - username: bob
          password: "battery staple"
      resources:
        - resource: http://localhost:9100/mcp
          name: Riverside Clinic
          scopes: [clinic:read, clinic:write]
          default_scopes: [clinic:read]
        - resource: http://localhost:9200/mcp
          scopes: [vault:open]
          access_token_format: opaque
      """;

  public static final String CORRECT_HORSE =
      "$argon2id$v=19$m=8,t=1,p=1$Y2hlYXAtdGVzdC1zYWx0IQ"
          + "$QogpoIljiCVomB7hr0dHPb0eUgf4nUMI9kXcG5XerU4";

  public static final String BATTERY_STAPLE =
      "$argon2id$v=19$m=8,t=1,p=1$Y2hlYXAtdGVzdC1zYWx0IQ"
          + "$YecS7aR+3xBiQeUZlNTzB5nrh93I4+Tod8MgWwcw320";

  /**
   * What the tests' passwords become, with the least memory and one pass: a start hashes every
   * password that is configured, which would be most of the time of the tests.
   */
  private static final Map<String, String> HASHES =
      Map.of(
          "password: \"correct horse\"",
          "password_hash: \"" + CORRECT_HORSE + "\"",
          "password: \"battery staple\"",
          "password_hash: \"" + BATTERY_STAPLE + "\"");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final AuthorizationServer server;
  private final TestClock clock;
  private final Path data;

  private RunningServer(AuthorizationServer server, TestClock clock, Path data) {
    this.server = server;
    this.clock = clock;
    this.data = data;
  }

  public static RunningServer start(String yaml) {
    return start(DatabaseKind.SQLITE, yaml);
  }

  public static RunningServer start(DatabaseKind kind, String yaml) {
    DatabaseConfiguration database = kind.fresh();
    return start(database, yaml, new TestClock(), directory());
  }

  public static RunningServer start(
      DatabaseConfiguration database, String yaml, TestClock clock, Path data) {
    String whole =
        (yaml.contains("port:") ? "" : "port: 0\n")
            + "data: "
            + data
            + "\ndatabase: {url: \""
            + database.url()
            + "\""
            + (database.user() == null ? "" : ", user: " + database.user())
            + "}\n"
            + hashed(yaml);
    ServerConfiguration configuration = ConfigurationReader.parse(whole, Overrides.of(Map.of()));
    return new RunningServer(
        AuthorizationServer.start(configuration, clock, new SecureRandom()), clock, data);
  }

  /** A server in test mode, with what it forgets in this directory. */
  public static RunningServer startInTestMode(String yaml, Path data) {
    ServerConfiguration configuration =
        ConfigurationReader.parse(
            "port: 0\ndata: " + data + "\n" + hashed(yaml),
            new Overrides(Map.of(), null, null, null, null, null, true));
    TestClock clock = new TestClock();
    return new RunningServer(
        AuthorizationServer.start(configuration, clock, new SecureRandom()), clock, data);
  }

  private static String hashed(String yaml) {
    String hashed = yaml;
    for (Map.Entry<String, String> password : HASHES.entrySet()) {
      hashed = hashed.replace(password.getKey(), password.getValue());
    }
    return hashed;
  }

  /** Of this build, so that the next {@code clean} takes what a server leaves in it. */
  public static Path directory() {
    try {
      Path target = Files.createDirectories(Path.of("target", "test-servers").toAbsolutePath());
      return Files.createTempDirectory(target, "data-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public AuthorizationServer server() {
    return server;
  }

  public TestClock clock() {
    return clock;
  }

  public Path data() {
    return data;
  }

  public String issuer() {
    return server.issuer().toString();
  }

  public URI at(String path) {
    return URI.create("http://localhost:" + server.port() + path);
  }

  /** What came back. */
  public record Answer(int status, String body, HttpResponse<String> response) {
    public JsonNode json() {
      return Json.readTree(body);
    }

    public String text(String member) {
      return json().path(member).asString("");
    }

    /** {@code "400 invalid_grant"}, {@code "200"}. */
    public String outcome() {
      return body.startsWith("{") && json().has("error")
          ? status + " " + text("error")
          : Integer.toString(status);
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  public static Map<String, String> form(String... parameters) {
    Map<String, String> form = new LinkedHashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      form.put(parameters[i], parameters[i + 1]);
    }
    return form;
  }

  public static String basic(String clientId, String secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString(
                (clientId + ":" + secret).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public Answer get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  /** A form from a client without credentials, or with those in the form. */
  public Answer post(String path, String... parameters) {
    return postRaw(path, FormParameters.encode(form(parameters)));
  }

  /** A form from a client that authenticates in the header. */
  public Answer postAs(String clientId, String secret, String path, String... parameters) {
    return postRaw(
        path, FormParameters.encode(form(parameters)), "Authorization", basic(clientId, secret));
  }

  public Answer asCiJob(String path, String... parameters) {
    return postAs("ci-job", "ci-job-secret-0123456789", path, parameters);
  }

  public Answer asClinicServer(String path, String... parameters) {
    return postAs("clinic-server", "clinic-server-secret-01234", path, parameters);
  }

  /** A form as it stands. */
  public Answer postRaw(String path, String body, String... headers) {
    return send(
        request(path, headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  public Answer postJson(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  public HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 8628 §3.1, by the public client {@code phone} for the clinic. */
  public JsonNode ask(String... more) {
    Map<String, String> form = form("client_id", "phone", "resource", CLINIC);
    form.putAll(form(more));
    Answer answer = postRaw("/device_authorization", FormParameters.encode(form));
    if (answer.status() != 200) {
      throw new AssertionError(answer.body());
    }
    return answer.json();
  }

  public Answer poll(String clientId, JsonNode asked) {
    return post(
        "/token",
        "grant_type",
        DEVICE_GRANT,
        "client_id",
        clientId,
        "device_code",
        asked.path("device_code").asString());
  }

  /** A login of alice on the client {@code phone}, through the real pages. */
  public JsonNode login(String... more) {
    JsonNode asked = ask(more);
    decide(asked, "alice", "correct horse", "allow");
    Answer answer = poll("phone", asked);
    if (answer.status() != 200) {
      throw new AssertionError(answer.body());
    }
    return answer.json();
  }

  public Answer refresh(String clientId, String refreshToken, String... more) {
    Map<String, String> form =
        form("grant_type", "refresh_token", "client_id", clientId, "refresh_token", refreshToken);
    form.putAll(form(more));
    return postRaw("/token", FormParameters.encode(form));
  }

  public JsonNode introspect(String token) {
    return asClinicServer("/introspect", "token", token).json();
  }

  /** A person signs in, and decides on the pages that a browser would show. */
  public void decide(JsonNode asked, String username, String password, String decision) {
    Browser browser = new Browser(this);
    browser.open(asked.path("verification_uri_complete").asString());
    browser.submit("username", username, "password", password);
    while (browser.asks("user_code") && !browser.asks("decision")) {
      browser.submit("user_code", asked.path("user_code").asString());
    }
    browser.submit("decision", decision);
  }

  @Override
  public void close() {
    server.close();
  }

  /** As much of a browser as the pages need: cookies, redirects, and the form of a page. */
  private static final class Browser {
    private static final Pattern HIDDEN =
        Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    private static final Pattern FORM =
        Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);

    private final HttpClient http;
    private final RunningServer server;
    private HttpResponse<String> page;

    Browser(RunningServer server) {
      this.server = server;
      this.http =
          HttpClient.newBuilder()
              .cookieHandler(new java.net.CookieManager())
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build();
    }

    void open(String uri) {
      page = send(HttpRequest.newBuilder(URI.create(uri)).GET());
    }

    boolean asks(String field) {
      return page.body().contains("name=\"" + field + "\"");
    }

    void submit(String... fields) {
      Matcher form = FORM.matcher(page.body());
      while (form.find()) {
        if (form.group(2).contains("name=\"" + fields[0] + "\"")) {
          Map<String, String> values = new LinkedHashMap<>();
          Matcher hidden = HIDDEN.matcher(form.group(2));
          while (hidden.find()) {
            values.put(hidden.group(1), hidden.group(2).replace("&amp;", "&"));
          }
          values.putAll(form(fields));
          page =
              send(
                  HttpRequest.newBuilder(page.uri().resolve(form.group(1)))
                      .header("Content-Type", "application/x-www-form-urlencoded")
                      .header("Origin", server.issuer())
                      .POST(BodyPublishers.ofString(FormParameters.encode(values))));
          return;
        }
      }
      throw new AssertionError("no form asks for " + fields[0] + ":\n" + page.body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
      try {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
          throw new AssertionError(response.statusCode() + "\n" + response.body());
        }
        return response;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

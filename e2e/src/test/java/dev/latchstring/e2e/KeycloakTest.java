package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.BrowserOptions;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.CookieStore;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/**
 * The client library against a Keycloak that runs already, whose address {@code
 * LATCHSTRING_KEYCLOAK} names: it takes minutes to start, so no build waits for it. Its first
 * administrator is {@code admin} with the password {@code admin}:
 *
 * <pre>
 * KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD=admin \
 *     bin/kc.sh start-dev --db=dev-mem --http-port=8080
 * </pre>
 */
@EnabledIfEnvironmentVariable(named = "LATCHSTRING_KEYCLOAK", matches = "http.+")
@Timeout(180)
class KeycloakTest {
  private static final URI KEYCLOAK =
      URI.create(System.getenv().getOrDefault("LATCHSTRING_KEYCLOAK", "http://localhost:8080"));
  private static final String REALM = "latchstring-e2e";
  private static final String PASSWORD = "correct horse battery staple";
  private static final Pattern FORM =
      Pattern.compile("<form\\b[^>]*?action=\"([^\"]+)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern INPUT = Pattern.compile("<(?:input|button)\\b([^>]*)>");

  private static HttpServer mcp;
  private static URI resource;

  private final LatchClient client =
      LatchClient.using(new MemoryTokenStore())
          .clientIdentity(ClientIdentity.publicClient("latch"))
          .build();
  private final Account account = client.account(resource);

  @BeforeAll
  static void start() throws Exception {
    mcp = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
    resource = URI.create("http://localhost:" + mcp.getAddress().getPort() + "/mcp");
    String place = resource.resolve("/.well-known/oauth-protected-resource/mcp").toString();
    answer("/mcp", 401, Map.of(), "Bearer resource_metadata=\"" + place + "\"");
    answer(
        "/.well-known/oauth-protected-resource/mcp",
        200,
        Map.of(
            "resource", resource,
            "authorization_servers", List.of(KEYCLOAK + "/realms/" + REALM),
            "scopes_supported", List.of("clinic:read"),
            "dpop_signing_alg_values_supported", List.of("ES256")),
        null);
    mcp.start();
    makeRealm();
  }

  private static void answer(String path, int status, Map<String, Object> body, String challenge) {
    byte[] bytes = Json.bytes(body);
    mcp.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (challenge != null) {
              exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
            }
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
  }

  private static void makeRealm() throws Exception {
    String token =
        Json.readTree(
                post(
                        "/realms/master/protocol/openid-connect/token",
                        "application/x-www-form-urlencoded",
                        "grant_type=password&client_id=admin-cli&username=admin&password=admin",
                        null)
                    .body())
            .path("access_token")
            .asString();
    HttpRequest old =
        HttpRequest.newBuilder(URI.create(KEYCLOAK + "/admin/realms/" + REALM))
            .header("Authorization", "Bearer " + token)
            .DELETE()
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      http.send(old, HttpResponse.BodyHandlers.discarding());
    }
    HttpResponse<String> made =
        post("/admin/realms", "application/json", Json.write(realm()), token);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  private static Map<String, Object> realm() {
    Map<String, Object> audience =
        Map.of(
            "name", "audience",
            "protocol", "openid-connect",
            "protocolMapper", "oidc-audience-mapper",
            "config",
                Map.of(
                    "included.custom.audience", resource.toString(), "access.token.claim", "true"));
    Map<String, Object> subject =
        Map.of(
            "name", "subject",
            "protocol", "openid-connect",
            "protocolMapper", "oidc-sub-mapper",
            "config", Map.of("access.token.claim", "true"));
    Map<String, Object> username =
        Map.of(
            "name", "username",
            "protocol", "openid-connect",
            "protocolMapper", "oidc-usermodel-attribute-mapper",
            "config",
                Map.of(
                    "user.attribute", "username",
                    "claim.name", "preferred_username",
                    "jsonType.label", "String",
                    "access.token.claim", "true"));
    Map<String, Object> latch =
        Map.of(
            "clientId",
            "latch",
            "publicClient",
            true,
            "standardFlowEnabled",
            true,
            "redirectUris",
            List.of("http://127.0.0.1/callback"),
            "optionalClientScopes",
            List.of("clinic:read", "offline_access"),
            "attributes",
            Map.of("oauth2.device.authorization.grant.enabled", "true"));
    Map<String, Object> alice =
        Map.of(
            "username",
            "alice",
            "enabled",
            true,
            "email",
            "alice@example.com",
            "emailVerified",
            true,
            "firstName",
            "Alice",
            "lastName",
            "Moreau",
            "realmRoles",
            List.of("offline_access"),
            "credentials",
            List.of(Map.of("type", "password", "value", PASSWORD)));
    return Map.of(
        "realm",
        REALM,
        "enabled",
        true,
        "sslRequired",
        "none",
        "clientScopes",
        List.of(
            Map.of(
                "name",
                "clinic:read",
                "protocol",
                "openid-connect",
                "attributes",
                Map.of("include.in.token.scope", "true"),
                "protocolMappers",
                List.of(audience, subject, username))),
        "clients",
        List.of(latch),
        "users",
        List.of(alice));
  }

  private static HttpResponse<String> post(String path, String type, String body, String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(KEYCLOAK + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }
  }

  @AfterAll
  static void stop() {
    mcp.stop(0);
  }

  /** Alice at her browser: fills in the forms, and agrees. */
  private static HttpResponse<String> browse(URI place) throws Exception {
    try (HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(new LocalCookies(), CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build()) {
      HttpResponse<String> page =
          browser.send(
              HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
      for (int i = 0; i < 6; i++) {
        Matcher form = FORM.matcher(page.body());
        if (!form.find()) {
          return page;
        }
        URI action = page.uri().resolve(form.group(1).replace("&amp;", "&"));
        page =
            browser.send(
                HttpRequest.newBuilder(action)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            FormParameters.encode(filled(form.group(2)))))
                    .build(),
                HttpResponse.BodyHandlers.ofString(UTF_8));
      }
      throw new AssertionError("forms without end: " + page.body());
    }
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

  private static Map<String, String> filled(String form) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher input = INPUT.matcher(form);
    while (input.find()) {
      String name = attribute(input.group(1), "name");
      switch (name) {
        case "", "cancel", "rememberMe" -> {}
        case "username" -> values.put(name, "alice");
        case "password" -> values.put(name, PASSWORD);
        default -> values.put(name, attribute(input.group(1), "value"));
      }
    }
    return values;
  }

  private static String attribute(String tag, String name) {
    Matcher found = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
    return found.find() ? found.group(1).replace("&amp;", "&") : "";
  }

  private AccessToken loggedIn(LoginOptions options) throws Exception {
    CompletableFuture<HttpResponse<String>> page = new CompletableFuture<>();
    LoginPrompt alice =
        new LoginPrompt() {
          @Override
          public void show(DeviceCode code) {
            visit(code.verificationUriComplete());
          }

          @Override
          public void show(BrowserAddress address) {
            visit(address.address());
          }

          private void visit(URI place) {
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    page.complete(browse(place));
                  } catch (Throwable e) {
                    page.completeExceptionally(e);
                  }
                });
          }
        };
    LoginOutcome outcome =
        account
            .login(options.inBrowser(BrowserOptions.DEFAULT.withPatience(Duration.ofMinutes(1))))
            .run(alice);
    assertThat(outcome)
        .as(page.isDone() ? String.valueOf(page.get().body()) : "no page")
        .isInstanceOf(LoginOutcome.Approved.class);
    Approval approval = ((LoginOutcome.Approved) outcome).approval();
    assertThat(approval.identity().name()).isEqualTo("alice");
    approval.confirm();
    page.get(30, TimeUnit.SECONDS);
    return account.tokens().token();
  }

  private void isForTheResourceAndBound(AccessToken token) {
    JsonNode claims =
        Json.readTree(
            new String(Base64.getUrlDecoder().decode(token.value().split("\\.")[1]), UTF_8));
    assertThat(claims.path("aud").toString()).contains(resource.toString());
    assertThat(token.type()).isEqualTo(AccessToken.DPOP);
    assertThat(claims.path("cnf").path("jkt").asString()).isEqualTo(token.key().keyThumbprint());
  }

  private void refreshesAndEnds(AccessToken first) {
    AccessToken second = account.tokens().rejected(first);
    assertThat(second.value()).isNotEqualTo(first.value());
    isForTheResourceAndBound(second);
    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);
  }

  @Test
  void by_code() throws Exception {
    AccessToken token = loggedIn(LoginOptions.DEFAULT.by(FlowName.CODE));
    isForTheResourceAndBound(token);
    refreshesAndEnds(token);
  }

  @Test
  void by_device() throws Exception {
    AccessToken token = loggedIn(LoginOptions.DEFAULT.by(FlowName.DEVICE));
    isForTheResourceAndBound(token);
    refreshesAndEnds(token);
  }
}

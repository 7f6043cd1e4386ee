package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.BrowserOptions;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsNode;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * The client library against an authorization server that others wrote: {@code oidc-provider},
 * which wants a nonce in every DPoP proof and knows {@code offline_access}.
 */
@NeedsNode
@Timeout(300)
class OidcProviderTest {
  private static HttpServer mcp;
  private static PeerProcess peer;
  private static URI resource;
  private static URI issuer;

  private final MovedClock clock = new MovedClock();
  private final LatchClient client =
      LatchClient.using(new MemoryTokenStore()).clock(clock).clientName("e2e").build();
  private final Account account = client.account(resource);

  @BeforeAll
  static void start() throws Exception {
    mcp = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
    resource = URI.create("http://localhost:" + mcp.getAddress().getPort() + "/mcp");
    peer = NodePeers.start(Map.of(), "oidc-provider.mjs", resource.toString());
    issuer = URI.create(peer.next("ready").path("issuer").asString());
    String place = resource.resolve("/.well-known/oauth-protected-resource/mcp").toString();
    answer("/mcp", 401, Map.of(), "WWW-Authenticate", "Bearer resource_metadata=\"" + place + "\"");
    answer(
        "/.well-known/oauth-protected-resource/mcp",
        200,
        Map.of(
            "resource", resource,
            "authorization_servers", List.of(issuer),
            "scopes_supported", List.of("clinic:read"),
            "dpop_signing_alg_values_supported", List.of("ES256")));
    mcp.start();
  }

  private static void answer(String path, int status, Map<String, Object> body, String... header) {
    byte[] bytes = Json.bytes(body);
    mcp.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            for (int i = 0; i < header.length; i += 2) {
              exchange.getResponseHeaders().add(header[i], header[i + 1]);
            }
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
  }

  @AfterAll
  static void stop() {
    peer.close();
    mcp.stop(0);
  }

  private static HttpResponse<String> visit(URI place) throws Exception {
    try (HttpClient browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build()) {
      return browser.send(
          HttpRequest.newBuilder(place).timeout(Duration.ofSeconds(30)).build(),
          HttpResponse.BodyHandlers.ofString(UTF_8));
    }
  }

  /** Alice: her browser follows every redirect, and she enters any code. */
  private final class Alice implements LoginPrompt {
    CompletableFuture<HttpResponse<String>> page = new CompletableFuture<>();
    BrowserAddress seen;

    @Override
    public void show(DeviceCode code) {
      page = visiting(URI.create(issuer + "/approve?user_code=" + code.userCode()));
    }

    @Override
    public void show(BrowserAddress address) {
      seen = address;
      page = visiting(address.address());
    }

    private CompletableFuture<HttpResponse<String>> visiting(URI place) {
      return CompletableFuture.supplyAsync(() -> {
        try {
          return visit(place);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
    }
  }

  private Alice loggedIn(LoginOptions options) throws Exception {
    Alice alice = new Alice();
    LoginOutcome outcome =
        account
            .login(options.inBrowser(BrowserOptions.DEFAULT.withPatience(Duration.ofSeconds(60))))
            .run(alice);
    assertThat(outcome).as(peer.transcript()).isInstanceOf(LoginOutcome.Approved.class);
    Approval approval = ((LoginOutcome.Approved) outcome).approval();
    assertThat(approval.identity().subject()).isEqualTo("alice");
    approval.confirm();
    HttpResponse<String> page = alice.page.get(120, TimeUnit.SECONDS);
    assertThat(page.statusCode()).isIn(200, 204);
    return alice;
  }

  private static JsonNode claims(AccessToken token) {
    return Json.readTree(
        new String(Base64.getUrlDecoder().decode(token.value().split("\\.")[1]), UTF_8));
  }

  private static void isBound(AccessToken token) {
    assertThat(token.type()).isEqualTo(AccessToken.DPOP);
    assertThat(claims(token).path("aud").asString()).isEqualTo(resource.toString());
    assertThat(claims(token).path("cnf").path("jkt").asString())
        .as("bound to the key that proves")
        .isEqualTo(token.key().keyThumbprint());
  }

  private void refreshesAndEnds(AccessToken first) {
    clock.advance(Duration.ofMinutes(9));
    AccessToken second = account.tokens().token();
    assertThat(second.value()).isNotEqualTo(first.value());
    isBound(second);
    revokedAsFarAsItGoes();
    ClientException e = catchThrowableOfType(ClientException.class, () -> account.tokens().token());
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
  }

  @Test
  void by_code_with_a_pushed_request_a_nonce_and_a_key() throws Exception {
    Alice alice = loggedIn(LoginOptions.DEFAULT.by(FlowName.CODE));

    assertThat(alice.seen.address().getQuery())
        .as("pushed")
        .contains("request_uri=")
        .doesNotContain("code_challenge");
    assertThat(alice.page.get().body()).contains("Signed in").contains("as alice");
    AccessToken token = account.tokens().token();
    isBound(token);
    refreshesAndEnds(token);
  }

  @Test
  void by_device_with_a_nonce_and_a_key() throws Exception {
    loggedIn(LoginOptions.DEFAULT);

    AccessToken token = account.tokens().token();
    isBound(token);
    refreshesAndEnds(token);
  }

  @Test
  void as_bearer_where_that_is_wished() throws Exception {
    loggedIn(LoginOptions.DEFAULT.by(FlowName.CODE).asBearer());

    AccessToken token = account.tokens().token();
    assertThat(token.type()).isEqualTo(AccessToken.BEARER);
    assertThat(claims(token).has("cnf")).isFalse();
    revokedAsFarAsItGoes();
  }

  /** RFC 7009 §2.2.1: this server revokes the refresh token, and no access token that is a JWT. */
  private void revokedAsFarAsItGoes() {
    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.NOT_OFFERED);
  }
}

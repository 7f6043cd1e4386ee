package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
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
import dev.latchstring.client.machine.ClientCredentials;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.NeedsKeycloak;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The client library and a protected MCP server, between them an authorization server that others
 * wrote: Keycloak, which this starts.
 */
@Order(2)
@NeedsKeycloak
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KeycloakTest {
  private static ECKey key;
  private static Keycloak keycloak;
  private static URI issuer;
  private static ClinicServer clinic;
  private LatchClient client;

  @BeforeAll
  static void start() throws Exception {
    key = newKey();
    int port = Ports.free();
    keycloak =
        Keycloak.start(KeycloakRealm.of(URI.create("http://localhost:" + port + "/mcp"), key));
    issuer = keycloak.issuer(KeycloakRealm.NAME);
    clinic = ClinicServer.start(port, issuer);
  }

  @AfterAll
  static void stop() throws Exception {
    if (clinic != null) {
      clinic.close();
    }
    if (keycloak != null) {
      keycloak.close();
    }
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private Account account() {
    return account(null);
  }

  private Account account(@Nullable String preset) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clientIdentity(ClientIdentity.publicClient(KeycloakRealm.LATCH))
            .settings(Settings.of(ServerSettings.ofOptions(List.of(), preset)))
            .build();
    return client.account(clinic.url());
  }

  private Account machine(ClientIdentity identity) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clientIdentity(identity)
            .machine(MachineConfiguration.of(new ClientCredentials()))
            .build();
    return client.account(clinic.url());
  }

  private static AccessToken loggedIn(Account account, LoginOptions options) throws Exception {
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
                    page.complete(KeycloakPages.visit(place));
                  } catch (Throwable e) {
                    page.completeExceptionally(e);
                  }
                });
          }
        };
    LoginOutcome outcome =
        account
            .login(options.inBrowser(BrowserOptions.DEFAULT.withPatience(Duration.ofMinutes(2))))
            .run(alice);
    assertThat(outcome)
        .as(page.isDone() ? String.valueOf(page.get().body()) : keycloak.transcript())
        .isInstanceOf(LoginOutcome.Approved.class);
    Approval approval = ((LoginOutcome.Approved) outcome).approval();
    assertThat(approval.identity().name()).isEqualTo(KeycloakRealm.USERNAME);
    approval.confirm();
    page.get(1, TimeUnit.MINUTES);
    return account.tokens().token();
  }

  /** The MCP server takes it, and with it alone. */
  private static void isTaken(AccessToken token) throws Exception {
    assertThat(call(token.headers("POST", clinic.url(), null))).isEqualTo(200);
    assertThat(call(Map.of("Authorization", token.authorization())))
        .as("without a proof of its key")
        .isEqualTo(token.isBound() ? 401 : 200);
  }

  private static int call(Map<String, String> headers) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(clinic.url())
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{\
                      "protocolVersion":"2025-11-25","capabilities":{},\
                      "clientInfo":{"name":"t","version":"1"}}}\
                      """));
      headers.forEach(request::header);
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  /** RFC 7662, asked by a client that had no part in it. */
  private static boolean isActive(AccessToken token) throws Exception {
    String pair = KeycloakRealm.WATCHER + ":" + KeycloakRealm.SECRET;
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(issuer + "/protocol/openid-connect/token/introspect"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header(
                      "Authorization",
                      "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(US_ASCII)))
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          FormParameters.encode(Map.of("token", token.value()))))
                  .build(),
              HttpResponse.BodyHandlers.ofString(UTF_8));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.readTree(answer.body()).path("active").asBoolean();
    }
  }

  private static void refreshesAndEnds(Account account, AccessToken first) throws Exception {
    AccessToken second = account.tokens().rejected(first);
    assertThat(second.value()).isNotEqualTo(first.value());
    assertThat(second.type()).isEqualTo(first.type());
    isTaken(second);
    assertThat(isActive(second)).isTrue();

    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);

    assertThat(isActive(second)).as("after the revocation").isFalse();
    ClientException e = catchThrowableOfType(ClientException.class, () -> account.tokens().token());
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
  }

  @Test
  void a_login_by_code_is_bound_to_a_key_is_refreshed_and_is_revoked() throws Exception {
    Account account = account();
    AccessToken token = loggedIn(account, LoginOptions.DEFAULT.by(FlowName.CODE));
    assertThat(token.isBound()).isTrue();
    isTaken(token);
    refreshesAndEnds(account, token);
  }

  @Test
  void a_login_by_device_is_bound_to_a_key_is_refreshed_and_is_revoked() throws Exception {
    Account account = account();
    AccessToken token = loggedIn(account, LoginOptions.DEFAULT.by(FlowName.DEVICE));
    assertThat(token.isBound()).isTrue();
    isTaken(token);
    refreshesAndEnds(account, token);
  }

  @Test
  void a_bearer_token_is_had_where_it_is_wished_and_by_the_preset() throws Exception {
    Account account = account("keycloak");
    AccessToken token = loggedIn(account, LoginOptions.DEFAULT.by(FlowName.CODE).asBearer());
    assertThat(token.isBound()).isFalse();
    isTaken(token);
    refreshesAndEnds(account, token);
  }

  @Test
  void a_client_logs_in_by_its_secret_or_its_key_and_is_bound_to_a_key() throws Exception {
    for (ClientIdentity identity :
        List.of(
            ClientIdentity.confidential(KeycloakRealm.JOB, KeycloakRealm.SECRET),
            ClientIdentity.withKey(KeycloakRealm.JOB_WITH_KEY, clientKey(key)))) {
      Account account = machine(identity);
      AccessToken token = account.tokens().token();
      assertThat(token.isBound()).isTrue();
      isTaken(token);
      isTaken(account.tokens().rejected(token));
      client.close();
    }
  }

  @Test
  void a_wrong_secret_and_a_wrong_key_are_refused_in_the_servers_words() throws Exception {
    ECKey other = newKey();
    for (ClientIdentity wrong :
        List.of(
            ClientIdentity.confidential(KeycloakRealm.JOB, "wrong"),
            ClientIdentity.withKey(KeycloakRealm.JOB_WITH_KEY, clientKey(other)))) {
      ClientException e =
          catchThrowableOfType(ClientException.class, () -> machine(wrong).tokens().token());
      assertThat(e).isNotNull();
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
      assertThat(e).hasMessageNotContaining(KeycloakRealm.SECRET);
      client.close();
    }
  }

  private static ECKey newKey() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID("job").keyUse(KeyUse.SIGNATURE).generate();
  }

  private static ClientKey clientKey(ECKey of) {
    return new ClientKey(of, Instant::now, new SecureRandom());
  }
}

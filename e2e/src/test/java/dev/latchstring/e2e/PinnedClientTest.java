package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.BrowserAddress;
import dev.latchstring.client.login.DeviceCode;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.login.LoginPrompt;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A client that an operator registered by hand, with a key and a redirect URI of its own, as people
 * pin it in {@code servers.yaml}: at the product's own authorization server.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(300)
class PinnedClientTest {
  private static final String PASSWORD = "correct horse battery staple";

  @TempDir private static Path home;
  private static ECKey key;
  private static ClinicServer clinic;
  private static AuthorizationServer server;
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final MovedClock clock = new MovedClock();
  private LatchClient client;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("wiki-1").generate();
    URI issuer = URI.create("http://localhost:" + Ports.free());
    clinic = ClinicServer.start(0, issuer);
    server =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                """
                issuer: %s
                data: %s
                clients:
                  - client_id: wiki
                    token_endpoint_auth_method: private_key_jwt
                    jwks: { keys: [ %s ] }
                    grant_types: [authorization_code, refresh_token]
                    redirect_uris: ["http://localhost/signed/in"]
                accounts:
                  - { username: alice, password: "%s" }
                resources:
                  - { resource: %s, scopes: [clinic:read] }
                """
                    .formatted(
                        issuer,
                        home.resolve("server"),
                        key.toPublicJWK().toJSONString(),
                        PASSWORD,
                        clinic.url()),
                Overrides.of(Map.of())));
  }

  @AfterAll
  static void stop() {
    server.close();
    clinic.close();
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private static String pem(ECKey of) throws Exception {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(of.toECPrivateKey().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** This program anew, as the file has it; the path of the key is as seen from the file. */
  private LatchClient client(String keyFile, String redirectUri) throws Exception {
    close();
    Path file =
        Files.writeString(
            home.resolve("servers.yaml"),
            """
            servers:
              %s:
                client_id: wiki
                client_key_file: %s
                redirect_uri: %s
            """
                .formatted(clinic.url(), home.resolve(keyFile), redirectUri));
    client =
        LatchClient.using(store)
            .clock(clock)
            .settings(Settings.of(ServerSettings.NONE, file))
            .build();
    return client;
  }

  /** Alice, whose browser goes where it is sent. */
  private static final class Alice implements LoginPrompt {
    final CompletableFuture<HttpResponse<String>> page = new CompletableFuture<>();
    URI cameBackTo;

    @Override
    public void show(DeviceCode code) {
      throw new IllegalStateException("in a browser");
    }

    @Override
    public void show(BrowserAddress address) {
      Thread.ofVirtual()
          .start(() -> {
            try (PlayedPerson alice = new PlayedPerson("alice", PASSWORD);
                HttpClient browser = HttpClient.newHttpClient()) {
              cameBackTo = alice.decide(address.address(), "allow");
              page.complete(
                  browser.send(
                      HttpRequest.newBuilder(cameBackTo).build(),
                      HttpResponse.BodyHandlers.ofString(UTF_8)));
            } catch (IOException | InterruptedException | RuntimeException e) {
              page.completeExceptionally(e);
            }
          });
    }
  }

  private Alice signIn(LatchClient here) throws Exception {
    Alice alice = new Alice();
    LoginOutcome outcome =
        here.account(clinic.url()).login(LoginOptions.DEFAULT.by(FlowName.CODE)).run(alice);
    ((LoginOutcome.Approved) outcome).approval().confirm();
    assertThat(alice.page.get(120, TimeUnit.SECONDS).body()).contains("Signed in");
    return alice;
  }

  private static int call(AccessToken token) throws Exception {
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
    token.headers("POST", clinic.url(), null).forEach(request::header);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void a_key_in_pem_says_who_the_client_is_at_the_login_and_at_every_refresh() throws Exception {
    Files.writeString(home.resolve("wiki.pem"), pem(key));
    Alice alice = signIn(client("wiki.pem", "http://localhost/signed/in"));
    assertThat(alice.cameBackTo.getPath()).isEqualTo("/signed/in");
    assertThat(call(client.account(clinic.url()).tokens().token())).isEqualTo(200);

    LatchClient later = client("wiki.pem", "http://localhost/signed/in");
    AccessToken before = later.account(clinic.url()).tokens().token();
    AccessToken after = later.account(clinic.url()).tokens().rejected(before);
    assertThat(after.value()).isNotEqualTo(before.value());
    assertThat(call(after)).isEqualTo(200);
  }

  @Test
  void another_key_is_refused_and_the_login_is_kept() throws Exception {
    Files.writeString(home.resolve("wiki.jwk"), key.toJSONString());
    signIn(client("wiki.jwk", "http://localhost/signed/in"));

    Files.writeString(home.resolve("wiki.jwk"), pem(new ECKeyGenerator(Curve.P_256).generate()));
    LatchClient wrong = client("wiki.jwk", "http://localhost/signed/in");
    AccessToken token = wrong.account(clinic.url()).tokens().token();
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> wrong.account(clinic.url()).tokens().rejected(token));

    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    Files.writeString(home.resolve("wiki.jwk"), pem(key));
    LatchClient right = client("wiki.jwk", "http://localhost/signed/in");
    assertThat(call(right.account(clinic.url()).tokens().rejected(token))).isEqualTo(200);
  }

  @Test
  void a_pinned_port_is_the_one_that_the_browser_comes_back_to() throws Exception {
    Files.writeString(home.resolve("wiki.pem"), pem(key));
    int port = Ports.free();
    String redirectUri = "http://localhost:" + port + "/signed/in";
    Alice alice = signIn(client("wiki.pem", redirectUri));
    assertThat(alice.cameBackTo.toString()).startsWith(redirectUri + "?");

    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      ClientException e =
          catchThrowableOfType(
              ClientException.class,
              () ->
                  client("wiki.pem", redirectUri)
                      .account(clinic.url())
                      .login(LoginOptions.DEFAULT.by(FlowName.CODE))
                      .run(new Alice()));
      assertThat(e.problem()).isEqualTo(Problem.PORT_TAKEN);
      assertThat(e).hasMessageContaining(Integer.toString(other.getLocalPort()));
    }
  }

  @Test
  void what_cannot_be_a_redirect_uri_of_this_machine_ends_it_before_anybody_is_asked()
      throws Exception {
    Files.writeString(home.resolve("wiki.pem"), pem(key));
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () ->
                client("wiki.pem", "https://wiki.example.com/callback")
                    .account(clinic.url())
                    .login(LoginOptions.DEFAULT.by(FlowName.CODE))
                    .run(new Alice()));
    assertThat(e.problem()).isEqualTo(Problem.BAD_ADDRESS);
    assertThat(e).hasMessageContaining("wiki.example.com");
  }
}

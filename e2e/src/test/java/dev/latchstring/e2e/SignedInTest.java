package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredLogin;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * MCP, "Enterprise-Managed Authorization": a person logs in once at their organisation's identity
 * provider, with the client library, and has the MCP servers of another authorization server by it.
 * Both are the product's own authorization server.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class SignedInTest {
  private static final String PASSWORD = "correct horse battery staple";
  private static final String SECRET = "secret-of-the-machines-0123456789";

  @TempDir private Path home;
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final List<LatchClient> clients = new ArrayList<>();
  private ClinicServer clinic;
  private AuthorizationServer server;
  private AuthorizationServer provider;
  private URI idp;

  @BeforeEach
  void start() throws Exception {
    URI issuer = URI.create("http://localhost:" + Ports.free());
    idp = URI.create("http://localhost:" + Ports.free());
    clinic = ClinicServer.start(0, issuer);
    server =
        start(
            """
            issuer: $ISSUER
            data: $HOME/clinic
            clients:
              - { client_id: wiki-at-clinic, client_secret: $SECRET, grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }
            accounts:
              - { username: alice, password: "$PASSWORD" }
            resources:
              - { resource: $CLINIC, scopes: [clinic:read, clinic:write] }
            trusted_issuers:
              - issuer: $PROVIDER
                use: [id_jag]
                clients: [wiki-at-clinic]
                scope: "clinic:read"
                accounts: { claim: preferred_username }
            """,
            issuer);
    provider =
        start(
            """
            issuer: $PROVIDER
            data: $HOME/provider
            clients:
              - client_id: wiki
                client_secret: $SECRET
                grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token, "urn:ietf:params:oauth:grant-type:token-exchange"]
            accounts:
              - { username: alice, password: "$PASSWORD" }
              - { username: mallory, password: "$PASSWORD" }
            resources:
              - { resource: $CLINIC, scopes: [clinic:read, clinic:write] }
            id_jag_audiences:
              - audience: $ISSUER
                clients: { wiki: wiki-at-clinic }
                resources: [$CLINIC]
                scope: "clinic:read"
            """,
            issuer);
  }

  private AuthorizationServer start(String yaml, URI issuer) {
    return AuthorizationServer.start(
        ConfigurationReader.parse(
            yaml.replace("$ISSUER", issuer.toString())
                .replace("$PROVIDER", idp.toString())
                .replace("$HOME", home.toString())
                .replace("$SECRET", SECRET)
                .replace("$PASSWORD", PASSWORD)
                .replace("$CLINIC", clinic.url().toString()),
            Overrides.of(Map.of())));
  }

  @AfterEach
  void stop() {
    clients.forEach(LatchClient::close);
    provider.close();
    server.close();
    clinic.close();
  }

  /** This program as it is configured by files and variables; each is another process. */
  private LatchClient client(String more) throws Exception {
    Path file =
        Files.writeString(
            home.resolve("servers.yaml"),
            """
            servers:
              %s:
                issuer: %s
                client_id: wiki
                client_secret_env: WIKI_SECRET
                %s
              %s:
                client_id: wiki-at-clinic
                client_secret_env: WIKI_SECRET
            """
                .formatted(idp, idp, more, clinic.url()));
    Map<String, String> environment =
        Map.of("LATCH_IDP_ISSUER", idp.toString(), "WIKI_SECRET", SECRET);
    LatchClient client =
        LatchClient.using(store)
            .environment(environment)
            .settings(Settings.of(ServerSettings.NONE, file))
            .machine(MachineConfiguration.of(environment, Clock.systemUTC(), new SecureRandom()))
            .build();
    clients.add(client);
    return client;
  }

  private LatchClient client() throws Exception {
    return client("");
  }

  private void signIn(LatchClient client, String username) {
    LoginOutcome outcome;
    try (PlayedPerson person = new PlayedPerson(username, PASSWORD)) {
      outcome =
          client
              .account(idp)
              .login(LoginOptions.DEFAULT)
              .run(code -> {
                try {
                  person.decide(code.verificationUri(), code.userCode(), "allow");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
    }
    ((LoginOutcome.Approved) outcome).approval().confirm();
  }

  private StoredLogin stored() {
    return store.find(new Slot.LoginSlot(idp, Account.DEFAULT_NAME)).orElseThrow();
  }

  private int call(AccessToken token) throws Exception {
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
      token.headers("POST", clinic.url(), null).forEach(request::header);
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static ClientException failure(TokenSource tokens) {
    ClientException e = catchThrowableOfType(ClientException.class, tokens::token);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void one_login_at_the_identity_provider_is_enough_for_the_mcp_server() throws Exception {
    LatchClient client = client();
    signIn(client, "alice");
    StoredLogin before = stored();

    TokenSource tokens = client.account(clinic.url()).tokens();
    AccessToken token = tokens.token();

    assertThat(token.scope()).isEqualTo(Scope.of("clinic:read"));
    assertThat(call(token)).isEqualTo(200);
    assertThat(call(tokens.rejected(token))).isEqualTo(200);
    assertThat(stored().accessToken()).isNotEqualTo(before.accessToken());
    assertThat(store.find(new Slot.LoginSlot(clinic.url(), Account.DEFAULT_NAME))).isEmpty();
  }

  @Test
  void the_login_at_the_identity_provider_goes_on_after_many_tokens() throws Exception {
    LatchClient first = client();
    signIn(first, "alice");
    Set<String> refreshTokens = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      assertThat(call(client().account(clinic.url()).tokens().token())).isEqualTo(200);
      refreshTokens.add(stored().refreshToken());
    }
    assertThat(refreshTokens).isNotEmpty().doesNotContainNull();
    AccessToken own = first.account(idp).tokens().token();
    assertThat(first.account(idp).tokens().rejected(own).value()).isNotEqualTo(own.value());
  }

  @Test
  void processes_that_start_at_once_share_the_login_without_an_error() throws Exception {
    signIn(client(), "alice");
    List<LatchClient> processes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      processes.add(client());
    }
    List<Future<AccessToken>> tokens = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (LatchClient process : processes) {
        tokens.add(threads.submit(() -> process.account(clinic.url()).tokens().token()));
      }
    }
    Set<String> values = new HashSet<>();
    for (Future<AccessToken> token : tokens) {
      assertThat(call(token.get())).isEqualTo(200);
      values.add(token.get().value());
    }
    assertThat(values).hasSize(processes.size());
  }

  @Test
  void where_nobody_is_signed_in_it_says_how_to() throws Exception {
    ClientException e = failure(client().account(clinic.url()).tokens());
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e).hasMessageContaining("nobody is signed in at " + idp);
    assertThat(e.hint()).isEqualTo("run latch login " + idp + " --pin issuer=" + idp);
  }

  @Test
  void a_login_that_was_revoked_there_ends_here() throws Exception {
    LatchClient client = client();
    signIn(client, "alice");
    MemoryTokenStore copy = new MemoryTokenStore();
    copy.put(new Slot.LoginSlot(idp, Account.DEFAULT_NAME), stored());
    try (LatchClient other = LatchClient.using(copy).build()) {
      assertThat(other.account(idp).logout().toString()).contains("REVOKED");
    }

    ClientException e = failure(client.account(clinic.url()).tokens());

    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e).hasMessageContaining("has ended");
    assertThat(e.hint()).contains("latch login " + idp);
    assertThat(stored().refreshToken()).isNull();
    assertThat(stored().subject()).as("the account is still theirs").isNotNull();
    signIn(client, "alice");
    assertThat(call(client().account(clinic.url()).tokens().token())).isEqualTo(200);
  }

  @Test
  void an_identity_provider_that_does_not_answer_costs_no_login() throws Exception {
    LatchClient client = client();
    signIn(client, "alice");
    StoredLogin before = stored();
    provider.close();

    ClientException e = failure(client.account(clinic.url()).tokens());

    assertThat(e.problem()).isEqualTo(Problem.NETWORK);
    assertThat(stored()).isEqualTo(before);
  }

  @Test
  void a_person_without_an_account_at_the_mcp_server_gets_nothing() throws Exception {
    LatchClient client = client();
    signIn(client, "mallory");
    ClientException e = failure(client.account(clinic.url()).tokens());
    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(stored().refreshToken()).as("the login is as good as before").isNotNull();
  }

  @Test
  void a_refresh_token_stands_for_the_person_where_no_id_token_comes() throws Exception {
    LatchClient client = client("scope: offline_access");
    signIn(client, "alice");
    assertThat(call(client.account(clinic.url()).tokens().token())).isEqualTo(200);
  }

  @Test
  void the_identity_provider_itself_is_a_matter_of_people() throws Exception {
    assertThat(client().account(idp).negotiate(LoginOptions.DEFAULT).require().name())
        .isEqualTo(FlowName.DEVICE);
  }
}

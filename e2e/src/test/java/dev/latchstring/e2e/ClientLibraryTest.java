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
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
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

/** The client library against the product's own authorization server and MCP server. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientLibraryTest {
  private static final String PASSWORD = "correct horse battery staple";

  @TempDir Path home;
  private ClinicServer clinic;
  private AuthorizationServer issuer;
  private LatchClient client;
  private Account account;

  /** The client's clock, ahead of the server's. */
  private final MovedClock clock = new MovedClock();

  @BeforeEach
  void start() throws Exception {
    int port = Ports.free();
    URI address = URI.create("http://localhost:" + port);
    clinic = ClinicServer.start(0, address);
    issuer =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                """
                issuer: %s
                port: %d
                data: %s
                clients:
                  - client_id: ci-job
                    client_secret: ci-job-secret-of-32-characters-ok
                    token_endpoint_auth_method: client_secret_basic
                    grant_types: [client_credentials]
                    scope: "clinic:read"
                accounts:
                  - username: alice
                    password: "%s"
                    teams: [front-desk]
                  - username: bob
                    password: "%s"
                resources:
                  - resource: %s
                    scopes: [clinic:read, clinic:write]
                """
                    .formatted(
                        address, port, home.resolve("server"), PASSWORD, PASSWORD, clinic.url()),
                Overrides.of(Map.of())));
    client = client(null);
    account = client.account(clinic.url());
  }

  private TokenStore store() {
    return new EncryptedFileTokenStore(
        home.resolve("data"), home.resolve("config"), null, new SecureRandom());
  }

  private LatchClient client(ClientIdentity identity) {
    return LatchClient.using(store()).clock(clock).clientIdentity(identity).build();
  }

  @AfterEach
  void stop() {
    client.close();
    clinic.close();
    issuer.close();
  }

  private LoginOutcome decide(String username, String decision) {
    try (PlayedPerson person = new PlayedPerson(username, PASSWORD)) {
      return account
          .login(LoginOptions.DEFAULT.asBearer())
          .run(code -> {
            try {
              person.decide(code.verificationUri(), code.userCode(), decision);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private Approval approvedBy(String username) {
    return ((LoginOutcome.Approved) decide(username, "allow")).approval();
  }

  private int call(AccessToken token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(clinic.url());
    token.headers("POST", clinic.url(), null).forEach(request::header);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              request
                  .header("Content-Type", "application/json")
                  .header("Accept", "application/json, text/event-stream")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          """
                          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{\
                          "protocolVersion":"2025-11-25","capabilities":{},\
                          "clientInfo":{"name":"t","version":"1"}}}\
                          """))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void a_login_gives_a_token_that_the_mcp_server_accepts() throws Exception {
    Approval approval = approvedBy("alice");
    assertThat(approval.needsConfirmation()).isTrue();
    assertThat(approval.identity().issuer()).isEqualTo(issuer.issuer().toString());
    assertThat(approval.identity().name()).isEqualTo("alice");
    approval.confirm();

    assertThat(call(account.tokens().token())).isEqualTo(200);

    Approval again = approvedBy("alice");
    assertThat(again.needsConfirmation()).as("pinned").isFalse();
    again.confirm();
    assertThat(catchThrowableOfType(ClientException.class, () -> decide("bob", "allow")).problem())
        .isEqualTo(Problem.WRONG_PERSON);
    assertThat(call(account.tokens().token())).isEqualTo(200);
  }

  @Test
  void a_no_is_an_outcome_and_stores_nothing() {
    assertThat(decide("alice", "deny")).isEqualTo(new LoginOutcome.Denied());
    assertThat(account.status()).isEmpty();
  }

  @Test
  void many_that_find_the_token_due_refresh_once_and_the_server_goes_on() throws Exception {
    approvedBy("alice").confirm();
    AccessToken first = account.tokens().token();
    clock.advance(Duration.ofMinutes(9));

    List<Future<AccessToken>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(20);
        LatchClient other = client(null)) {
      for (int i = 0; i < 20; i++) {
        Account mine = i % 2 == 0 ? account : other.account(clinic.url());
        all.add(threads.submit(() -> mine.tokens().token()));
      }
      Set<AccessToken> given = new HashSet<>();
      for (Future<AccessToken> token : all) {
        given.add(token.get());
      }
      // Ahead of time one thread refreshes, and the others go on with what is still good.
      given.remove(first);
      assertThat(given).as("one refresh").hasSize(1);
      assertThat(account.tokens().token()).isIn(given);
      assertThat(call(account.tokens().token())).isEqualTo(200);
    }
    AccessToken again = account.tokens().rejected(account.tokens().token());
    assertThat(call(again)).isEqualTo(200);
  }

  @Test
  void a_logout_revokes_what_a_copy_of_the_tokens_could_still_do() {
    approvedBy("alice").confirm();
    Slot.LoginSlot slot = new Slot.LoginSlot(clinic.url(), Account.DEFAULT_NAME);
    MemoryTokenStore copy = new MemoryTokenStore();
    copy.put(slot, store().find(slot).orElseThrow());

    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);

    try (LatchClient thief = LatchClient.using(copy).clock(clock).build()) {
      Account stolen = thief.account(clinic.url());
      ClientException e =
          catchThrowableOfType(
              ClientException.class, () -> stolen.tokens().rejected(stolen.tokens().token()));
      assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
      assertThat(copy.find(slot).orElseThrow().accessToken()).isNull();
    }
  }

  @Test
  void a_step_up_adds_to_what_was_granted() throws Exception {
    approvedBy("alice").confirm();
    Scope before = account.tokens().token().scope();
    assertThat(before.values()).isNotEmpty();
    try (PlayedPerson person = new PlayedPerson("alice", PASSWORD)) {
      LoginOutcome outcome =
          account
              .login(LoginOptions.DEFAULT.withScope(Scope.of("clinic:write")).asBearer())
              .run(code -> {
                try {
                  person.decide(code.verificationUri(), code.userCode(), "allow");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      ((LoginOutcome.Approved) outcome).approval().confirm();
    }
    assertThat(account.tokens().token().scope()).isEqualTo(before.union(Scope.of("clinic:write")));
  }

  @Test
  void a_machine_gets_tokens_by_its_secret() throws Exception {
    try (LatchClient machine =
        client(ClientIdentity.confidential("ci-job", "ci-job-secret-of-32-characters-ok"))) {
      AccessToken token = machine.account(clinic.url()).tokens().token();
      assertThat(token.scope()).isEqualTo(Scope.of("clinic:read"));
      assertThat(call(token)).isEqualTo(200);
    }
  }
}

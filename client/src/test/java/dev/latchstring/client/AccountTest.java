package dev.latchstring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.login.Approval;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.client.store.TokenStore;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole journey, through the one object that callers hold. */
class AccountTest {
  @TempDir Path home;
  private final Protected clinic = new Protected();
  private LatchClient client;
  private Account account;

  @BeforeEach
  void open() {
    use(null);
  }

  private void use(ClientIdentity identity) {
    TokenStore store =
        new EncryptedFileTokenStore(
            home.resolve("data"), home.resolve("config"), null, new SecureRandom());
    client = LatchClient.using(store).clientIdentity(identity).build();
    account = client.account(clinic.server.uri("/mcp"));
  }

  @AfterEach
  void close() {
    client.close();
    clinic.close();
  }

  private Approval approved(LoginOptions options) {
    return ((LoginOutcome.Approved) account.login(options).run(code -> {})).approval();
  }

  private void loggedIn() {
    approved(LoginOptions.DEFAULT).confirm();
  }

  private static ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void from_nothing_to_a_token_and_out_again() {
    assertThat(account.status()).isEmpty();
    assertThat(failure(() -> account.tokens().token()).problem()).isEqualTo(Problem.LOGIN_REQUIRED);

    loggedIn();

    AccessToken token = account.tokens().token();
    assertThat(token.authorization()).isEqualTo("Bearer access-0");
    assertThat(token.resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(token.toString()).doesNotContain("access-0");
    LoginStatus status = account.status().orElseThrow();
    assertThat(status.scope()).isEqualTo(Scope.of("clinic:read"));
    assertThat(status.refreshable()).isTrue();
    assertThat(status.ended()).isFalse();
    assertThat(client.stored().logins()).containsExactly(status);

    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);

    assertThat(clinic.server.to("/revoke").stream().map(r -> r.form().required("token")))
        .containsExactly("refresh-0", "access-0");
    assertThat(account.status()).isEmpty();
    assertThat(failure(() -> account.tokens().token()).problem())
        .as("at once, in the process that logged out")
        .isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.NOTHING_STORED);
  }

  @Test
  void a_logout_without_network_forgets_here_and_says_so() {
    loggedIn();
    clinic.server.on("/revoke", Answer.status(503));

    LogoutResult result = account.logout();

    assertThat(result.revocation()).isEqualTo(LogoutResult.Revocation.FAILED);
    assertThat(result.detail()).contains("503");
    assertThat(account.status()).isEmpty();
  }

  @Test
  void a_server_without_revocation_is_told() {
    clinic.metadata.remove("revocation_endpoint");
    loggedIn();
    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.NOT_OFFERED);
  }

  @Test
  void a_step_up_asks_for_what_was_granted_and_more_without_a_probe() {
    loggedIn();
    clinic.server.requests.clear();

    approved(
            LoginOptions.DEFAULT.withChallenges(
                Challenge.parse(
                    List.of(
                        "Bearer error=\"insufficient_scope\", scope=\"clinic:write\","
                            + " resource_metadata=\""
                            + clinic.server.origin()
                            + "/.well-known/oauth-protected-resource/mcp\""))))
        .confirm();

    assertThat(clinic.server.to("/mcp")).isEmpty();
    Request request = clinic.server.to("/device").getFirst();
    assertThat(request.form().required("scope")).isEqualTo("clinic:write clinic:read");
    assertThat(account.tokens().token().scope()).isEqualTo(Scope.of("clinic:write", "clinic:read"));
  }

  @Test
  void a_damaged_entry_is_told_and_a_logout_removes_it() throws IOException {
    loggedIn();
    Path file;
    try (Stream<Path> files = Files.list(home.resolve("data/tokens"))) {
      file =
          files
              .filter(f -> f.getFileName().toString().matches("login-.*\\.latch"))
              .findFirst()
              .orElseThrow();
    }
    Files.write(file, new byte[10]);

    assertThat(failure(account::status).problem()).isEqualTo(Problem.STORE_DAMAGED);
    assertThat(failure(() -> account.login(LoginOptions.DEFAULT)).problem())
        .as("before anybody is asked for anything")
        .isEqualTo(Problem.STORE_DAMAGED);
    assertThat(client.stored().damaged()).hasSize(1);
    assertThat(client.stored().damaged().getFirst()).hasMessageContaining(file.toString());

    assertThat(account.logout().revocation()).isEqualTo(LogoutResult.Revocation.FAILED);
    assertThat(account.status()).isEmpty();
    loggedIn();
    assertThat(account.tokens().token().value()).isEqualTo("access-0");
  }

  @Test
  void an_open_server_and_one_without_device_flow_have_no_login() {
    clinic.metadata.remove("device_authorization_endpoint");
    ClientException noDevice = failure(() -> account.login(LoginOptions.DEFAULT));
    assertThat(noDevice.problem()).isEqualTo(Problem.NO_USABLE_LOGIN);
    assertThat(noDevice.hint()).contains("LATCH_CLIENT_ID");

    clinic.server.on("/mcp", Answer.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"));
    assertThat(failure(() -> account.login(LoginOptions.DEFAULT)))
        .hasMessageContaining("needs no login");
  }

  @Test
  void accounts_of_one_server_are_apart() {
    loggedIn();
    Account work = client.account(clinic.server.uri("/mcp"), "work");
    assertThat(work.status()).isEmpty();
    assertThat(failure(() -> work.tokens().token())).hasMessageContaining("as work");
  }

  @Test
  void a_machine_with_its_own_secret_gets_tokens_without_any_login() throws IOException {
    use(
        ClientIdentity.fromEnvironment(
            Map.of("LATCH_CLIENT_ID", "ci-job", "LATCH_CLIENT_SECRET", "s3cret")));
    int[] issued = {0};
    clinic.onClientCredentials = request -> Protected.tokens("machine-" + ++issued[0], null);

    AccessToken token = account.tokens().token();

    assertThat(token.value()).isEqualTo("machine-1");
    assertThat(account.tokens().token().value()).isEqualTo("machine-1");
    Request request = clinic.server.to("/token").getFirst();
    assertThat(request.header("Authorization")).startsWith("Basic ");
    assertThat(request.form().required("resource")).isEqualTo(clinic.server.origin() + "/mcp");
    assertThat(request.form().required("scope")).isEqualTo("clinic:read");
    assertThat(home.resolve("data")).doesNotExist();

    AccessToken second = account.tokens().rejected(token);
    assertThat(second.value()).isEqualTo("machine-2");
    assertThat(account.tokens().rejected(token)).isEqualTo(second);
    assertThat(failure(() -> account.tokens().rejected(second)).problem())
        .isEqualTo(Problem.LOGIN_REQUIRED);
  }

  @Test
  void a_machine_whose_secret_is_wrong_is_told_what_to_check() {
    use(ClientIdentity.confidential("ci-job", "s3cret"));
    clinic.onClientCredentials = request -> Answer.error("invalid_client");

    ClientException e = failure(() -> account.tokens().token());

    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e).hasMessageNotContaining("s3cret");
    assertThat(e.hint()).contains("LATCH_CLIENT_SECRET");
  }

  @Test
  void names_and_addresses_that_cannot_be_are_refused() {
    URI server = clinic.server.uri("/mcp");
    for (String name : List.of("", " ", "a\nb", "x".repeat(65))) {
      assertThat(failure(() -> client.account(server, name)).problem())
          .isEqualTo(Problem.BAD_ADDRESS);
    }
    assertThat(failure(() -> client.account(URI.create("http://example.com"))).problem())
        .isEqualTo(Problem.BAD_ADDRESS);
  }
}

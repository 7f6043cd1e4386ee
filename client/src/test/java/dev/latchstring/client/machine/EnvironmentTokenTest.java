package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Scope;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token from the environment: it wins, and is nobody's to keep. */
class EnvironmentTokenTest {
  private final TestClock clock = new TestClock();
  private final Protected clinic = new Protected();
  private LatchClient client;

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    clinic.close();
  }

  private Account account(Map<String, String> environment) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(ClientIdentity.confidential("ci-job", "s3cret"))
            .machine(MachineConfiguration.of(environment, clock, new SecureRandom()))
            .build();
    return client.account(clinic.server.uri("/mcp"));
  }

  private static ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void it_goes_before_everything_asks_nobody_and_is_not_stored() {
    Account account = account(Map.of("LATCH_TOKEN", "given-token"));

    AccessToken token = account.tokens().token();

    assertThat(token.authorization()).isEqualTo("Bearer given-token");
    assertThat(token.resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(account.status()).isEmpty();
    assertThat(clinic.server.requests).isEmpty();
  }

  @Test
  void what_it_says_of_itself_is_heeded() {
    long end = clock.instant().getEpochSecond() + 60;
    String jwt = Machines.jwt(Map.of("exp", end, "scope", "clinic:read"));
    Account account = account(Map.of("LATCH_TOKEN", jwt));
    assertThat(account.tokens().token().scope()).isEqualTo(Scope.of("clinic:read"));

    clock.advance(Duration.ofSeconds(61));

    ClientException e = failure(() -> account.tokens().token());
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e).hasMessageContaining("LATCH_TOKEN expired").hasMessageNotContaining(jwt);
    assertThat(clinic.server.requests).as("it is never renewed").isEmpty();
  }

  @Test
  void one_that_the_server_rejects_is_replaced_by_nothing() {
    Account account = account(Map.of("LATCH_TOKEN", "given-token"));
    AccessToken token = account.tokens().token();
    ClientException e = failure(() -> account.tokens().rejected(token));
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e).hasMessageContaining("does not accept the token in LATCH_TOKEN");
  }

  @Test
  void it_can_be_kept_from_other_servers() {
    Account other =
        account(
            Map.of(
                "LATCH_TOKEN", "given-token", "LATCH_TOKEN_SERVER", "https://mcp.example.com/mcp"));
    clinic.onClientCredentials = request -> Protected.tokens("machine-token", null);
    assertThat(other.tokens().token().value()).isEqualTo("machine-token");

    Account meant =
        account(
            Map.of(
                "LATCH_TOKEN",
                "given-token",
                "LATCH_TOKEN_SERVER",
                clinic.server.origin() + "/mcp"));
    assertThat(meant.tokens().token().value()).isEqualTo("given-token");
  }

  @Test
  void whoever_gave_it_for_another_server_is_told_so() {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .machine(
                MachineConfiguration.of(
                    Map.of(
                        "LATCH_TOKEN",
                        "given-token",
                        "LATCH_TOKEN_SERVER",
                        "https://mcp.example.com/mcp"),
                    clock,
                    new SecureRandom()))
            .build();
    Account account = client.account(clinic.server.uri("/mcp"));

    ClientException e = failure(() -> account.tokens().token());

    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e)
        .hasMessageContaining("is for \"https://mcp.example.com/mcp\" alone (LATCH_TOKEN_SERVER)")
        .hasMessageNotContaining("given-token");
    assertThat(e.hint()).contains("latch login", "LATCH_TOKEN_SERVER=" + clinic.server.uri("/mcp"));
    assertThat(account.negotiate(LoginOptions.DEFAULT).considered())
        .filteredOn(considered -> considered.flow() == FlowName.ENVIRONMENT)
        .singleElement()
        .satisfies(given -> assertThat(given.verdict()).contains("https://mcp.example.com/mcp"));
  }

  @Test
  void what_is_no_token_or_bound_to_a_key_is_told_without_it() {
    for (String wrong :
        new String[] {
          "two\nlines", "not ascii \u00e9", Machines.jwt(Map.of("cnf", Map.of("jkt", "thumbprint")))
        }) {
      ClientException e = failure(() -> account(Map.of("LATCH_TOKEN", wrong)).tokens().token());
      assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
      assertThat(e).hasMessageContaining("LATCH_TOKEN").hasMessageNotContaining(wrong);
    }
  }
}

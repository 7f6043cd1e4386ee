package dev.latchstring.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.connect.AuthMessages;
import dev.latchstring.cli.connect.TestHost;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.TokenDesk;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that a host delivers to {@code latch run} goes into the program's environment. */
@Execution(ExecutionMode.CONCURRENT)
class DeliveredToRunTest {
  private static TokenDesk desk;
  private static ClinicServer clinic;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    desk = new TokenDesk();
    clinic = ClinicServer.start(0, desk.issuer());
  }

  @AfterAll
  static void stop() {
    clinic.close();
    desk.close();
  }

  private RunningHost run(String... ways) throws Exception {
    LatchClient client = LatchClient.using(new MemoryTokenStore()).build();
    return RunningHost.of(
        new RunAccount(client.account(clinic.url()), Scope.parse("clinic:read"), false),
        client,
        folder,
        ways);
  }

  private static String delivery(String token) {
    return AuthMessages.delivery(
        token,
        desk.issuer().toString(),
        clinic.url().toString(),
        "clinic:read",
        Clock.systemUTC().instant().plusSeconds(200));
  }

  private static String token(String name) {
    return desk.token(clinic.url(), "alice", "clinic:read", Map.of("jti", name));
  }

  @Test
  void each_token_is_a_process_of_its_own_and_a_logout_ends_it() throws Exception {
    try (RunningHost run = run("garbage")) {
      run.host().session(AuthMessages.CAPABILITIES);
      AuthMessages auth = new AuthMessages(run.host(), false);
      String first = token("first");
      assertThat(auth.call("deliver", delivery(first)).has("result")).isTrue();
      assertThat(run.text("token")).isEqualTo(first);
      String second = token("second");
      assertThat(auth.call("deliver", delivery(second)).has("result")).isTrue();
      assertThat(run.text("token")).isEqualTo(second);
      assertThat(run.diary("start")).containsExactly("start " + first, "start " + second);

      assertThat(auth.call("logout", "").path("result").path("ended").asString())
          .isEqualTo("delivered");
      Await.until("the program to be stopped", () -> run.diary("end of input").size() == 2);
      assertThat(run.call("token", "{}").path("result").path("isError").asBoolean()).isTrue();
      assertThat(run.diary("start")).hasSize(2);
      assertThat(run.err()).isNotEmpty().doesNotContain(first, second);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_stateless_host_delivers_to_a_program_of_either_era(boolean modern) throws Exception {
    try (RunningHost run = modern ? run("stateless", "modern") : run()) {
      AuthMessages auth = new AuthMessages(run.host(), true);
      String token = token("only");
      assertThat(auth.call("describe", "").path("result").path("providers").toString())
          .contains(desk.issuer().toString());
      assertThat(auth.call("deliver", delivery(token)).has("result")).isTrue();
      assertThat(
              TestHost.textOf(
                  run.host()
                      .call(
                          "tools/call",
                          TestHost.stateless(
                              "\"name\":\"token\",\"arguments\":{}", AuthMessages.CAPABILITIES))))
          .isEqualTo(token);
      assertThat(
              auth.call(
                      "deliver",
                      delivery(
                          desk.token(
                              clinic.url(),
                              "alice",
                              "clinic:read",
                              Map.of("cnf", Map.of("jkt", "x".repeat(43))))))
                  .path("error")
                  .path("message")
                  .asString())
          .contains("bound");
    }
  }
}

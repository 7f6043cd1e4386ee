package dev.latchstring.client.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ProfileServer;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the server sends the person of a challenge to a browser. */
class ChallengeInBrowserTest {
  private static final Surroundings TERMINAL =
      new Surroundings(true, Surroundings.Browser.ELSEWHERE, List.of(), true, List.of());

  private final TestClock clock = new TestClock();
  private final ProfileServer clinic = new ProfileServer(clock, false);
  private final LatchClient client =
      LatchClient.using(new MemoryTokenStore())
          .clock(clock)
          .clientIdentity(ClientIdentity.confidential("phone", ProfileServer.SECRET))
          .build();

  @AfterEach
  void close() {
    client.close();
    clinic.close();
    assertThat(clinic.faults).isEmpty();
  }

  private static TestServer.Answer web(String requestUri) {
    return TestServer.Answer.json(
        400, Map.of("error", "redirect_to_web", "request_uri", requestUri, "expires_in", 60));
  }

  private LoginOutcome run(Function<BrowserAddress, String> answer, Surroundings here) {
    Account account = client.account(clinic.server.uri("/mcp"));
    return account
        .login(
            LoginOptions.DEFAULT
                .byChallenge(ChallengeOptions.asking(step -> Answer.abandon()))
                .at(here))
        .run(
            new LoginPrompt() {
              @Override
              public void show(DeviceCode code) {
                throw new AssertionError("there is no code");
              }

              @Override
              public void show(BrowserAddress address) {
                URI back = URI.create(address.redirectUri() + "?" + answer.apply(address));
                CompletableFuture<Void> visited =
                    CompletableFuture.runAsync(() -> {
                      try (HttpClient browser = HttpClient.newHttpClient()) {
                        browser.send(
                            HttpRequest.newBuilder(back).build(),
                            HttpResponse.BodyHandlers.discarding());
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    });
                assertThat(visited).isNotCompletedExceptionally();
              }
            });
  }

  private String state() {
    return clinic.forms("/authorize/challenge").getLast().required("state");
  }

  @Test
  void the_same_authorization_is_finished_in_the_browser() {
    clinic.instead.addAll(List.of(web("urn:first"), web("urn:second")));

    LoginOutcome outcome =
        run(
            address -> {
              assertThat(address.address().getQuery())
                  .isEqualTo("client_id=phone&request_uri=urn:second");
              return "code=" + clinic.finishedInBrowser("Anna Smith") + "&state=" + state();
            },
            TERMINAL);

    Approval approval = ((LoginOutcome.Approved) outcome).approval();
    assertThat(approval.needsConfirmation()).isFalse();
    assertThat(approval.identity().name()).isEqualTo("Anna Smith");
    List<FormParameters> begun = clinic.forms("/authorize/challenge");
    assertThat(begun).hasSize(2);
    assertThat(begun.getFirst().names())
        .as("a client without a place to come back to is not refused")
        .doesNotContain("redirect_uri");
    assertThat(begun.getLast().required("redirect_uri")).startsWith("http://127.0.0.1:");
  }

  @Test
  void without_a_request_of_the_server_the_browser_brings_a_new_one_of_the_same() {
    clinic.instead.addAll(
        List.of(
            TestServer.Answer.error("redirect_to_web"),
            TestServer.Answer.error("redirect_to_web")));

    LoginOutcome outcome =
        run(
            address -> {
              assertThat(address.address().getQuery())
                  .contains("code_challenge=", "dpop_jkt=", "state=" + state());
              return "code=" + clinic.finishedInBrowser("Anna Smith") + "&state=" + state();
            },
            TERMINAL);

    assertThat(outcome).isInstanceOf(LoginOutcome.Approved.class);
  }

  @Test
  void a_no_in_the_browser_is_a_no() {
    clinic.instead.addAll(List.of(web("urn:first"), web("urn:second")));
    assertThat(run(address -> "error=access_denied&state=" + state(), TERMINAL))
        .isEqualTo(new LoginOutcome.Denied());
  }

  @Test
  void an_answer_of_another_server_is_not_used() {
    clinic.instead.addAll(List.of(web("urn:first"), web("urn:second")));
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () ->
                run(address -> "code=c&iss=https%3A%2F%2Fevil.example&state=" + state(), TERMINAL));
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(clinic.forms("/token")).isEmpty();
  }

  @Test
  void a_client_that_may_come_back_nowhere_is_told_what_to_register() {
    clinic.instead.addAll(List.of(web("urn:first"), TestServer.Answer.error("invalid_request")));
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> run(address -> "", TERMINAL));
    assertThat(e.problem()).isEqualTo(Problem.BROWSER_NEEDED);
    assertThat(e.hint()).contains("register http://127.0.0.1:");
  }

  @Test
  void a_browser_is_needed_only_where_there_is_neither_browser_nor_terminal() {
    clinic.instead.add(web("urn:first"));
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> run(address -> "", Surroundings.UNKNOWN));
    assertThat(e.problem()).isEqualTo(Problem.BROWSER_NEEDED);
    assertThat(clinic.forms("/authorize/challenge")).hasSize(1);
  }
}

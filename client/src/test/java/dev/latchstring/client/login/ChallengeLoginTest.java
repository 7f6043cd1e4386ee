package dev.latchstring.client.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengePrompt;
import dev.latchstring.client.challenge.ProfileServer;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.EncryptedFileTokenStore;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login by challenge into an account, on the user's encrypted store. */
class ChallengeLoginTest {
  @TempDir Path home;
  private final TestClock clock = new TestClock();
  private final ProfileServer clinic = new ProfileServer(clock, true);
  private final List<Step> asked = new ArrayList<>();
  private LatchClient client;

  @BeforeEach
  void open() {
    client = client(ClientIdentity.confidential("phone", "phone-s3cret"));
  }

  private LatchClient client(ClientIdentity identity, String... pins) {
    return LatchClient.using(
            new EncryptedFileTokenStore(
                home.resolve("data"), home.resolve("config"), null, new SecureRandom()))
        .clock(clock)
        .clientIdentity(identity)
        .settings(Settings.of(ServerSettings.ofOptions(List.of(pins), null)))
        .build();
  }

  private Account account() {
    return client.account(clinic.server.uri("/mcp"));
  }

  @AfterEach
  void close() {
    client.close();
    clinic.close();
    assertThat(clinic.faults).isEmpty();
  }

  private ChallengePrompt anna() {
    return person("Anna Smith", "4291");
  }

  private ChallengePrompt person(String name, String digits) {
    return step -> {
      asked.add(step);
      return switch (step.id()) {
        case "identity" -> Answer.value("name", name);
        case "ssn" -> Answer.value("ssn_last4", digits);
        case "code" -> Answer.value("code", "424242");
        default -> Answer.goOn();
      };
    };
  }

  private LoginOutcome run(LoginOptions options) {
    return account()
        .login(options)
        .run(code -> {
          throw new AssertionError("there is no code");
        });
  }

  private LoginOutcome run(ChallengePrompt prompt) {
    return run(LoginOptions.DEFAULT.byChallenge(ChallengeOptions.asking(prompt)));
  }

  private void loggedIn() {
    Approval approval = ((LoginOutcome.Approved) run(anna())).approval();
    assertThat(approval.needsConfirmation()).as("the person answered here").isFalse();
    approval.confirm();
    asked.clear();
  }

  private ClientException failure(Runnable action) {
    ClientException e = catchThrowableOfType(ClientException.class, action::run);
    assertThat(e).isNotNull();
    return e;
  }

  private ClientException failure(ChallengePrompt prompt) {
    return failure(() -> run(prompt));
  }

  @Test
  void from_nothing_to_a_bound_token_and_out_again() {
    loggedIn();

    AccessToken token = account().tokens().token();
    assertThat(token.type()).isEqualTo("DPoP");
    assertThat(token.proof("GET", clinic.server.uri("/mcp"), null)).isNotNull();
    assertThat(account().tokens().token().key()).isSameAs(token.key());
    assertThat(account().status().orElseThrow().identity().subject()).isEqualTo("Anna Smith");

    assertThat(account().logout().revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);
    assertThat(clinic.forms("/revoke").getLast().required("token")).isEqualTo(token.value());
  }

  @Test
  void what_is_pinned_goes_with_the_beginning_the_code_and_every_refresh() {
    client.close();
    client =
        client(
            ClientIdentity.confidential("phone", "phone-s3cret"),
            "resource=urn:clinic",
            "audience=api://clinic",
            "authorization_parameters.connection=front-desk",
            "authorization_parameters.acr_values=" + ProfileServer.KNOWLEDGE,
            "token_parameters.tenant=north");
    loggedIn();

    FormParameters begun = clinic.forms("/authorize/challenge").getFirst();
    assertThat(begun.required("resource")).isEqualTo("urn:clinic");
    assertThat(begun.required("audience")).isEqualTo("api://clinic");
    assertThat(begun.required("connection")).isEqualTo("front-desk");
    assertThat(begun.required("acr_values")).isEqualTo(ProfileServer.KNOWLEDGE);
    assertThat(begun.optional("tenant")).isNull();
    FormParameters redeemed = clinic.forms("/token").getLast();
    assertThat(redeemed.required("resource")).isEqualTo("urn:clinic");
    assertThat(redeemed.required("audience")).isEqualTo("api://clinic");
    assertThat(redeemed.required("tenant")).isEqualTo("north");
    assertThat(redeemed.optional("connection")).isNull();

    account().tokens().rejected(account().tokens().token());
    assertThat(clinic.forms("/token").getLast().required("tenant")).isEqualTo("north");
    assertThat(clinic.forms("/token").getLast().required("grant_type")).isEqualTo("refresh_token");
  }

  @Test
  void what_a_refusal_asks_for_stands_above_what_is_pinned() {
    client.close();
    client =
        client(
            ClientIdentity.confidential("phone", "phone-s3cret"),
            "authorization_parameters.acr_values=urn:nobody:has:it");
    assertThat(failure(anna()).problem()).isEqualTo(Problem.UNMET_AUTHENTICATION);

    LoginOptions options =
        LoginOptions.DEFAULT
            .withChallenges(
                Challenge.parse(
                    List.of(
                        "DPoP error=\"insufficient_user_authentication\", acr_values=\""
                            + ProfileServer.KNOWLEDGE
                            + "\"")))
            .byChallenge(ChallengeOptions.asking(anna()));
    assertThat(run(options)).isInstanceOf(LoginOutcome.Approved.class);
  }

  @Test
  void a_refresh_proves_the_stored_key_in_another_process_too() {
    loggedIn();
    AccessToken first = account().tokens().token();
    clock.advance(Duration.ofSeconds(590));
    client.close();
    client = client(ClientIdentity.confidential("phone", "phone-s3cret"));

    AccessToken second = account().tokens().token();

    assertThat(second.value()).isNotEqualTo(first.value());
    assertThat(second.key().keyThumbprint()).isEqualTo(first.key().keyThumbprint());
  }

  @Test
  void nothing_secret_is_in_the_store_in_plain() throws IOException {
    loggedIn();
    String token = account().tokens().token().value();
    List<String> secrets =
        List.of(token, "phone-s3cret", "Anna", "4291", "\"d\":", "dpop_key", "auth_session");
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain(secrets);
      }
    }
  }

  @Test
  void a_step_up_continues_the_stored_session_and_asks_for_what_is_missing() {
    loggedIn();

    LoginOutcome outcome =
        run(
            LoginOptions.DEFAULT
                .byChallenge(ChallengeOptions.asking(anna()))
                .withChallenges(
                    Challenge.parse(
                        List.of(
                            "DPoP error=\"insufficient_user_authentication\", acr_values=\""
                                + ProfileServer.MFA
                                + "\", max_age=\"60\", scope=\"clinic:write\","
                                + " resource_metadata=\""
                                + clinic.server.origin()
                                + "/.well-known/oauth-protected-resource/mcp\""))));

    assertThat(asked.stream().map(Step::id)).containsExactly("code");
    ((LoginOutcome.Approved) outcome).approval().confirm();
    AccessToken token = account().tokens().token();
    assertThat(token.scope()).isEqualTo(Scope.of("clinic:write", "clinic:read"));
    assertThat(ProfileServer.claims(token.value()).get("acr").stringValue())
        .isEqualTo(ProfileServer.MFA);
    assertThat(
            clinic.forms("/authorize/challenge").stream()
                .filter(form -> form.optional("max_age") != null))
        .hasSize(1);
  }

  @Test
  void a_refresh_that_wants_the_person_keeps_the_login_and_the_next_login_continues_it() {
    loggedIn();
    AccessToken first = account().tokens().token();
    clinic.refreshWantsPerson = true;
    clock.advance(Duration.ofSeconds(500));
    assertThat(account().tokens().token().value())
        .as("good for another while")
        .isEqualTo(first.value());
    clock.advance(Duration.ofSeconds(100));

    ClientException e = failure(() -> account().tokens().token());

    assertThat(e.problem()).isEqualTo(Problem.REAUTHENTICATION_REQUIRED);
    assertThat(e.hint()).contains("--flow challenge");
    int requests = clinic.server.to("/token").size();
    failure(() -> account().tokens().token());
    assertThat(clinic.server.to("/token")).as("not asked each time").hasSize(requests);
    assertThat(account().status().orElseThrow().refreshable()).isTrue();

    clinic.refreshWantsPerson = false;
    ((LoginOutcome.Approved) run(anna())).approval().confirm();
    assertThat(asked.stream().map(Step::id)).containsExactly("ssn");
    assertThat(account().tokens().token().value()).isNotEqualTo(first.value());
  }

  @Test
  void an_approval_is_polled_at_the_servers_interval_and_shown_once() {
    clinic.pendingFor = 3;
    ChallengePrompt prompt =
        step -> {
          asked.add(step);
          return step.id().equals("code") ? Answer.switchTo("approve") : anna().answer(step);
        };
    List<Duration> waits = new ArrayList<>();

    LoginOutcome outcome = login(prompt, List.of(ProfileServer.MFA), waits).run(code -> {});

    assertThat(outcome).isInstanceOf(LoginOutcome.Approved.class);
    assertThat(waits).hasSize(3).allMatch(Duration.ofSeconds(2)::equals);
    assertThat(asked.stream().filter(step -> step.kind() == StepKind.APPROVAL).distinct())
        .hasSize(1);
  }

  @Test
  void a_busy_server_is_waited_for_as_long_as_the_caller_allows() {
    List<Duration> waits = new ArrayList<>();
    for (int seconds : List.of(20, 30)) {
      clinic.instead.add(
          TestServer.Answer.json(
              503, Map.of("error", "temporarily_unavailable", "retry_after", seconds)));
    }
    assertThat(login(anna(), List.of(), waits).run(code -> {}))
        .isInstanceOf(LoginOutcome.Approved.class);
    assertThat(waits).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(30));

    clinic.instead.add(
        TestServer.Answer.json(503, Map.of("error", "temporarily_unavailable", "retry_after", 61)));
    ClientException e = failure(() -> login(anna(), List.of(), waits).run(code -> {}));
    assertThat(e.problem()).isEqualTo(Problem.NETWORK);
    assertThat(e).hasMessageContaining("61 seconds");
    assertThat(waits).hasSize(2);
  }

  /** The same login, whose waits move the clock. */
  private ChallengeLogin login(
      ChallengePrompt prompt, List<String> acrValues, List<Duration> waits) {
    return ChallengeLogins.of(client, clinic, clock, prompt, acrValues, waits);
  }

  @Test
  void every_end_is_told_apart() {
    assertThat(run(person("Anna Smith", "0000"))).isEqualTo(new LoginOutcome.Denied());
    assertThat(run(step -> Answer.abandon())).isEqualTo(new LoginOutcome.Cancelled());
    Map<String, Problem> problems =
        Map.of(
            "unmet_authentication_requirements", Problem.UNMET_AUTHENTICATION,
            "redirect_to_web", Problem.BROWSER_NEEDED,
            "unauthorized_client", Problem.CLIENT_REFUSED,
            "invalid_scope", Problem.REFUSED);
    problems.forEach((error, problem) -> {
      clinic.instead.add(TestServer.Answer.error(error));
      assertThat(failure(anna()).problem()).isEqualTo(problem);
    });
    clinic.instead.add(TestServer.Answer.error("invalid_session"));
    assertThat(run(anna())).isInstanceOf(LoginOutcome.Expired.class);
    assertThat(account().status()).isEmpty();
  }

  @Test
  void another_person_does_not_take_the_account_over_unasked() {
    loggedIn();
    account().status();
    clinic.people.put("Eve", "6666");
    clinic.instead.add(TestServer.Answer.error("invalid_session"));

    ClientException e = failure(person("Eve", "6666"));

    assertThat(e.problem()).isEqualTo(Problem.WRONG_PERSON);
    assertThat(clinic.forms("/revoke")).isNotEmpty();
    LoginOptions options =
        LoginOptions.DEFAULT
            .byChallenge(ChallengeOptions.asking(person("Eve", "6666")))
            .allowingAnotherPerson();
    asked.clear();
    ((LoginOutcome.Approved) run(options)).approval().confirm();
    assertThat(asked.getFirst().id()).as("nothing of Anna's is continued").isEqualTo("identity");
    assertThat(account().status().orElseThrow().identity().subject()).isEqualTo("Eve");
  }

  @Test
  void a_prompt_that_fails_does_not_tell_what_was_typed() {
    ClientException e =
        failure(step -> {
          throw new IllegalStateException("typed 4291");
        });
    assertThat(e.problem()).isEqualTo(Problem.NOT_SHOWN);
    assertThat(e).hasMessageNotContaining("4291").hasNoCause();
  }

  @Test
  void a_cancelled_login_ends_where_the_person_is_waited_for() throws Exception {
    CountDownLatch asking = new CountDownLatch(1);
    Login login =
        account()
            .login(
                LoginOptions.DEFAULT.byChallenge(
                    ChallengeOptions.asking(step -> {
                      asking.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                      }
                      return Answer.abandon();
                    })));
    CompletableFuture<LoginOutcome> outcome =
        CompletableFuture.supplyAsync(() -> login.run(code -> {}));
    assertThat(asking.await(120, TimeUnit.SECONDS)).isTrue();

    login.cancel();

    assertThat(outcome.get(120, TimeUnit.SECONDS)).isInstanceOf(LoginOutcome.Cancelled.class);
    assertThat(account().status()).isEmpty();
  }

  @Test
  void a_server_without_the_endpoint_and_a_client_without_a_name_are_told() {
    client.close();
    client = client(null);
    ClientException e = failure(anna());
    assertThat(e.problem()).isEqualTo(Problem.REGISTRATION_IMPOSSIBLE);
    assertThat(e.hint()).contains("LATCH_CLIENT_ID");

    clinic.metadata.remove("authorization_challenge_endpoint");
    assertThat(failure(anna()).problem()).isEqualTo(Problem.NO_USABLE_LOGIN);
  }

  @Test
  void a_clients_key_is_not_stored_and_is_needed_for_a_refresh() {
    ECKey key = DpopProofs.newKey(new SecureRandom());
    clinic.secret = null;
    client.close();
    client =
        client(
            ClientIdentity.withKey(
                "phone", new ClientKey(key, InstantSource.system(), new SecureRandom())));
    loggedIn();
    clock.advance(Duration.ofSeconds(590));
    account().tokens().token();
    assertThat(clinic.forms("/token").getLast().names()).contains("client_assertion");
    client.close();
    client = client(ClientIdentity.publicClient("phone"));
    clock.advance(Duration.ofSeconds(600));

    ClientException e = failure(() -> account().tokens().token());

    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e.hint()).contains("LATCH_CLIENT_KEY");
  }

  @Test
  void an_installation_keeps_its_key_from_login_to_login() {
    ECKey key = DpopProofs.newKey(new SecureRandom());
    clinic.secret = null;
    client.close();
    client = client(ClientIdentity.installation("phone", key));
    loggedIn();
    assertThat(account().tokens().token().key().keyThumbprint()).isEqualTo(key.getKeyID());
  }
}

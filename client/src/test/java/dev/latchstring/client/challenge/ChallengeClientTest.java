package dev.latchstring.client.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.challenge.ChallengeTurn.Asked;
import dev.latchstring.client.challenge.ChallengeTurn.Busy;
import dev.latchstring.client.challenge.ChallengeTurn.Done;
import dev.latchstring.client.challenge.ChallengeTurn.Ended;
import dev.latchstring.client.challenge.ChallengeTurn.Ending;
import dev.latchstring.client.challenge.ChallengeTurn.ToWeb;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every turn, against a server that implements the profile strictly, nonces included. */
class ChallengeClientTest {
  private final ProfileServer clinic = new ProfileServer(InstantSource.system(), true);
  private ChallengeClient client = client(ClientIdentity.confidential("phone", "phone-s3cret"));
  private final ChallengeRequest request =
      ChallengeRequest.of(clinic.server.uri("/mcp"), Scope.of("clinic:read"));

  private ChallengeClient client(ClientIdentity identity) {
    return ChallengeClient.discover(URI.create(clinic.server.origin()), identity);
  }

  @AfterEach
  void close() {
    client.close();
    clinic.close();
    assertThat(clinic.faults).isEmpty();
  }

  private Asked asked(ChallengeTurn turn) {
    assertThat(turn).isInstanceOf(Asked.class);
    return (Asked) turn;
  }

  private ChallengeTurn identified(ChallengeTurn turn) {
    return client.answer(
        asked(turn), Answer.values(Map.of("name", "Anna Smith", "birthdate", "March third 1985")));
  }

  private ChallengeTurn answered(ChallengeTurn turn, String name, String value) {
    return client.answer(asked(turn), Answer.value(name, value));
  }

  private Done done() {
    return (Done) answered(identified(client.begin(request)), "ssn_last4", "4291");
  }

  @Test
  void a_person_is_asked_step_by_step_and_a_token_bound_to_the_calls_key_comes_out() {
    DpopProofs key = client.newKey();
    ChallengeTurn turn = client.begin(request, key);

    Step step = asked(turn).step();
    assertThat(step.id()).isEqualTo("identity");
    assertThat(step.kind()).isEqualTo(StepKind.IDENTIFY);
    assertThat(step.prompt()).startsWith("Please say");
    assertThat(step.attemptsLeft()).isEqualTo(3);
    assertThat(step.expiresIn()).isEqualTo(Duration.ofMinutes(3));
    assertThat(step.reason()).isNull();
    assertThat(step.field("name").orElseThrow().required()).isTrue();
    assertThat(step.field("birthdate").orElseThrow().required()).isFalse();
    assertThat(step.field("name").orElseThrow().sensitive()).isTrue();

    turn = identified(turn);
    assertThat(asked(turn).step().kind()).isEqualTo(StepKind.KNOWLEDGE);
    Done done = (Done) answered(turn, "ssn_last4", "4291");

    assertThat(done.token().type()).isEqualTo("DPoP");
    assertThat(done.token().key()).isSameAs(key);
    assertThat(done.token().resource()).isEqualTo(clinic.server.uri("/mcp"));
    assertThat(done.token().scope()).isEqualTo(Scope.of("clinic:read"));
    assertThat(done.token().headers("POST", clinic.server.uri("/mcp"), null))
        .containsOnlyKeys("Authorization", "DPoP");
    assertThat(done.tokens().refreshToken()).isNotNull();
    assertThat(done.tokens().authSession()).isNotNull();
    FormParameters begun = clinic.forms("/authorize/challenge").getFirst();
    assertThat(begun.names())
        .containsExactlyInAnyOrder(
            "response_type", "code_challenge", "code_challenge_method", "resource", "scope");
    FormParameters redeemed = clinic.forms("/token").getLast();
    assertThat(redeemed.names())
        .containsExactlyInAnyOrder("grant_type", "code", "code_verifier", "resource");
  }

  @Test
  void a_nonce_that_is_known_costs_no_second_request() {
    Asked first = asked(client.begin(request));
    int before = clinic.server.to("/authorize/challenge").size();
    identified(first);
    assertThat(clinic.server.to("/authorize/challenge")).hasSize(before + 1);
  }

  @Test
  void a_wrong_answer_brings_the_step_again_and_the_last_ends_it() {
    ChallengeTurn turn = identified(client.begin(request));

    turn = answered(turn, "ssn_last4", "0000");
    assertThat(asked(turn).step().reason()).isEqualTo(Step.Reason.NO_MATCH);
    assertThat(asked(turn).step().attemptsLeft()).isEqualTo(2);
    turn = answered(turn, "ssn_last4", "0001");
    turn = answered(turn, "ssn_last4", "0002");

    assertThat(turn).isEqualTo(new Ended(Ending.DENIED, "access_denied", null));
  }

  @Test
  void a_lost_reply_is_asked_for_again_and_costs_no_attempt() {
    ChallengeTurn turn = identified(client.begin(request));
    clinic.losesChallenges.set(2);

    turn = answered(turn, "ssn_last4", "0000");

    assertThat(asked(turn).step().attemptsLeft()).isEqualTo(2);
    assertThat(clinic.losesChallenges).hasValue(0);
    clinic.losesChallenges.set(1);
    assertThat(answered(turn, "ssn_last4", "4291")).isInstanceOf(Done.class);
  }

  @Test
  void a_server_that_never_answers_is_a_network_problem_and_the_turn_stays_good() {
    ChallengeTurn turn = identified(client.begin(request));
    clinic.losesChallenges.set(3);

    ClientException e =
        catchThrowableOfType(ClientException.class, () -> answered(turn, "ssn_last4", "4291"));

    assertThat(e.problem()).isEqualTo(Problem.NETWORK);
    assertThat(e).hasMessageNotContaining("4291");
    assertThat(answered(turn, "ssn_last4", "4291")).isInstanceOf(Done.class);
  }

  @Test
  void a_lost_token_reply_gets_another_code_without_a_question() {
    ChallengeTurn turn = identified(client.begin(request));
    clinic.losesTokens.set(1);

    assertThat(answered(turn, "ssn_last4", "4291")).isInstanceOf(Done.class);
    assertThat(clinic.forms("/token").stream().map(f -> f.required("code")).distinct())
        .as("no code is sent twice")
        .hasSize(2);
  }

  @Test
  void what_cannot_be_an_answer_is_not_sent() {
    ChallengeTurn turn = client.begin(request);
    int before = clinic.server.requests.size();

    ChallengeTurn missing = answered(turn, "birthdate", "1985");
    ChallengeTurn blank = answered(turn, "name", " ");
    ChallengeTurn tooLong = answered(turn, "name", "x".repeat(201));

    for (ChallengeTurn again : List.of(missing, blank, tooLong)) {
      assertThat(asked(again).step().reason()).isEqualTo(Step.Reason.NOT_UNDERSTOOD);
    }
    assertThatThrownBy(() -> answered(turn, "password", "s3cret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> client.answer(asked(turn), Answer.switchTo("code")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(clinic.server.requests).hasSize(before);
    assertThat(identified(tooLong)).isInstanceOf(Asked.class);
  }

  @Test
  void a_malformed_answer_may_be_given_again_three_times() {
    ChallengeTurn turn = client.begin(request);
    for (int i = 0; i < 3; i++) {
      clinic.instead.add(TestServer.Answer.error("invalid_request"));
      turn = identified(turn);
      assertThat(asked(turn).step().reason()).isEqualTo(Step.Reason.NOT_UNDERSTOOD);
    }
    clinic.instead.add(TestServer.Answer.error("invalid_request"));
    assertThat(((Ended) identified(turn)).ending()).isEqualTo(Ending.REFUSED);
  }

  @Test
  void alternatives_a_new_code_and_approval() {
    ChallengeTurn turn = client.begin(request.withAcrValues(List.of(ProfileServer.MFA)));
    turn = answered(identified(turn), "ssn_last4", "4291");
    assertThat(asked(turn).step().destination()).isEqualTo("***42");
    assertThat(clinic.codesSent).hasValue(1);

    turn = client.answer(asked(turn), Answer.resend());
    assertThat(asked(turn).step().reason()).isEqualTo(Step.Reason.SENT);
    assertThat(clinic.codesSent).hasValue(2);

    turn = client.answer(asked(turn), Answer.switchTo("approve"));
    Step step = asked(turn).step();
    assertThat(step.kind()).isEqualTo(StepKind.APPROVAL);
    assertThat(step.number()).isEqualTo("73");
    assertThat(step.interval()).isEqualTo(Duration.ofSeconds(2));

    turn = client.answer(asked(turn), Answer.goOn());
    assertThat(asked(turn).step().reason()).isEqualTo(Step.Reason.PENDING);
    turn = client.answer(asked(turn), Answer.goOn());
    turn = client.answer(asked(turn), Answer.goOn());
    assertThat(turn).isInstanceOf(Done.class);
  }

  @Test
  void giving_up_sends_nothing() {
    ChallengeTurn turn = client.begin(request);
    int before = clinic.server.requests.size();

    ChallengeTurn ended = client.answer(asked(turn), Answer.abandon());

    assertThat(((Ended) ended).ending()).isEqualTo(Ending.ABANDONED);
    assertThat(clinic.server.requests).hasSize(before);
  }

  @Test
  void a_step_up_asks_for_what_is_missing_alone() {
    Done done = done();

    ChallengeTurn turn =
        client.stepUp(
            done,
            Challenge.parse(
                List.of(
                    "DPoP error=\"insufficient_user_authentication\", acr_values=\""
                        + ProfileServer.MFA
                        + "\", max_age=\"300\", scope=\"clinic:write\"")));

    assertThat(asked(turn).step().id()).isEqualTo("code");
    FormParameters begun = clinic.forms("/authorize/challenge").getLast();
    assertThat(begun.required("acr_values")).isEqualTo(ProfileServer.MFA);
    assertThat(begun.required("max_age")).isEqualTo("300");
    assertThat(begun.required("scope")).isEqualTo("clinic:read clinic:write");
    Done stronger = (Done) answered(turn, "code", "424242");
    assertThat(ProfileServer.claims(stronger.token().value()).get("acr").stringValue())
        .isEqualTo(ProfileServer.MFA);
    assertThat(stronger.token().key()).isSameAs(done.token().key());
  }

  @Test
  void a_refresh_gives_new_tokens_or_the_first_step() {
    Done done = done();

    Done fresh = (Done) client.refresh(done);
    assertThat(fresh.token().value()).isNotEqualTo(done.token().value());

    clinic.refreshWantsPerson = true;
    ChallengeTurn turn = client.refresh(fresh);
    assertThat(asked(turn).step().id()).as("who it is was not asked again").isEqualTo("ssn");
    clinic.refreshWantsPerson = false;
    assertThat(client.refresh(fresh)).as("the token stayed good").isInstanceOf(Done.class);
  }

  @Test
  void a_session_that_ended_begins_anew_once() {
    ChallengeTurn turn = identified(client.begin(request));
    clinic.instead.add(TestServer.Answer.error("invalid_session"));

    turn = answered(turn, "ssn_last4", "4291");

    assertThat(asked(turn).step().id()).isEqualTo("identity");
    clinic.instead.add(TestServer.Answer.error("invalid_session"));
    assertThat(((Ended) identified(turn)).ending()).isEqualTo(Ending.SESSION_LOST);
  }

  @Test
  void a_session_of_another_key_is_not_taken() {
    Done done = done();

    ChallengeTurn turn = client.begin(request.withAuthSession(done.tokens().authSession()));

    assertThat(asked(turn).step().id()).as("from the beginning").isEqualTo("identity");
  }

  @Test
  void every_refusal_is_an_ending_of_its_own() {
    Map<String, Ending> endings =
        Map.of(
            "access_denied", Ending.DENIED,
            "unmet_authentication_requirements", Ending.UNMET,
            "invalid_client", Ending.CLIENT_REFUSED,
            "unauthorized_client", Ending.CLIENT_REFUSED,
            "invalid_scope", Ending.REFUSED,
            "invalid_request", Ending.REFUSED,
            "login_required", Ending.REFUSED,
            "what_is_this", Ending.REFUSED);
    endings.forEach((error, ending) -> {
      clinic.instead.add(TestServer.Answer.error(error));
      assertThat(client.begin(request)).isEqualTo(new Ended(ending, error, null));
    });
  }

  @Test
  void a_busy_server_says_when_and_is_asked_again() {
    ChallengeTurn turn = identified(client.begin(request));
    clinic.instead.add(
        TestServer.Answer.json(503, Map.of("error", "temporarily_unavailable", "retry_after", 30)));
    clinic.instead.add(TestServer.Answer.status(503).with("Retry-After", "7"));
    clinic.instead.add(TestServer.Answer.status(502));

    Busy busy = (Busy) answered(turn, "ssn_last4", "4291");
    assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(30));
    busy = (Busy) client.again(busy);
    assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    busy = (Busy) client.again(busy);
    assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(client.again(busy)).isInstanceOf(Done.class);
  }

  @Test
  void a_browser_is_sent_to_the_same_authorization_or_to_a_new_one() {
    clinic.instead.add(
        TestServer.Answer.json(
            400,
            Map.of(
                "error", "redirect_to_web",
                "request_uri", "urn:ietf:params:oauth:request_uri:abc",
                "expires_in", 60)));
    ToWeb web = (ToWeb) client.begin(request.withRedirectUri(URI.create("http://127.0.0.1:9/cb")));
    assertThat(web.open())
        .hasToString(
            clinic.server.origin()
                + "/authorize?client_id=phone"
                + "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aabc");
    assertThat(web.expiresIn()).isEqualTo(Duration.ofMinutes(1));
    assertThat(web.toString()).doesNotContain("abc");

    clinic.instead.add(TestServer.Answer.error("redirect_to_web"));
    web = (ToWeb) client.begin(request.withRedirectUri(URI.create("http://127.0.0.1:9/cb")));
    assertThat(web.open().getQuery())
        .contains("code_challenge=", "dpop_jkt=", "state=" + web.stateParameter())
        .contains("resource=" + clinic.server.origin() + "/mcp");

    clinic.instead.add(TestServer.Answer.error("redirect_to_web"));
    assertThat(((ToWeb) client.begin(request)).open()).isNull();
  }

  @Test
  void a_key_or_an_installation_authenticates_as_well() {
    ECKey key = DpopProofs.newKey(new SecureRandom());
    clinic.secret = null;
    try (ChallengeClient keyed =
        client(
            ClientIdentity.withKey(
                "phone", new ClientKey(key, InstantSource.system(), new SecureRandom())))) {
      assertThat(keyed.begin(request)).isInstanceOf(Asked.class);
    }
    assertThat(clinic.forms("/authorize/challenge").getLast().names())
        .contains("client_assertion", "client_assertion_type");
    try (ChallengeClient installed = client(ClientIdentity.installation("phone", key))) {
      assertThat(installed.newKey().keyThumbprint()).isEqualTo(key.getKeyID());
      assertThat(installed.begin(request)).isInstanceOf(Asked.class);
    }
  }

  @Test
  void a_client_goes_to_its_own_issuer_alone_and_only_where_the_endpoint_is() {
    ClientIdentity other = new ClientIdentity("https://other.example", "phone", "s3cret", null);
    assertThat(catchThrowableOfType(ClientException.class, () -> client(other)).problem())
        .isEqualTo(Problem.CLIENT_REFUSED);
    clinic.metadata.remove("authorization_challenge_endpoint");
    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> client(ClientIdentity.publicClient("phone")))
                .problem())
        .isEqualTo(Problem.NO_USABLE_LOGIN);
  }

  @Test
  void a_token_that_is_not_bound_is_refused() {
    clinic.tokenType = "Bearer";
    ChallengeTurn turn = identified(client.begin(request));
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> answered(turn, "ssn_last4", "4291"));
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
  }

  @Test
  void nothing_shows_a_secret() {
    ChallengeTurn turn = client.begin(request);
    String session = asked(turn).state().facts().authSession();
    String verifier = asked(turn).state().facts().verifier();
    Done done = done();
    Answer answer = Answer.value("ssn_last4", "4291");

    assertThat(turn + " " + asked(turn).state() + " " + asked(turn).state().facts())
        .doesNotContain(session)
        .doesNotContain(verifier);
    assertThat(answer.toString()).doesNotContain("4291");
    assertThat(done + " " + done.tokens() + request.withAuthSession("a-session"))
        .doesNotContain(done.token().value())
        .doesNotContain(done.tokens().authSession())
        .doesNotContain(done.tokens().refreshToken())
        .doesNotContain("a-session");
  }

  @Test
  void tokens_are_revoked_when_the_call_is_over() {
    Done done = done();
    client.revoke(done);
    assertThat(clinic.forms("/revoke").stream().map(form -> form.required("token")))
        .containsExactly(done.tokens().refreshToken(), done.token().value());
  }
}

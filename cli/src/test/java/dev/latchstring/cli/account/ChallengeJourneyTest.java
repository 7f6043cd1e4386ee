package dev.latchstring.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logins by challenge at the product's own authorization server, for its own MCP server. */
@Timeout(300)
class ChallengeJourneyTest {
  private static final String KNOWLEDGE = "urn:latchstring:acr:knowledge";
  private static final String STRONG = "urn:latchstring:acr:password";
  private static final String SECRET = "phone-line-secret-of-32-characters";

  @TempDir Path home;
  private ClinicServer clinic;
  private AuthorizationServer issuer;
  private URI address;
  private LatchClient discovery;

  @BeforeEach
  void start() throws Exception {
    int port = Ports.free();
    address = URI.create("http://localhost:" + port);
    clinic = ClinicServer.start(0, address);
    issuer =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                """
                issuer: %s
                port: %d
                data: %s
                clients:
                  - client_id: phone
                    client_name: Riverside phone line
                    client_secret: %s
                    first_party: true
                  - client_id: partner
                    client_secret: %s
                accounts:
                  - username: anna
                    password: correct horse battery staple
                    teams: [front-desk]
                    attributes: { name: Anna Smith, birthdate: "1985-03-03", ssn_last4: "4219" }
                resources:
                  - resource: %s
                    scopes: [clinic:read, clinic:write]
                challenge:
                  steps:
                    identity: { kind: identify, ask: [name, birthdate] }
                    ssn: { kind: knowledge, ask: [ssn_last4] }
                  contexts:
                    - { acr: "%s", steps: [identity, ssn], scopes: [clinic:read] }
                    - { acr: "%s", steps: [identity, password] }
                """
                    .formatted(
                        address,
                        port,
                        home.resolve("server"),
                        SECRET,
                        SECRET + "2",
                        clinic.url(),
                        KNOWLEDGE,
                        STRONG),
                Overrides.of(Map.of())));
    discovery = LatchClient.using(new MemoryTokenStore()).build();
  }

  @AfterEach
  void stop() {
    discovery.close();
    issuer.close();
    clinic.close();
  }

  private ChallengeClient client(String id, String secret) {
    Discovered at = (Discovered) discovery.discovery().discover(clinic.url());
    return ChallengeClient.of(at.authorizationServer(), ClientIdentity.confidential(id, secret));
  }

  private ChallengeRequest reading() {
    return ChallengeRequest.of(clinic.url(), Scope.of("clinic:read"));
  }

  private static ChallengeTurn identified(ChallengeClient client, ChallengeTurn turn) {
    return client.answer(
        (ChallengeTurn.Asked) turn,
        Answer.values(
            Map.of("name", "anna smith", "birthdate", "March third nineteen eighty-five")));
  }

  private static ChallengeTurn answered(
      ChallengeClient client, ChallengeTurn turn, String name, String value) {
    return client.answer((ChallengeTurn.Asked) turn, Answer.value(name, value));
  }

  private int initialize(AccessToken token, boolean withProof) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(clinic.url())
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
                        + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                        + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}"));
    if (withProof) {
      token.headers("POST", clinic.url(), null).forEach(request::header);
    } else {
      request.header("Authorization", token.authorization());
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void a_call_gets_a_token_that_the_mcp_server_takes_with_its_proof_and_is_stepped_up()
      throws Exception {
    try (ChallengeClient client = client("phone", SECRET)) {
      ChallengeTurn turn = identified(client, client.begin(reading()));
      turn = answered(client, turn, "ssn_last4", "nine nine nine nine");
      Step again = ((ChallengeTurn.Asked) turn).step();
      assertThat(again.reason()).isEqualTo(Step.Reason.NO_MATCH);
      assertThat(again.attemptsLeft()).isEqualTo(2);
      turn = answered(client, turn, "ssn_last4", "four two one nine");
      assertThat(turn).isInstanceOf(ChallengeTurn.Done.class);
      ChallengeTurn.Done done = (ChallengeTurn.Done) turn;

      assertThat(initialize(done.token(), true)).isEqualTo(200);
      assertThat(initialize(done.token(), false)).as("stolen").isEqualTo(401);

      turn =
          client.stepUp(
              done,
              Challenge.parse(
                  List.of(
                      "DPoP error=\"insufficient_user_authentication\", acr_values=\""
                          + STRONG
                          + "\", scope=\"clinic:write\"")));
      assertThat(((ChallengeTurn.Asked) turn).step().id())
          .as("what is missing")
          .isEqualTo("password");
      turn = answered(client, turn, "password", "correct horse battery staple");
      ChallengeTurn.Done stronger = (ChallengeTurn.Done) turn;
      assertThat(stronger.token().scope().values()).contains("clinic:write");

      ChallengeTurn.Done fresh = (ChallengeTurn.Done) client.refresh(stronger);
      assertThat(fresh.token().value()).isNotEqualTo(stronger.token().value());
      assertThat(client.revoke(fresh).revocation()).isEqualTo(LogoutResult.Revocation.REVOKED);
      assertThat(((ChallengeTurn.Ended) client.refresh(fresh)).ending())
          .isEqualTo(ChallengeTurn.Ending.LOGIN_REQUIRED);
    }
  }

  @Test
  void the_end_of_guessing_a_foreign_client_and_a_foreign_key_are_told_apart() {
    try (ChallengeClient client = client("phone", SECRET)) {
      ChallengeTurn turn = identified(client, client.begin(reading()));
      for (String wrong : List.of("0000", "0001", "0002")) {
        turn = answered(client, turn, "ssn_last4", wrong);
      }
      assertThat(((ChallengeTurn.Ended) turn).ending()).isEqualTo(ChallengeTurn.Ending.DENIED);

      turn = identified(client, client.begin(reading()));
      ChallengeTurn.Done done = (ChallengeTurn.Done) answered(client, turn, "ssn_last4", "4219");
      ChallengeTurn stolen =
          client.begin(
              reading().withAuthSession(done.tokens().authSession()),
              new DpopProofs(
                  DpopProofs.newKey(new SecureRandom()),
                  java.time.InstantSource.system(),
                  new SecureRandom()));
      assertThat(((ChallengeTurn.Asked) stolen).step().id())
          .as("another key begins anew")
          .isEqualTo("identity");
      ChallengeTurn own =
          client.begin(reading().withAuthSession(done.tokens().authSession()), done.token().key());
      assertThat(own).as("nothing is asked").isInstanceOf(ChallengeTurn.Done.class);

      assertThat(
              ((ChallengeTurn.Ended)
                      client.begin(reading().withAcrValues(List.of("urn:example:none"))))
                  .ending())
          .isEqualTo(ChallengeTurn.Ending.UNMET);
    }
    try (ChallengeClient partner = client("partner", SECRET + "2")) {
      assertThat(((ChallengeTurn.Ended) partner.begin(reading())).ending())
          .isEqualTo(ChallengeTurn.Ending.CLIENT_REFUSED);
    }
  }

  @Test
  void a_person_logs_in_at_the_terminal_and_other_commands_go_on() {
    Latched anna =
        new Latched(home)
            .with("LATCH_CLIENT_ID", "phone")
            .with("LATCH_CLIENT_SECRET", SECRET)
            .atTerminal("Anna Smith\n3/3/85\ncorrect horse battery staple\n");
    String url = clinic.url().toString();

    Ran login = anna.run("login", url, "--flow", "challenge", "--acr", STRONG);

    assertThat(login.status()).as(login.transcript()).isZero();
    assertThat(login.err()).contains("Signed in as anna").doesNotContain("battery");
    assertThat(anna.run("status", url).out()).contains("account  anna");
    Ran headers = anna.run("token", url, "--headers", "POST");
    assertThat(headers.out()).startsWith("Authorization: DPoP ").contains("\nDPoP: ey");
    Ran token = anna.run("token", url);
    assertThat(token.err()).contains("bound to a key");
    Ran again = anna.atTerminal("").run("login", url, "--flow", "challenge", "--acr", STRONG);
    assertThat(again.status()).as("nothing is asked twice: %s", again.transcript()).isZero();
    assertThat(anna.run("logout", url).status()).isZero();
  }
}

package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.MFA;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.reason;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.approval.ApprovalsEndpoint;
import dev.latchstring.authorizationserver.document.DocumentHost;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.oauth.FormParameters;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Second factors that another login, client or configuration has to do with. */
class SecondFactorTest {
  private static final String YAML =
      PhoneLine.YAML.replace(
          "clients:\n",
          """
          clients:
            - client_id: latch
              first_party: true
              scope: approvals
          """);

  private static PhoneLine line;

  @BeforeAll
  static void open() {
    line = PhoneLine.open(DatabaseKind.SQLITE, YAML);
  }

  @AfterAll
  static void close() {
    line.close();
  }

  private static Answer approvalAsked() {
    Answer password = line.answer(line.begin("acr_values", MFA), "username", "anna");
    Answer factor = line.answer(password, "password", "correct horse");
    return step(factor).equals("approval") ? factor : line.ask(factor, "approval");
  }

  /** Anna, signed in where she approves. */
  private static String annasToken() {
    JsonNode asked =
        line.server
            .post(
                "/device_authorization",
                "client_id",
                "latch",
                "resource",
                line.server.issuer(),
                "scope",
                "approvals")
            .json();
    line.server.decide(asked, "anna", "correct horse", "allow");
    return line.server.poll("latch", asked).text("access_token");
  }

  private static List<String> waiting(String token) {
    JsonNode all =
        line.server
            .get(ApprovalsEndpoint.PATH, "Authorization", "Bearer " + token)
            .json()
            .path("approvals");
    return all.valueStream().map(each -> each.path("approval").asString()).toList();
  }

  private static Answer approve(String token, String approval, String number) {
    return line.server.postRaw(
        ApprovalsEndpoint.PATH,
        FormParameters.encode(
            Map.of("approval", approval, "decision", "approve", "number", number)),
        "Authorization",
        "Bearer " + token);
  }

  /** A request of the same client and key to the server as it was started again. */
  private static Answer send(
      PhoneLine before, RunningServer after, String path, String... parameters) {
    return after.postRaw(
        path,
        FormParameters.encode(RunningServer.form(parameters)),
        "Authorization",
        RunningServer.basic(PhoneLine.AGENT, PhoneLine.SECRET),
        "DPoP",
        before.prover.proof("POST", after.issuer() + path, Duration.ZERO, null));
  }

  @Test
  void anApprovalIsOfTheLoginThatAskedForIt() {
    String token = annasToken();
    Answer hers = approvalAsked();
    List<String> known = waiting(token);
    Answer strangers = approvalAsked();
    String number = hers.json().at("/step/number").asString();

    Answer approved = approve(token, known.getFirst(), number);

    assertThat(approved.text("state")).isEqualTo("approved");
    assertThat(reason(line.answer(strangers))).isEqualTo("pending");
    assertThat(line.answer(hers).outcome()).isEqualTo("200");
    assertThat(reason(line.answer(strangers))).isEqualTo("pending");
  }

  @Test
  void aStepThatIsConfiguredNoMoreEndsTheSessionsThatWaitForIt() {
    PhoneLine before = PhoneLine.open(DatabaseKind.SQLITE, PhoneLine.YAML);
    Answer asked = before.anna(before.begin());
    assertThat(step(asked)).isEqualTo("ssn");
    String session = asked.text("auth_session");
    before.close();
    String without =
        PhoneLine.YAML
            .replace("    ssn: { kind: knowledge, ask: [ssn_last4] }\n", "")
            .replace("[identity, ssn]", "[identity, pin]")
            .replace("[identity, ssn, sms]", "[identity, pin, sms]");
    try (TextGateway gateway = new TextGateway();
        RunningServer after =
            RunningServer.start(
                before.database,
                without + gateway.configuration(),
                before.server.clock(),
                before.server.data())) {
      Answer answer =
          send(
              before,
              after,
              PhoneLine.PATH,
              "response_type",
              "code",
              "auth_session",
              session,
              "step",
              "ssn",
              "answer",
              "{\"ssn_last4\":\"4219\"}");

      assertThat(answer.outcome()).isEqualTo("400 invalid_session");
    }
  }

  @Test
  void aLoginOfAContextThatIsConfiguredNoMoreIsNotRefreshed() {
    PhoneLine before = PhoneLine.open(DatabaseKind.SQLITE, PhoneLine.YAML);
    Answer ssn = before.anna(before.begin("scope", "records"));
    Answer code = before.answer(ssn, "ssn_last4", "4219");
    Answer issued = before.redeem(before.answer(code, "code", before.gateway.next().code()));
    before.close();
    String without =
        PhoneLine.YAML.replace(
            "    - { acr: \"urn:latchstring:acr:knowledge-otp\", steps: [identity, ssn, sms] }\n",
            "");
    try (TextGateway gateway = new TextGateway();
        RunningServer after =
            RunningServer.start(
                before.database,
                without + gateway.configuration(),
                before.server.clock(),
                before.server.data())) {
      Answer refused =
          send(
              before,
              after,
              "/token",
              "grant_type",
              "refresh_token",
              "refresh_token",
              issued.text("refresh_token"));

      assertThat(refused.outcome()).isEqualTo("403 insufficient_authorization");
      assertThat(refused.text("auth_session")).isNotEmpty();
    }
  }

  @Test
  void aClientThatSentTooManyCodesSendsNoMoreForAWhile() {
    try (PhoneLine sending = PhoneLine.open();
        Database database = Database.open(sending.database)) {
      AttemptStore attempts =
          new AttemptStore(
              database,
              sending.server.clock(),
              ServerKey.load(
                  null, sending.server.data().resolve("server.key"), new SecureRandom()));
      for (int part = 0; part < 16; part++) {
        List<AttemptKey> key =
            List.of(new AttemptKey(AttemptKey.Kind.CODE_CLIENT, PhoneLine.AGENT + "\n" + part));
        while (attempts.admit(key) instanceof AttemptStore.Admission.Admitted) {
          // until it has to wait
        }
      }
      Answer ssn = sending.anna(sending.begin("scope", "records"));

      Answer busy = sending.answer(ssn, "ssn_last4", "4219");

      assertThat(busy.outcome()).isEqualTo("503 temporarily_unavailable");
      assertThat(busy.json().path("retry_after").asInt()).isPositive();
      assertThat(sending.gateway.waiting()).isZero();
      sending.server.clock().advance(Duration.ofHours(3));
      assertThat(step(sending.anna(sending.begin("scope", "records")))).isEqualTo("ssn");
    }
  }

  @Test
  void nobodyBecomesFirstPartyByPublishingIt() {
    try (DocumentHost host = DocumentHost.start()) {
      String says = host.client("/first", "\"first_party\": true");
      String wishes = host.client("/second", "\"firstParty\": true");

      assertThat(asMetadataDocument(says).outcome()).isEqualTo("401 invalid_client");
      assertThat(asMetadataDocument(wishes).outcome()).isEqualTo("400 unauthorized_client");
    }
  }

  private static Answer asMetadataDocument(String client) {
    return line.server.post(
        PhoneLine.PATH, PhoneLine.with(PhoneLine.beginning(), "client_id", client));
  }
}

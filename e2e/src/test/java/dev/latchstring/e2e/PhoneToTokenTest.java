package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.e2e.PhoneCall.Reply;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Peer;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.Postgres;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A caller proves who they are to {@code latch serve}, and the clinic's MCP server answers them:
 * everything a process of its own, or a server that others wrote.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class PhoneToTokenTest {
  private static final String KNOWLEDGE = "urn:latchstring:acr:knowledge";
  private static final String KNOWLEDGE_OTP = "urn:latchstring:acr:knowledge-otp";
  private static final String MFA = "urn:latchstring:acr:mfa";
  private static final String SCOPE = "patient:self patient:record";

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TextGateway gateway;
  private MailServer mails;
  private ServeProcess serve;
  private ClinicServer clinic;
  private PhoneCall.Line line;

  private void start(String database) throws Exception {
    gateway = new TextGateway();
    mails = new MailServer();
    int port = Ports.free();
    String resource = "http://localhost:" + port + "/mcp";
    serve =
        ServeProcess.startWith(
            folder,
            """
            clients:
            %saccounts:
              - username: alice
                password: "%s"
                pin: "271828"
                totp_secret: %s
                teams: [patients, "patient:P-1001"]
                attributes:
                  name: Alice Moreau
                  birthdate: "1985-03-03"
                  ssn_last4: "4219"
                  phone_number: "+33612345678"
                  email: alice@example.com
            resources:
              - { resource: "%s", scopes: [patient:self, patient:record] }
            delivery: { %s, %s }
            challenge:
              steps:
                identity: { kind: identify, ask: [name, birthdate] }
                ssn: { kind: knowledge, ask: [ssn_last4] }
              contexts:
                - acr: urn:latchstring:acr:knowledge
                  steps: [identity, ssn]
                  scopes: [patient:self, patient:record]
                - acr: urn:latchstring:acr:knowledge-otp
                  steps: [identity, ssn, [sms, email]]
                - acr: urn:latchstring:acr:mfa
                  steps: [username, [password, pin], [totp, passkey, approval]]
            %s
            """
                .formatted(
                    PhoneCall.Line.CONFIGURATION,
                    ServeProcess.PASSWORD,
                    TotpApp.SECRET,
                    resource,
                    gateway.configuration(),
                    mails.configuration(),
                    database.equals("SQLite")
                        ? ""
                        : "database: { url: " + Postgres.newDatabase() + " }"));
    clinic = ClinicServer.start(port, serve.issuer());
    line = PhoneCall.Line.of(serve.issuer(), resource, Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    if (clinic != null) {
      clinic.close();
    }
    if (serve != null) {
      serve.close();
    }
    mails.close();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void a_caller_is_known_steps_up_for_the_record_and_hangs_up(String database) throws Exception {
    start(database);
    PhoneCall call = new PhoneCall(line, http);

    Reply identity = call.begin("scope", SCOPE, "ui_locales", "en");
    assertThat(identity.outcome()).isEqualTo("403 insufficient_authorization");
    assertThat(identity.response().headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(identity.asked()).isEqualTo("identity");
    Reply digits =
        call.answer("identity", "name", "it's Moreau, Alice", "birthdate", "March third 1985");
    assertThat(digits.asked()).as("%s", digits).isEqualTo("ssn");
    assertThat(call.answer("ssn", "ssn_last4", "4218").reason()).isEqualTo("no_match");
    Reply knows = call.answer("ssn", "ssn_last4", "four two one nine");
    assertThat(knows.outcome()).isEqualTo("200");
    Reply issued = call.redeem(knows);
    assertThat(issued.outcome()).as("%s", issued).isEqualTo("200");
    assertThat(issued.text("token_type")).isEqualTo("DPoP");
    assertThat(issued.text("refresh_token")).isEmpty();
    String subject = says(issued, KNOWLEDGE);

    McpCall mcp = McpCall.open(call, clinic.url(), issued.text("access_token"));
    assertThat(mcp.tool("my_appointments").outcome()).isEqualTo("200");
    assertThat(mcp.tool("my_appointments").body().toString()).contains("Ankle: follow-up");
    PhoneCall thief = new PhoneCall(line, http);
    assertThat(mcp.by(thief).tool("my_appointments").status()).isEqualTo(401);

    Reply more = mcp.tool("read_medical_record");
    assertThat(more.status()).as("%s", more).isEqualTo(401);
    Challenge challenge =
        Challenge.parse(more.response().headers().allValues("WWW-Authenticate")).getLast();
    assertThat(challenge.parameter("error")).isEqualTo("insufficient_user_authentication");
    Reply code =
        call.begin("scope", SCOPE, "acr_values", String.valueOf(challenge.parameter("acr_values")));
    assertThat(code.asked()).as("%s", code).isEqualTo("sms");
    assertThat(code.step().path("destination").asString()).endsWith("78");
    Reply stepped = call.redeem(call.answer("sms", "code", gateway.next("+33612345678")));
    assertThat(says(stepped, KNOWLEDGE_OTP)).isEqualTo(subject);
    assertThat(mcp.with(stepped.text("access_token")).tool("read_medical_record").body().toString())
        .contains("penicillin");

    hangsUp(call, stepped);
    assertThat(serve.log())
        .doesNotContainPattern("(?<!\\d)4219(?!\\d)")
        .doesNotContain("Moreau", "\tat ", call.session());
  }

  /** Logs out: nothing of the login is good for anything any more. */
  private static void hangsUp(PhoneCall call, Reply stepped) throws Exception {
    Reply refreshed = call.refresh(stepped.text("refresh_token"));
    assertThat(refreshed.outcome()).as("%s", refreshed).isEqualTo("200");
    String last =
        refreshed.text("refresh_token").isEmpty()
            ? stepped.text("refresh_token")
            : refreshed.text("refresh_token");
    assertThat(call.post("/revoke", Map.of("token", last)).status()).isEqualTo(200);
    assertThat(call.refresh(last).outcome()).isEqualTo("400 invalid_grant");
    assertThat(
            call.post("/introspect", Map.of("token", refreshed.text("access_token")))
                .body()
                .path("active")
                .asBoolean())
        .isFalse();
    assertThat(call.begin("scope", "patient:self").outcome()).isEqualTo("400 invalid_session");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void a_code_comes_by_mail_where_the_caller_wants_that(String database) throws Exception {
    start(database);
    PhoneCall call = new PhoneCall(line, http);
    call.begin("scope", SCOPE, "acr_values", KNOWLEDGE_OTP);
    call.answer("identity", "name", "Alice Moreau", "birthdate", "3/3/85");
    Reply text = call.answer("ssn", "ssn_last4", "4219");
    assertThat(text.step().path("alternatives").toString()).contains("email");

    Reply mail = call.ask("email");
    assertThat(mail.asked()).as("%s", mail).isEqualTo("email");
    Reply done = call.answer("email", "code", mails.next("alice@example.com"));

    assertThat(says(call.redeem(done), KNOWLEDGE_OTP)).isNotEmpty();
  }

  @Test
  void an_authenticator_app_is_a_second_factor() throws Exception {
    start("SQLite");
    PhoneCall call = new PhoneCall(line, http);

    assertThat(password(call).asked()).isEqualTo("totp");
    Reply done = call.answer("totp", "code", TotpApp.codeAt(Clock.systemUTC().instant()));

    assertThat(says(call.redeem(done), MFA)).isNotEmpty();
  }

  @Test
  @NeedsNode
  @NeedsChromium
  void a_passkey_and_an_approval_are_second_factors() throws Exception {
    start("SQLite");
    try (PeerProcess person =
        NodePeers.start(
            Map.of(),
            "second-factors.mjs",
            Peer.CHROMIUM.require().toString(),
            serve.issuer().toString(),
            ServeProcess.USERNAME,
            ServeProcess.PASSWORD)) {
      assertThat(person.next("made").path("text").asString()).contains("My phone");

      PhoneCall first = new PhoneCall(line, http);
      password(first);
      Reply passkey = first.ask("passkey");
      assertThat(passkey.asked()).as("%s", passkey).isEqualTo("passkey");
      person.tell("now", "options", passkey.step().path("publicKey").toString());
      String credential = person.next("used").path("credential").asString();
      assertThat(says(first.redeem(first.answer("passkey", "credential", credential)), MFA))
          .isNotEmpty();

      PhoneCall second = new PhoneCall(line, http);
      password(second);
      Reply approval = second.ask("approval");
      assertThat(second.answer("approval").reason()).isEqualTo("pending");
      person.tell("now", "number", approval.step().path("number").asString());
      assertThat(person.next("asked").path("text").asString()).contains("Riverside phone line");
      person.next("approved");
      assertThat(says(second.redeem(second.answer("approval")), MFA)).isNotEmpty();

      person.tell("now");
      person.finish();
    }
  }

  private static Reply password(PhoneCall call) throws Exception {
    assertThat(call.begin("scope", SCOPE, "acr_values", MFA).asked()).isEqualTo("username");
    assertThat(call.answer("username", "username", ServeProcess.USERNAME).asked())
        .isEqualTo("password");
    return call.answer("password", "password", ServeProcess.PASSWORD);
  }

  /** The subject of a token of this authentication context. */
  private static String says(Reply issued, String acr) {
    assertThat(issued.outcome()).as("%s", issued).isEqualTo("200");
    var claims = PhoneCall.claims(issued.text("access_token"));
    assertThat(claims.path("acr").asString()).isEqualTo(acr);
    return claims.path("sub").asString();
  }
}

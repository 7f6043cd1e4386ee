package dev.latchstring.authorizationserver.challenge;

import static dev.latchstring.authorizationserver.challenge.PhoneLine.claims;
import static dev.latchstring.authorizationserver.challenge.PhoneLine.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * draft-ietf-oauth-first-party-apps-04 §5.2.2.1.1 and §6.2: logins that go on later or elsewhere.
 */
class ContinuedLoginTest {
  private static final String SHORT =
      PhoneLine.YAML.replace(
          "steps: [identity, ssn, sms] }",
          "steps: [identity, ssn, sms], reauthenticate_after: 1h }");

  private static Answer withRecords(PhoneLine line) {
    Answer code = line.answer(line.anna(line.begin("scope", "records")), "ssn_last4", "4219");
    return line.redeem(line.answer(code, "code", line.gateway.next().code()));
  }

  private static Answer refresh(PhoneLine line, Answer issued) {
    return line.token(
        line.prover, "grant_type", "refresh_token", "refresh_token", issued.text("refresh_token"));
  }

  @Test
  void aRefreshAsksThePersonAgainOnceTheLoginIsTooLongAgo() {
    try (PhoneLine line = PhoneLine.open(DatabaseKind.SQLITE, SHORT)) {
      Answer issued = withRecords(line);
      line.server.clock().advance(Duration.ofMinutes(59));
      assertThat(refresh(line, issued).outcome()).isEqualTo("200");
      line.server.clock().advance(Duration.ofMinutes(1));

      Answer refused = refresh(line, issued);

      assertThat(refused.outcome()).isEqualTo("403 insufficient_authorization");
      Answer ssn = line.begin("auth_session", refused.text("auth_session"), "scope", "records");
      assertThat(step(ssn)).isEqualTo("ssn");
      Answer code = line.answer(ssn, "ssn_last4", "4219");
      Answer again = line.redeem(line.answer(code, "code", line.gateway.next().code()));
      assertThat(line.subject(again)).isEqualTo(line.subject(issued));
    }
  }

  @Test
  void aSessionOfARefusedRefreshIsForThatPersonAlone() {
    try (PhoneLine line = PhoneLine.open(DatabaseKind.SQLITE, SHORT)) {
      Answer issued = withRecords(line);
      line.server.clock().advance(Duration.ofHours(2));
      String session = refresh(line, issued).text("auth_session");

      Answer ssn = line.begin("auth_session", session, "scope", "records");

      assertThat(line.answer(ssn, "ssn_last4", "0042").outcome())
          .isEqualTo("403 insufficient_authorization");
      assertThat(line.answer(ssn, "ssn_last4", "4219").outcome())
          .isEqualTo("403 insufficient_authorization");
    }
  }

  @Test
  void whatWasProvenTooLongAgoIsAskedAgain() {
    try (PhoneLine line = PhoneLine.open()) {
      Answer issued = line.redeem(line.annaPasses());
      line.server.clock().advance(Duration.ofMinutes(10));
      String session = issued.text("auth_session");

      assertThat(step(line.begin("auth_session", session, "max_age", "60"))).isEqualTo("ssn");
      assertThat(line.begin("auth_session", session, "max_age", "3600").outcome()).isEqualTo("200");
    }
  }

  @Test
  void anAccountThatIsGoneIsNoLogin() {
    try (PhoneLine line = PhoneLine.open()) {
      assertThat(line.begin("auth_session", "x".repeat(43)).outcome())
          .isEqualTo("400 invalid_session");
      assertThat(line.begin("acr_values", "urn:nobody:has").outcome())
          .isEqualTo("400 unmet_authentication_requirements");
      assertThat(line.begin("acr_values", PhoneLine.KNOWLEDGE, "scope", "records").outcome())
          .isEqualTo("400 unmet_authentication_requirements");
      assertThat(line.begin("prompt", "none").outcome()).isEqualTo("400 login_required");
    }
  }

  @Test
  void theOperatorsRiskServiceDecides() throws IOException {
    AtomicReference<String> decision = new AtomicReference<>("allow");
    List<JsonNode> asked = new CopyOnWriteArrayList<>();
    HttpServer risk =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    risk.createContext(
        "/",
        exchange -> {
          asked.add(Json.readTree(exchange.getRequestBody().readAllBytes()));
          byte[] answer = ("{\"decision\":\"" + decision.get() + "\"}").getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    risk.start();
    String yaml =
        PhoneLine.YAML
            + "  risk: { url: \"http://localhost:"
            + risk.getAddress().getPort()
            + "\" }\n";
    try (PhoneLine line = PhoneLine.open(DatabaseKind.SQLITE, yaml)) {
      assertThat(line.annaPasses().outcome()).isEqualTo("200");
      assertThat(asked)
          .extracting(event -> event.path("event").asString())
          .containsExactly("begins", "ends");
      assertThat(asked.getLast().path("sub").asString()).isNotEmpty();

      decision.set("deny");
      assertThat(line.begin().outcome()).isEqualTo("400 access_denied");
      decision.set("redirect_to_web");
      assertThat(line.begin().outcome()).isEqualTo("400 redirect_to_web");
      decision.set("allow");
      Answer ssn = line.anna(line.begin());
      decision.set("perhaps");
      assertThat(line.answer(ssn, "ssn_last4", "4219").outcome()).isEqualTo("400 redirect_to_web");
      risk.stop(0);
      assertThat(line.begin().outcome()).isEqualTo("400 redirect_to_web");
    } finally {
      risk.stop(0);
    }
  }

  @Test
  void aBrowserFinishesTheSameAuthorization() {
    String yaml =
        PhoneLine.YAML.replace(
            "client_secret: \"voice-agent-secret-0123456789\"\n",
            "client_secret: \"voice-agent-secret-0123456789\"\n    scope: \"records appointments\"\n");
    try (PhoneLine line = PhoneLine.open(DatabaseKind.SQLITE, yaml)) {
      Answer web =
          line.server.post(
              PhoneLine.PATH,
              PhoneLine.with(
                  PhoneLine.beginning(), "client_id", "app", "scope", "records", "state", "st4te"));
      assertThat(web.outcome()).isEqualTo("400 redirect_to_web");

      Answer page =
          line.server.get("/authorize?client_id=app&request_uri=" + web.text("request_uri"));

      assertThat(page.status()).isEqualTo(303);
      assertThat(page.header("Location")).contains("/sign-in");
      assertThat(claims(line.redeem(line.annaPasses())).path("scope").asString())
          .isEqualTo("appointments");
    }
  }
}

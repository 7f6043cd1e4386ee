package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.e2e.Callers.Caller;
import dev.latchstring.e2e.PhoneCall.Reply;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * draft-ietf-oauth-first-party-apps-04 §6.2. A refresh long after the person proved who they are,
 * on a clock that is moved.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class LateRefreshTest {
  private static final String RESOURCE = "http://localhost:9100/mcp";

  @TempDir private Path folder;
  private final MovedClock clock = new MovedClock();

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void a_refresh_that_comes_too_late_asks_for_what_was_proven_and_not_for_who_it_is(String database)
      throws Exception {
    Callers callers = Callers.in(database, folder, 3);
    Caller caller = Caller.of(2);
    PhoneCall.Line line =
        PhoneCall.Line.of(URI.create("http://localhost:" + Ports.free()), RESOURCE, clock);
    try (TextGateway gateway = new TextGateway();
        AuthorizationServer server = start(line, callers, gateway);
        HttpClient http = HttpClient.newHttpClient()) {
      assertThat(server.issuer()).isEqualTo(line.issuer());
      PhoneCall call = new PhoneCall(line, http);
      call.begin("scope", "records");
      call.answer("identity", "name", caller.name(), "birthdate", caller.birthdate());
      Reply first = call.redeem(proves(call, caller, gateway));
      String refreshToken = first.text("refresh_token");
      assertThat(call.refresh(refreshToken).outcome()).isEqualTo("200");

      clock.advance(Duration.ofMinutes(61));
      Reply late = call.refresh(refreshToken);
      assertThat(late.outcome()).as("%s", late).isEqualTo("403 insufficient_authorization");
      assertThat(late.text("auth_session")).isNotEmpty();

      Reply asked = call.begin("scope", "records");
      assertThat(asked.asked()).as("%s", asked).isEqualTo("ssn");
      Reply again = call.redeem(proves(call, caller, gateway));
      assertThat(again.outcome()).as("%s", again).isEqualTo("200");
      assertThat(PhoneCall.claims(again.text("access_token")).path("sub").asString())
          .isEqualTo("clinic#2");
      assertThat(call.refresh(again.text("refresh_token")).outcome()).isEqualTo("200");
    }
  }

  private static Reply proves(PhoneCall call, Caller caller, TextGateway gateway) throws Exception {
    call.answer("ssn", "ssn_last4", caller.lastFour());
    return call.answer("sms", "code", gateway.next(caller.phone()));
  }

  private AuthorizationServer start(PhoneCall.Line line, Callers callers, TextGateway gateway) {
    String yaml =
        """
        issuer: %s
        data: %s
        accounts: []
        resources:
          - { resource: "%s", scopes: [appointments, records] }
        delivery: { %s }
        clients:
        %s%s\
        """
            .formatted(
                line.issuer(),
                folder.resolve("data"),
                RESOURCE,
                gateway.configuration(),
                PhoneCall.Line.CONFIGURATION,
                callers
                    .configuration()
                    .replace("sms]\n", "sms]\n      reauthenticate_after: 1h\n"));
    return AuthorizationServer.start(
        ConfigurationReader.parse(yaml, Overrides.of(Map.of())), clock, new SecureRandom());
  }
}

package dev.latchstring.authorizationserver.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.http.ClientAddress;
import dev.latchstring.authorizationserver.http.HttpServer;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In test mode whoever asks is told, but for who fails to authenticate. */
class TestModeTest {
  @ParameterizedTest
  @CsvSource({
    "INVALID_SCOPE, true, true",
    "INVALID_REQUEST, true, true",
    "INVALID_SCOPE, false, false",
    "INVALID_CLIENT, true, false",
    "INVALID_TOKEN, true, false",
    "INVALID_DPOP_PROOF, true, false",
    "INVALID_GRANT, true, false",
  })
  void an_unknown_caller_is_told_in_test_mode_alone(ErrorCode code, boolean testMode, boolean told)
      throws Exception {
    ServerConfiguration configuration =
        ConfigurationReader.parse("data: /tmp/none", Overrides.of(Map.of()));
    Traces traces = Traces.start(TraceSettings.OFF, testMode, new TestClock());
    HttpServer http = HttpServer.bind("localhost", 0, null);
    Routes routes = new Routes("", new ClientAddress(configuration.trustedProxies()), traces);
    routes.post(
        "/refuse",
        exchange -> {
          throw new OAuthException(code, "for a reason");
        });
    http.start(routes);
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + http.port() + "/refuse"))
                      .header("X-MCP-Debug", "true")
                      .POST(HttpRequest.BodyPublishers.noBody())
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.headers().firstValue("X-MCP-Debug").isPresent()).isEqualTo(told);
    } finally {
      http.stop();
    }
  }
}

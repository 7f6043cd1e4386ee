package dev.latchstring.examples.mediator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.client.challenge.ChallengeTurn;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration that the guide starts an authorization server with. */
class DevelopmentConfigurationTest {
  @TempDir Path data;

  @Test
  void the_mediator_can_ask_by_every_context_of_it() throws Exception {
    String yaml = Files.readString(Path.of("latch.yaml")) + "\nport: 0\ndata: " + data + "\n";
    try (AuthorizationServer server =
            AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
        ChallengeClient mediator =
            ChallengeClient.discover(
                server.issuer(),
                ClientIdentity.confidential("mediator", "only for development: mediator"))) {
      ChallengeRequest request =
          ChallengeRequest.of(
              URI.create("http://localhost:9400/points"), Scope.of("openid", PointsService.SCOPE));
      for (String acr :
          List.of(Harbor.PASSWORD_ACR, Harbor.APPROVAL_ACR, "urn:latchstring:acr:mfa")) {
        assertThat(mediator.begin(request.withAcrValues(List.of(acr))))
            .as(acr)
            .isInstanceOf(ChallengeTurn.Asked.class);
      }
    }
  }
}

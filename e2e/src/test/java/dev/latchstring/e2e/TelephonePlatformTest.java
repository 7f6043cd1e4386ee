package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.examples.voice.Settings;
import dev.latchstring.examples.voice.VoiceAgent;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.KeywordIntents;
import dev.latchstring.examples.voice.telephone.TelephoneServer;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * A call as a telephone platform makes it: Twilio's own library signs every post and takes back
 * only TwiML that it could have written.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class TelephonePlatformTest {
  private static final String AUTH_TOKEN = "an auth token of the platform";
  @TempDir private static Path folder;

  @Test
  @Timeout(300)
  void a_caller_is_known_by_what_they_say_and_hears_their_appointments() throws Exception {
    int port = Ports.free();
    URI issuer = URI.create("http://localhost:" + Ports.free());
    try (AuthorizationServer authorizationServer =
            AuthorizationServer.start(
                ConfigurationReader.parse(configuration(issuer, port), Overrides.of(Map.of())));
        ClinicServer clinic = ClinicServer.start(port, issuer);
        VoiceAgent agent =
            VoiceAgent.start(
                new Settings(
                    issuer,
                    clinic.url(),
                    ClientIdentity.confidential("voice-agent", "only for development: voice agent"),
                    4),
                new KeywordIntents(),
                Journal.none(),
                Clock.systemUTC());
        TelephoneServer telephone =
            TelephoneServer.start(0, null, AUTH_TOKEN, Map.of(), agent.calls());
        PeerProcess platform =
            NodePeers.start(
                Map.of(),
                "telephone.mjs",
                telephone.webhook().toString(),
                AUTH_TOKEN,
                "1",
                "My appointments, please.",
                "Alice Moreau",
                "March 3rd 1985",
                "one one two eight",
                "1129",
                "no thank you")) {

      List<String> said = new ArrayList<>();
      JsonNode event = platform.next();
      while (event != null && event.path("event").asString().equals("agent")) {
        said.add(event.path("text").asString());
        event = platform.next();
      }

      assertThat(String.join("\n", said))
          .contains("For English, press 1", "Full name", "That did not match", "Dr. Haddad")
          .contains("Thank you for your call. Goodbye.");
      assertThat(event).isNotNull();
      assertThat(event.path("status").asInt()).isEqualTo(204);
      platform.finish();
      assertThat(agent.calls().underWay()).isZero();
    }
  }

  /** The configuration that is shipped, at other addresses. */
  private static String configuration(URI issuer, int mcpPort) throws Exception {
    String shipped = Files.readString(SourceTree.root().resolve("examples/voice-agent/latch.yaml"));
    return shipped
            .replace("http://localhost:9000", issuer.toString())
            .replace("http://localhost:9100", "http://localhost:" + mcpPort)
        + "port: "
        + issuer.getPort()
        + "\ndata: "
        + folder
        + "\n";
  }
}

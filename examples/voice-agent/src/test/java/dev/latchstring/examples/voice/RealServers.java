package dev.latchstring.examples.voice;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.KeywordIntents;
import dev.latchstring.examples.voice.terminal.Pocket;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The agent with the servers it is made for: the authorization server with the configuration that
 * is shipped, the clinic, and the telephones in the callers' pockets.
 */
final class RealServers implements AutoCloseable {
  static final Path EXAMPLE = SourceTree.root().resolve("examples/voice-agent");

  /** Nobody signs in with it, and hashing hundreds takes long. */
  private static final String NO_PASSWORD =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + "A".repeat(43);

  private final AuthorizationServer authorizationServer;
  private final ClinicServer clinic;
  private final VoiceAgent agent;
  final Pocket pocket;
  final URI issuer;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  final List<String> kept = new CopyOnWriteArrayList<>();

  /**
   * @param data an empty folder
   * @param morePatients how many patients there are besides the three; each is a caller, too
   */
  RealServers(Path data, int morePatients, int lines) throws Exception {
    int mcpPort = Ports.free();
    this.issuer = URI.create("http://localhost:" + Ports.free());
    this.pocket = Pocket.start(0, null);
    this.authorizationServer =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                configuration(data, mcpPort, morePatients), Overrides.of(Map.of())),
            clock(),
            new SecureRandom());
    this.clinic = ClinicServer.start(mcpPort, issuer, UnaryOperator.identity(), morePatients);
    this.agent =
        VoiceAgent.start(
            new Settings(
                issuer,
                clinic.url(),
                ClientIdentity.confidential("voice-agent", "only for development: voice agent"),
                lines),
            new KeywordIntents(),
            new KeptJournal(),
            Clock.systemUTC());
  }

  /** The configuration that is shipped, at other addresses, with more people. */
  private String configuration(Path data, int mcpPort, int morePatients) throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            Files.readString(EXAMPLE.resolve("latch.yaml"))
                .replace("http://localhost:9000", issuer.toString())
                .replace("http://localhost:9100", "http://localhost:" + mcpPort)
                .replace("http://localhost:9300/messages", pocket.url()));
    for (int i = 0; i < morePatients; i++) {
      yaml.append(account(i));
    }
    return yaml.append("port: ").append(issuer.getPort()).append("\ndata: ").append(data) + "\n";
  }

  /** One of the callers besides the three. */
  private static String account(int i) {
    return """
      - username: patient%1$d
        teams: [patients, "patient:P-%1$d"]
        attributes: { name: "%2$s", birthdate: "%3$s", ssn_last4: "%1$d", phone_number: "%4$s", locale: en }
        password_hash: "%5$s"
    """
        .formatted(2000 + i, name(i), birthdate(i), number(i), NO_PASSWORD);
  }

  /** Names that are spelt with letters alone, no two the same. */
  static String name(int i) {
    String letters = "abcdefghij";
    StringBuilder surname = new StringBuilder("Mac");
    for (char digit : Integer.toString(2000 + i).toCharArray()) {
      surname.append(letters.charAt(digit - '0')).append('o');
    }
    return "Caller " + surname;
  }

  static String birthdate(int i) {
    return "19%02d-%02d-%02d".formatted(30 + i % 60, 1 + i % 12, 1 + i % 28);
  }

  static String number(int i) {
    return "+3361235%04d".formatted(i);
  }

  /** Lets the authorization server's time pass faster. */
  void pass(Duration time) {
    ahead.updateAndGet(before -> before.plus(time));
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Clock.systemUTC().instant().plus(ahead.get());
      }
    };
  }

  Calls calls() {
    return agent.calls();
  }

  private final class KeptJournal implements Journal {
    @Override
    public void agent(String callId, String text) {
      kept.add(callId + " agent: " + text);
    }

    @Override
    public void caller(String callId, String what) {
      kept.add(callId + " caller: " + what);
    }

    @Override
    public void event(String callId, String what) {
      kept.add(callId + " " + what);
    }
  }

  @Override
  public void close() {
    agent.close();
    clinic.close();
    authorizationServer.close();
    pocket.close();
  }
}

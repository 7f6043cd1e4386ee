package dev.latchstring.cli.demo;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.voice.Settings;
import dev.latchstring.examples.voice.VoiceAgent;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.KeywordIntents;
import dev.latchstring.examples.voice.terminal.Pocket;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The clinic's phone line in the demo: the agent as a first-party client, a patient who can be
 * asked, and the telephone in his pocket, to which codes are sent. All of it is invented, the
 * client's secret made for this run.
 */
final class DemoPhone implements AutoCloseable {
  private static final String CLIENT = "phone-line";
  private static final String NUMBER = "+33612340002";
  private static final Duration TEXT_MESSAGE = Duration.ofSeconds(20);

  private final String secret;
  private final Pocket pocket;

  private DemoPhone(String secret, Pocket pocket) {
    this.secret = secret;
    this.pocket = pocket;
  }

  /** Opens a port of loopback for text messages. */
  static DemoPhone of(SecureRandom random) {
    return new DemoPhone(Secrets.newToken(random), Pocket.start(0, null));
  }

  /** For the server's configuration, before its accounts. */
  String yaml() {
    return """
    clients:
      - client_id: %s
        client_name: The clinic's phone line
        client_secret: %s
        token_endpoint_auth_method: client_secret_basic
        first_party: true
        grant_types: [authorization_code]
        scope: "patient:self patient:record"
    challenge:
      steps:
        identity: { kind: identify, ask: [name, birthdate] }
        ssn: { kind: knowledge, ask: [ssn_last4] }
      contexts:
        - acr: urn:latchstring:acr:knowledge
          steps: [identity, ssn]
          scopes: [patient:self]
        - acr: urn:latchstring:acr:knowledge-otp
          steps: [identity, ssn, sms]
    delivery:
      sms: { url: %s }
    """
        .formatted(CLIENT, Json.write(secret), Json.write(pocket.url()));
  }

  /** The patient, as one of the accounts. */
  static String account(String password) {
    return """
      - username: bruno
        password: %s
        teams: [patients, "patient:P-1002"]
        attributes:
          name: Bruno Okafor
          birthdate: "1962-11-19"
          ssn_last4: "4219"
          phone_number: "%s"
    """
        .formatted(Json.write(password), NUMBER);
  }

  /** The agent, ready to take calls. */
  VoiceAgent agent(URI issuer, URI mcp, Journal journal, Clock clock) {
    return VoiceAgent.start(
        new Settings(issuer, mcp, ClientIdentity.confidential(CLIENT, secret), 1),
        new KeywordIntents(),
        journal,
        clock);
  }

  /** The code of the text message that the patient gets. */
  Optional<String> code() {
    return pocket.takeCode(NUMBER, TEXT_MESSAGE);
  }

  @Override
  public void close() {
    pocket.close();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "DemoPhone[" + CLIENT + "]";
  }
}

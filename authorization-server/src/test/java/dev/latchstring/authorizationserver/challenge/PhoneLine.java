package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Database;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Pkce;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A server that a voice agent and others may ask people through, and a gateway for its texts. */
public final class PhoneLine implements AutoCloseable {
  public static final String PATH = "/authorize/challenge";
  public static final String AGENT = "voice-agent";
  public static final String SECRET = "voice-agent-secret-0123456789";
  public static final String VERIFIER = "phone-line-verifier-0123456789-0123456789-0";
  public static final String KNOWLEDGE = "urn:latchstring:acr:knowledge";
  public static final String KNOWLEDGE_OTP = "urn:latchstring:acr:knowledge-otp";
  public static final String PASSWORD = "urn:latchstring:acr:password";
  public static final String MFA = "urn:latchstring:acr:mfa";

  /** Anna, whose name three people would pronounce differently, and Bob. */
  public static final String YAML =
      """
      clients:
        - client_id: voice-agent
          client_name: "Riverside phone line"
          client_secret: "voice-agent-secret-0123456789"
          first_party: true
          redirect_uris: ["https://agent.example.com/callback"]
        - client_id: other-line
          client_secret: "other-line-secret-01234567890"
          first_party: true
        - client_id: app
          client_name: "Riverside app"
          first_party: true
          redirect_uris: ["com.example.riverside:/callback"]
        - client_id: partner
          client_secret: "partner-secret-01234567890123"
          redirect_uris: ["https://partner.example.com/callback"]
      accounts:
        - username: anna
          password: "correct horse"
          teams: [patients]
          attributes:
            name: "Anna María O'Neil-Smith"
            birthdate: "1985-03-03"
            ssn_last4: "4219"
            phone_number: "+14155550142"
            email: "anna@example.com"
        - username: bob
          password: "battery staple"
          attributes:
            name: "Bob Brown"
            birthdate: "1970-12-31"
            ssn_last4: "0042"
            phone_number: "+14155550177"
      resources:
        - resource: http://localhost:9100/mcp
          name: Riverside Clinic
          scopes: [appointments, refills, records]
          default_scopes: [appointments]
      challenge:
        steps:
          identity: { kind: identify, ask: [name, birthdate] }
          ssn: { kind: knowledge, ask: [ssn_last4] }
        contexts:
          - { acr: "urn:latchstring:acr:knowledge", steps: [identity, ssn], scopes: [appointments] }
          - { acr: "urn:latchstring:acr:knowledge-otp", steps: [identity, ssn, sms] }
          - { acr: "urn:latchstring:acr:password", steps: [username, [password, pin]] }
          - acr: "urn:latchstring:acr:mfa"
            steps: [username, [password, pin, passkey], [totp, sms, passkey, approval]]
      """;

  public final RunningServer server;
  public final TextGateway gateway;
  public final Prover prover;

  /** Where it keeps everything. */
  public final DatabaseConfiguration database;

  private PhoneLine(RunningServer server, DatabaseConfiguration database, TextGateway gateway) {
    this.database = database;
    this.server = server;
    this.gateway = gateway;
    this.prover = Prover.quick(server);
  }

  public static PhoneLine open() {
    return open(DatabaseKind.SQLITE, YAML);
  }

  public static PhoneLine open(DatabaseKind kind, String yaml) {
    TextGateway gateway = new TextGateway();
    DatabaseConfiguration database = kind.fresh();
    RunningServer server =
        RunningServer.start(
            database, yaml + gateway.configuration(), new TestClock(), RunningServer.directory());
    return new PhoneLine(server, database, gateway);
  }

  /** A request of the voice agent with a proof of its key. */
  public Answer send(String... parameters) {
    return send(prover, parameters);
  }

  /** The same, with a proof of that key, or none. */
  public Answer send(@Nullable Prover key, String... parameters) {
    return sendAs(AGENT, SECRET, key, parameters);
  }

  public Answer sendAs(String clientId, String secret, @Nullable Prover key, String... parameters) {
    List<String> headers =
        new ArrayList<>(List.of("Authorization", RunningServer.basic(clientId, secret)));
    if (key != null) {
      headers.add("DPoP");
      headers.add(key.proof("POST", server.issuer() + PATH, Duration.ZERO, null));
    }
    return server.postRaw(
        PATH,
        FormParameters.encode(RunningServer.form(parameters)),
        headers.toArray(String[]::new));
  }

  /** Begins a login for what the clinic gives by default. */
  public Answer begin(String... more) {
    return send(with(beginning(), more));
  }

  public static String[] beginning() {
    return new String[] {
      "response_type",
      "code",
      "code_challenge",
      Pkce.challenge(VERIFIER),
      "code_challenge_method",
      "S256",
      "resource",
      RunningServer.CLINIC
    };
  }

  static String[] with(String[] parameters, String... more) {
    List<String> all = new ArrayList<>(List.of(parameters));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Answers the step that is asked. */
  public Answer answer(Answer asked, String... values) {
    return answer(asked.text("auth_session"), step(asked), values);
  }

  public Answer answer(String session, String step, String... values) {
    return send(
        "response_type",
        "code",
        "auth_session",
        session,
        "step",
        step,
        "answer",
        Json.write(RunningServer.form(values)));
  }

  /** Asks for a step. */
  public Answer ask(Answer asked, String step) {
    return send("response_type", "code", "auth_session", asked.text("auth_session"), "step", step);
  }

  public static String step(Answer asked) {
    return asked.json().at("/step/id").asString("");
  }

  public static int attemptsLeft(Answer asked) {
    return asked.json().at("/step/attempts_left").asInt(-1);
  }

  public static String reason(Answer asked) {
    return asked.json().at("/step/reason").asString("");
  }

  public static String prompt(Answer asked) {
    return asked.json().at("/step/prompt").asString("");
  }

  /** Anna says who she is. */
  public Answer anna(Answer asked) {
    return answer(asked, "name", "Anna Maria O'Neil Smith", "birthdate", "March third 1985");
  }

  /** Anna is asked for no more than her number. */
  public Answer annaPasses() {
    return answer(anna(begin()), "ssn_last4", "4219");
  }

  /** Redeems the code of a login. */
  public Answer redeem(Answer done) {
    return redeem(done, prover);
  }

  public Answer redeem(Answer done, @Nullable Prover key) {
    return token(
        key,
        "grant_type",
        "authorization_code",
        "code",
        done.text("authorization_code"),
        "code_verifier",
        VERIFIER);
  }

  public Answer token(@Nullable Prover key, String... parameters) {
    List<String> headers =
        new ArrayList<>(List.of("Authorization", RunningServer.basic(AGENT, SECRET)));
    if (key != null) {
      headers.add("DPoP");
      headers.add(key.proof());
    }
    return server.postRaw(
        "/token",
        FormParameters.encode(RunningServer.form(parameters)),
        headers.toArray(String[]::new));
  }

  /** As many wrong answers of the voice agent's as make it wait, whomever they were about. */
  void guessesElsewhere() {
    use(
        new AttemptKey(AttemptKey.Kind.CHALLENGE_CLIENT, AGENT),
        1 + AttemptKey.Kind.CHALLENGE_CLIENT.free());
  }

  /** Counts attempts until the next has to wait. */
  void use(AttemptKey key, int most) {
    try (Database opened = Database.open(database)) {
      AttemptStore attempts =
          new AttemptStore(
              opened,
              server.clock(),
              ServerKey.load(null, server.data().resolve("server.key"), new SecureRandom()));
      for (int i = 0; i < most; i++) {
        if (attempts.admit(List.of(key)) instanceof AttemptStore.Admission.Delayed) {
          return;
        }
      }
    }
    throw new AssertionError(most + " attempts were free");
  }

  /** What an access token says. */
  public static JsonNode claims(Answer issued) {
    String token = issued.text("access_token");
    return Json.readTree(
        new String(
            java.util.Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]),
            java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The subject of an account. */
  public String subject(Answer issued) {
    return Objects.requireNonNull(claims(issued).path("sub").asString());
  }

  static Map<String, String> map(String... values) {
    return RunningServer.form(values);
  }

  @Override
  public void close() {
    server.close();
    gateway.close();
  }
}

package dev.latchstring.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.KeywordIntents;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The agent, the stand-in for an authorization server, and the real clinic. */
public final class Scene implements AutoCloseable {
  final StandIn issuer;
  final ClinicServer clinic;
  private final VoiceAgent agent;
  private final List<String> kept = new CopyOnWriteArrayList<>();
  private volatile Instant now = Clock.systemUTC().instant();

  private Scene(StandIn issuer, int lines) throws Exception {
    this.issuer = issuer;
    this.clinic = ClinicServer.start(0, issuer.issuer());
    issuer.audience = clinic.url().toString();
    InstantSource clock = () -> now;
    this.agent =
        VoiceAgent.start(
            new Settings(
                issuer.issuer(),
                clinic.url(),
                ClientIdentity.confidential(StandIn.CLIENT, StandIn.SECRET),
                lines),
            new KeywordIntents(),
            new KeptJournal(),
            clock);
  }

  /** A scene in which the authorization server says what the script says. */
  static Scene of(StandIn.Script script) throws Exception {
    return of(script, 4);
  }

  static Scene of(StandIn.Script script, int lines) throws Exception {
    return new Scene(new StandIn(script), lines);
  }

  /** A scene in which one question is asked, and any answer is right. */
  public static Scene ofOneQuestion(int lines) throws Exception {
    return of(
        session ->
            session.answered == 0
                ? StandIn.asks(StandIn.step("pin", "pin", "Your PIN, please."))
                : StandIn.known(),
        lines);
  }

  public Calls calls() {
    return agent.calls();
  }

  /** How many tokens were given out, and how many revoked. */
  public List<Integer> tokens() {
    return List.of(issuer.issued.size(), issuer.revoked.size());
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** Everything the journal was told. */
  public String journal() {
    return String.join("\n", kept);
  }

  /** Words of an agent's turn. */
  public static String words(Turn turn) {
    return turn.said().stream().map(Said::text).collect(Collectors.joining(" "));
  }

  /** A call in English. */
  public Conversation call(String id) {
    return new Conversation(id, calls().begin(id, Language.EN));
  }

  /** A call from the caller's side. */
  public final class Conversation {
    private final String id;
    private Answered latest;

    Conversation(String id, Answered latest) {
      this.id = id;
      this.latest = latest;
    }

    public Answered latest() {
      return latest;
    }

    public String says(String words) {
      return hears(Heard.Spoken.clearly(words));
    }

    public String keys(String keys) {
      return hears(new Heard.Keyed(keys));
    }

    /** What the agent says to it. */
    public String hears(Heard heard) {
      latest = calls().heard(id, latest.number(), heard).orElseThrow();
      return words(latest.turn());
    }

    public Conversation hangsUp() {
      assertThat(latest.turn().next()).isInstanceOf(Turn.HangUp.class);
      return this;
    }
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
    issuer.close();
  }
}

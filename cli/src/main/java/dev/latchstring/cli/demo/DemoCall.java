package dev.latchstring.cli.demo;

import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.examples.voice.VoiceAgent;
import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The second act: a patient telephones. He is asked who he is, a digit is misheard, his record
 * needs one proof more, and when he hangs up nothing of him is left at the agent.
 *
 * <p>The caller is played; agent, authorization server and MCP server are what they are elsewhere.
 */
final class DemoCall {
  private static final String CALL = "demo";

  private final Story story;
  private final DemoServers servers;
  private final DemoPhone phone;
  private final Clock clock;
  private final List<String> events = new CopyOnWriteArrayList<>();

  DemoCall(Story story, DemoServers servers, DemoPhone phone, Clock clock) {
    this.story = story;
    this.servers = servers;
    this.phone = phone;
    this.clock = clock;
  }

  void run() {
    try (VoiceAgent agent = phone.agent(servers.issuer(), servers.mcp(), new Events(), clock)) {
      Caller caller = new Caller(agent);
      story.tell(
          caller
              .picksUp("A patient telephones the clinic; a voice agent answers")
              .note("caller >, agent <; no browser anywhere, and no password"));
      story.tell(caller.says("He wants to hear his medical record", "My medical record, please."));
      story.tell(caller.says("He says his name", "Bruno Okafor"));
      story.tell(caller.keys("He keys in his date of birth", "11191962"));
      Story.Step guess =
          caller.says("The last digit is misheard, or guessed", "four two one eight");
      expect(caller, "That did not match");
      story.tell(guess.note("counted for this person in every call; five are free in a day"));
      Story.Step more = caller.says("He says it again, and is known", "four two one nine");
      expect(caller, "one more proof");
      story.tell(more.note(stepUp()));
      String code =
          phone.code().orElseThrow(() -> failed("no text message with a code came to the patient"));
      Story.Step record = caller.keys("He keys in the code, and hears his own record", code);
      expect(caller, "amlodipine");
      story.tell(record.note("read by read_medical_record, with his own token"));
      Story.Step end = caller.says("He says goodbye", "No, thank you.");
      expect(caller, "Goodbye");
      story.tell(
          end.note("MCP session closed, token revoked, nothing kept")
              .note("the agent's journal of his answers: " + Said.MASK));
    }
  }

  /** What the MCP server asked for, in the journal's words. */
  private String stepUp() {
    return events.stream()
        .filter(each -> each.startsWith("read_medical_record needs"))
        .findFirst()
        .map(each -> "the token says urn:latchstring:acr:knowledge; " + each)
        .orElseThrow(() -> failed("the medical record was read without a second factor"));
  }

  private static void expect(Caller caller, String words) {
    if (!caller.heard().contains(words)) {
      throw failed("the agent said: " + caller.heard());
    }
  }

  private static CommandFailure failed(String why) {
    return new CommandFailure(ExitStatus.UNEXPECTED, why, null);
  }

  /** The caller's side of the call. */
  private static final class Caller {
    private final VoiceAgent agent;
    private Answered latest = new Answered(0, new Turn(List.of(), new Turn.HangUp()));

    Caller(VoiceAgent agent) {
      this.agent = agent;
    }

    Story.Step picksUp(String title) {
      long began = System.nanoTime();
      latest = agent.calls().begin(CALL, Language.EN);
      return told(Story.step(title, since(began)));
    }

    Story.Step says(String title, String words) {
      return hears(title, words, Heard.Spoken.clearly(words));
    }

    Story.Step keys(String title, String keys) {
      return hears(title, "(keys) " + keys, new Heard.Keyed(keys));
    }

    private Story.Step hears(String title, String shown, Heard heard) {
      long began = System.nanoTime();
      latest =
          agent
              .calls()
              .heard(CALL, latest.number(), heard)
              .orElseThrow(() -> failed("the agent has no call"));
      return told(Story.step(title, since(began)).asked(shown));
    }

    private Story.Step told(Story.Step step) {
      latest.turn().said().forEach(each -> step.answered(each.text()));
      return step;
    }

    String heard() {
      return String.join(" ", latest.turn().said().stream().map(Said::text).toList());
    }

    private static Duration since(long nanos) {
      return Duration.ofNanos(System.nanoTime() - nanos);
    }
  }

  /** Keeps what happened, for the story; of the words nothing. */
  private final class Events implements Journal {
    @Override
    public void agent(String callId, String text) {}

    @Override
    public void caller(String callId, String what) {}

    @Override
    public void event(String callId, String what) {
      events.add(what);
    }
  }
}

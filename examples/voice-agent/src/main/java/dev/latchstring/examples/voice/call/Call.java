package dev.latchstring.examples.voice.call;

import dev.latchstring.client.ClientException;
import dev.latchstring.examples.voice.clinic.ClinicLine;
import dev.latchstring.examples.voice.clinic.ToolResult;
import dev.latchstring.examples.voice.identification.Identification;
import dev.latchstring.examples.voice.identification.Outcome;
import dev.latchstring.examples.voice.intent.Intents;
import dev.latchstring.examples.voice.intent.Wish;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Phrases;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call, from the greeting to the goodbye. It owns the caller's login and MCP session, and
 * shares nothing with any other call; {@link #close} leaves nothing behind, here or at the servers.
 *
 * <p>Not safe for use by many threads: {@link Calls} takes one turn at a time.
 */
final class Call implements AutoCloseable {
  /** The most turns of one call. */
  static final int MAX_TURNS = 60;

  /** How often one question is repeated into silence. */
  static final int MAX_REPEATS = 2;

  /** Below this a recogniser is guessing. 0 says nothing: some recognisers send it always. */
  static final double UNCLEAR = 0.25;

  private final String id;
  private final Identification identification;
  private final ClinicLine clinic;
  private final Intents intents;
  private final Journal journal;
  private State state;
  private @Nullable Language chosen;
  private @Nullable Turn question;
  private @Nullable Task steppedUpFor;
  private int turns;
  private int repeats;

  /** Where the conversation stands. */
  private sealed interface State {
    record ChoosingLanguage() implements State {}

    record Wishing() implements State {}

    /** Who is it? Then the task goes on. */
    record Identifying(Task task) implements State {}

    record Over() implements State {}
  }

  /**
   * @param language the caller's, where the number they called says it; null to ask them
   */
  Call(
      String id,
      @Nullable Language language,
      Identification identification,
      ClinicLine clinic,
      Intents intents,
      Journal journal) {
    this.id = id;
    this.chosen = language;
    this.state = language == null ? new State.ChoosingLanguage() : new State.Wishing();
    this.identification = identification;
    this.clinic = clinic;
    this.intents = intents;
    this.journal = journal;
  }

  /** The agent's next turn. After it has hung up, and after a fault, the call is closed. */
  Turn heard(Heard heard) {
    Turn turn;
    try {
      turn = ++turns > MAX_TURNS ? goodbye("goodbye_long") : next(heard);
    } catch (ClientException e) {
      journal.event(id, "the authorization server: " + e.problem());
      turn = goodbye("goodbye_trouble");
    } catch (RuntimeException e) {
      // Its message could hold anything.
      journal.event(id, "a fault: " + e.getClass().getName());
      turn = goodbye("goodbye_trouble");
    }
    turn.said().forEach(each -> journal.agent(id, each.forJournal()));
    if (turn.next() instanceof Turn.HangUp) {
      close();
    } else if (repeats == 0) {
      question = turn.question();
    }
    return turn;
  }

  private Turn next(Heard heard) {
    if (state instanceof State.Over) {
      return Turn.hangUp();
    }
    if (question == null || heard instanceof Heard.PickedUp) {
      return greeting();
    }
    boolean waited = question.next() instanceof Turn.Pause;
    if (heard instanceof Heard.Nothing && !waited) {
      return again(question, "silence", "goodbye_silence");
    }
    if (isUnclear(heard)) {
      return again(question, "unclear", "goodbye_unclear");
    }
    return switch (state) {
      case State.ChoosingLanguage choosing -> language(heard);
      case State.Wishing wishing -> wish(heard);
      case State.Identifying identifying -> {
        repeats = 0;
        if (!waited) {
          journal.caller(id, Said.MASK);
        }
        yield proceed(identifying.task(), identification.heard(heard));
      }
      case State.Over over -> Turn.hangUp();
    };
  }

  private static boolean isUnclear(Heard heard) {
    return heard instanceof Heard.Spoken spoken
        && spoken.confidence() > 0
        && spoken.confidence() < UNCLEAR;
  }

  /** The same question again, twice at most. */
  private Turn again(Turn question, String why, String goodbye) {
    if (repeats == MAX_REPEATS) {
      return goodbye(goodbye);
    }
    repeats++;
    return question.after(Phrases.say(language(), why));
  }

  private Turn greeting() {
    if (chosen != null) {
      return menu("menu").after(Phrases.say(chosen, "welcome"));
    }
    List<Said> offers = new ArrayList<>();
    for (Language language : Language.values()) {
      offers.add(Phrases.say(language, "choose_language"));
    }
    return new Turn(offers, new Turn.Listen(Language.EN, false, 1))
        .after(Phrases.say(Language.EN, "welcome"));
  }

  private Turn language(Heard heard) {
    String answer =
        switch (heard) {
          case Heard.Keyed keyed -> keyed.keys();
          case Heard.Spoken spoken -> spoken.words().strip();
          case Heard.Nothing nothing -> "";
          case Heard.PickedUp pickedUp -> "";
        };
    for (Language language : Language.values()) {
      boolean named =
          answer.equalsIgnoreCase(language.locale().getDisplayLanguage(language.locale()));
      if (named || answer.equals(language.key())) {
        repeats = 0;
        chosen = language;
        state = new State.Wishing();
        journal.caller(id, "language " + language.code());
        return menu("menu");
      }
    }
    return again(greeting().question(), "not_understood_wish", "goodbye_unclear");
  }

  private Language language() {
    return chosen == null ? Language.EN : chosen;
  }

  private Turn menu(String phrase) {
    state = new State.Wishing();
    return Turn.listen(List.of(Phrases.say(language(), phrase)), language());
  }

  private Turn wish(Heard heard) {
    Wish wish =
        switch (heard) {
          case Heard.Spoken spoken -> intents.understand(spoken.words(), language());
          case Heard.Keyed keyed -> keyed(keyed.keys());
          case Heard.Nothing nothing -> Wish.UNKNOWN;
          case Heard.PickedUp pickedUp -> Wish.UNKNOWN;
        };
    journal.caller(id, wish.name());
    if (wish == Wish.UNKNOWN && question != null) {
      return again(question, "not_understood_wish", "goodbye_unclear");
    }
    repeats = 0;
    return switch (wish) {
      case APPOINTMENTS, REFILL, RECORD -> begin(Task.of(wish).orElseThrow());
      case PERSON -> goodbye("goodbye_person");
      case REPEAT, UNKNOWN -> menu("menu");
      case GOODBYE -> goodbye("goodbye");
    };
  }

  private static Wish keyed(String keys) {
    return switch (keys) {
      case "1" -> Wish.APPOINTMENTS;
      case "2" -> Wish.REFILL;
      case "3" -> Wish.RECORD;
      case "9" -> Wish.GOODBYE;
      case "0" -> Wish.PERSON;
      case "*" -> Wish.REPEAT;
      default -> Wish.UNKNOWN;
    };
  }

  private Turn begin(Task task) {
    return identification.token().isPresent()
        ? serve(task, true)
        : proceed(task, identification.begin(language()));
  }

  private Turn proceed(Task task, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ask ask -> {
        state = new State.Identifying(task);
        yield ask.turn();
      }
      case Outcome.Known known -> {
        journal.event(id, "the caller is known");
        // What is still refused after this login is not asked for again.
        yield serve(task, steppedUpFor != task);
      }
      case Outcome.GivenUp gave -> {
        journal.event(id, "the caller is not known: " + gave.phrase());
        yield Turn.hangUp(
            Phrases.say(language(), gave.phrase(), gave.parts().toArray(String[]::new)));
      }
    };
  }

  private Turn serve(Task task, boolean mayStepUp) {
    steppedUpFor = null;
    return switch (clinic.call(task.tool())) {
      case ToolResult.Content content -> {
        yield menu("anything_else").after(task.read(content.content(), language()));
      }
      case ToolResult.LoginNeeded needed when mayStepUp -> {
        journal.event(id, task.tool() + " needs " + needed.acrValues());
        steppedUpFor = task;
        yield proceed(task, identification.stepUp(needed.challenges()));
      }
      case ToolResult.LoginNeeded needed -> refused(task);
      case ToolResult.Refused refused -> refused(task);
      case ToolResult.Failed failed -> {
        journal.event(id, task.tool() + " failed: " + failed.why());
        yield goodbye("goodbye_trouble");
      }
    };
  }

  private Turn refused(Task task) {
    journal.event(id, task.tool() + " is refused");
    return menu("anything_else").after(Phrases.say(language(), "not_for_you"));
  }

  private Turn goodbye(String phrase) {
    return Turn.hangUp(Phrases.say(language(), phrase));
  }

  /** Ends the MCP session, has the tokens revoked, and forgets. Never throws. */
  @Override
  public void close() {
    if (state instanceof State.Over) {
      return;
    }
    state = new State.Over();
    question = null;
    try {
      clinic.close();
    } catch (RuntimeException e) {
      journal.event(id, "the MCP session was not closed: " + e.getClass().getName());
    }
    try {
      identification.close();
    } catch (RuntimeException e) {
      journal.event(id, "the tokens were not revoked: " + e.getClass().getName());
    }
    journal.event(id, "over");
  }

  /** Without anything of it. */
  @Override
  public String toString() {
    return "Call[" + id + "]";
  }
}

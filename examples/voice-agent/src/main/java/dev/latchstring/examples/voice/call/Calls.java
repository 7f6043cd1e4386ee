package dev.latchstring.examples.voice.call;

import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.examples.voice.clinic.ClinicLine;
import dev.latchstring.examples.voice.identification.Identification;
import dev.latchstring.examples.voice.intent.Intents;
import dev.latchstring.examples.voice.spoken.Heard;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Phrases;
import dev.latchstring.examples.voice.spoken.Turn;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are under way. Each is on a line of its own, which takes one turn at a time;
 * different lines run side by side.
 *
 * <p>A front may deliver the same turn twice, one after the other or at once: it says which turn
 * the words belong to, and what was answered already is answered the same again. A call that hears
 * nothing from its front for {@link #IDLE} is ended, as if it had been dropped.
 *
 * <p>Safe for use by many threads at once.
 */
public final class Calls implements AutoCloseable {
  /** How long a front may be silent before its call is given up. */
  public static final Duration IDLE = Duration.ofMinutes(2);

  private final int most;
  private final Semaphore free;
  private final Opening opening;
  private final InstantSource clock;
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  /** Makes what is one call's own. */
  @FunctionalInterface
  private interface Opening {
    Call open(String callId, @Nullable Language language);
  }

  /**
   * Lines that nobody is on yet.
   *
   * @param most how many calls at once; the next caller is told that all lines are busy
   * @param challenges shared, for it keeps nothing between turns
   * @param mcp the MCP endpoint, which is also what tokens are for
   * @param scope what a caller's token is for at first
   * @param threads for the work of connections to the MCP server
   */
  public static Calls of(
      int most,
      ChallengeClient challenges,
      URI mcp,
      Scope scope,
      Executor threads,
      Intents intents,
      Journal journal,
      InstantSource clock) {
    return new Calls(
        most,
        (callId, language) -> {
          Identification identification = new Identification(challenges, mcp, scope);
          ClinicLine clinic =
              new ClinicLine(mcp, threads, () -> identification.token().orElseThrow());
          return new Call(callId, language, identification, clinic, intents, journal);
        },
        clock);
  }

  private Calls(int most, Opening opening, InstantSource clock) {
    this.most = most;
    this.free = new Semaphore(most);
    this.opening = opening;
    this.clock = clock;
  }

  /**
   * A call comes in.
   *
   * @param callId unique; a second time it gets the latest answer again
   * @param language of the number that was called; null to ask the caller
   */
  public Answered begin(String callId, @Nullable Language language) {
    Line line = lines.get(callId);
    if (line == null) {
      if (!free.tryAcquire()) {
        Language spoken = language == null ? Language.EN : language;
        return new Answered(0, Turn.hangUp(Phrases.say(spoken, "lines_busy")));
      }
      Line opened = new Line(opening.open(callId, language));
      line = lines.putIfAbsent(callId, opened);
      if (line == null) {
        line = opened;
      } else {
        free.release();
      }
    }
    return line.turn(0, new Heard.PickedUp());
  }

  /**
   * The caller said something.
   *
   * @param number of the turn that it answers; another than the latest gets the latest answer again
   * @return empty where there is no such call, any more or at all
   */
  public Optional<Answered> heard(String callId, int number, Heard heard) {
    return Optional.ofNullable(lines.get(callId)).map(line -> line.turn(number, heard));
  }

  /** The caller hung up, or the line was cut. Returns when nothing of the call is left. */
  public void end(String callId) {
    Line line = lines.remove(callId);
    if (line != null) {
      line.end();
    }
  }

  /** Ends the calls whose front has been silent for too long. */
  public void endSilent() {
    Instant before = clock.instant().minus(IDLE);
    lines.forEach((callId, line) -> {
      if (line.used.isBefore(before)) {
        end(callId);
      }
    });
  }

  /** How many calls are under way. */
  public int underWay() {
    return most - free.availablePermits();
  }

  /** Ends all calls. */
  @Override
  public void close() {
    lines.keySet().forEach(this::end);
  }

  private final class Line {
    private final ReentrantLock lock = new ReentrantLock();
    private final Call call;
    private volatile Instant used = clock.instant();
    private @Nullable Answered latest;
    private boolean ended;

    Line(Call call) {
      this.call = call;
    }

    Answered turn(int number, Heard heard) {
      used = clock.instant();
      lock.lock();
      try {
        if (ended) {
          return new Answered(0, Turn.hangUp());
        }
        if (latest == null || latest.number() == number) {
          latest = new Answered(number + 1, call.heard(heard));
        }
        return latest;
      } finally {
        used = clock.instant();
        lock.unlock();
      }
    }

    void end() {
      lock.lock();
      try {
        if (!ended) {
          ended = true;
          latest = null;
          call.close();
          free.release();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}

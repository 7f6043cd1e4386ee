package dev.latchstring.examples.voice;

import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.Intents;
import dev.latchstring.oauth.Scope;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The composition root. What all calls share is here: the challenge client, which keeps nothing
 * between turns, and threads. Everything else is made anew for each call.
 */
public final class VoiceAgent implements AutoCloseable {
  /** What a caller's token is for at first. More is asked for when a tool wants it. */
  private static final Scope FIRST_SCOPE = Scope.of("patient:self");

  private static final long SWEEP_SECONDS = 5;

  private final ChallengeClient challenges;
  private final ExecutorService threads;
  private final Calls calls;
  private final ScheduledExecutorService sweeper;

  private VoiceAgent(
      ChallengeClient challenges,
      ExecutorService threads,
      Calls calls,
      ScheduledExecutorService sweeper) {
    this.challenges = challenges;
    this.threads = threads;
    this.calls = calls;
    this.sweeper = sweeper;
  }

  /**
   * Gets ready to take calls.
   *
   * @throws dev.latchstring.client.ClientException where the authorization server cannot be
   *     reached, or offers no login by challenge
   */
  public static VoiceAgent start(
      Settings settings, Intents intents, Journal journal, InstantSource clock) {
    ChallengeClient challenges = ChallengeClient.discover(settings.issuer(), settings.client());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Calls calls =
        Calls.of(
            settings.lines(),
            challenges,
            settings.mcp(),
            FIRST_SCOPE,
            threads,
            intents,
            journal,
            clock);
    ScheduledExecutorService sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("voice-agent-sweeper").factory());
    var unused =
        sweeper.scheduleWithFixedDelay(
            calls::endSilent, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    return new VoiceAgent(challenges, threads, calls, sweeper);
  }

  /** The calls, for a front. */
  public Calls calls() {
    return calls;
  }

  /** Ends all calls and releases everything. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    calls.close();
    challenges.close();
    threads.shutdownNow();
  }
}

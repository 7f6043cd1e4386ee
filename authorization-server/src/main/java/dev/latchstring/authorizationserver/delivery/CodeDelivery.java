package dev.latchstring.authorizationserver.delivery;

import dev.latchstring.authorizationserver.config.DeliverySettings;
import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one-time codes and sees that they reach people.
 *
 * <p>Handing a message over never waits for the other side. Up to 256 messages are under way, each
 * on a virtual thread, 16 attempts at once of at most 30 seconds; what fails for now is tried twice
 * more while the code is good. What became of it is in the log ({@code code_sent}, {@code
 * code_not_sent}), without the code and with the destination masked.
 *
 * <p>A message to nobody takes the same way; see {@link Nowhere}.
 */
public final class CodeDelivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CodeDelivery.class);

  /** How long an attempt that is broken off gets to say that it was taken after all. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(1);

  private final Transports transports;
  private final Nowhere nowhere = new Nowhere();
  private final Clock clock;
  private final Pace pace;
  private final Semaphore places;
  private final Semaphore attempts;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  CodeDelivery(
      DeliverySettings settings, @Nullable PrintStream development, Clock clock, Pace pace) {
    this.transports = new Transports(settings, development, clock);
    this.clock = clock;
    this.pace = pace;
    this.places = new Semaphore(pace.waiting());
    this.attempts = new Semaphore(pace.atOnce(), true);
  }

  /**
   * Loads and connects nothing.
   *
   * @param loopback whether the issuer is on loopback: then codes for channels that are not
   *     configured are printed on standard error
   */
  public static CodeDelivery of(DeliverySettings settings, boolean loopback, Clock clock) {
    return new CodeDelivery(settings, loopback ? System.err : null, clock, Pace.USUAL);
  }

  /**
   * Whether there is room for one more: asked before anything is kept that a code has to follow.
   *
   * @throws OAuthException {@code temporarily_unavailable} where too many are under way
   */
  public void requireRoom() {
    if (closed || places.availablePermits() == 0) {
      throw full();
    }
  }

  private OAuthException full() {
    return new OAuthException(
            ErrorCode.TEMPORARILY_UNAVAILABLE, "too many codes are being sent; try again soon")
        .withDetail("one-time codes: " + pace.waiting() + " messages are under way");
  }

  /**
   * Hands a message over.
   *
   * @throws OAuthException {@code temporarily_unavailable} where too many are under way
   */
  public void send(Message message) {
    accept(message, true);
  }

  /**
   * Does the same with a message for somebody who is not there, in the same time and with the same
   * refusals. It ends nowhere, whatever its destination.
   *
   * @throws OAuthException {@code temporarily_unavailable} where too many are under way
   */
  public void sendNowhere(Message message) {
    accept(message, false);
  }

  private void accept(Message message, boolean somebody) {
    if (closed || !places.tryAcquire()) {
      throw full();
    }
    Instant expires = clock.instant().plus(message.validity());
    Thread.ofVirtual()
        .name("code-delivery")
        .start(() -> {
          threads.add(Thread.currentThread());
          try {
            deliver(message, somebody, expires);
          } catch (InterruptedException e) {
            note(message, somebody, "the server stopped");
          } catch (RuntimeException e) {
            LOG.error("a one-time code was not sent: {}", e.getClass().getName());
          } finally {
            threads.remove(Thread.currentThread());
            places.release();
          }
        });
  }

  private void deliver(Message message, boolean somebody, Instant expires)
      throws InterruptedException {
    Thread.sleep(
        Duration.ofNanos(
            (long) (ThreadLocalRandom.current().nextDouble() * pace.start().toNanos())));
    int failed = 0;
    while (true) {
      @Nullable DeliveryFailure failure = attempt(message, somebody, expires);
      if (failure == null) {
        sent(message, somebody, failed + 1);
        return;
      }
      failed++;
      if (!failure.isPassing() || failed > pace.retries().size()) {
        note(message, somebody, failure.reason());
        return;
      }
      Duration pause = pace.retries().get(failed - 1);
      if (!clock.instant().plus(pause).isBefore(expires)) {
        note(message, somebody, failure.reason() + "; the code expires");
        return;
      }
      Thread.sleep(pause);
    }
  }

  /** Null where it was taken. */
  private @Nullable DeliveryFailure attempt(Message message, boolean somebody, Instant expires)
      throws InterruptedException {
    attempts.acquire();
    try {
      Duration left = Duration.between(clock.instant(), expires);
      if (!left.isPositive()) {
        return DeliveryFailure.forGood("the code expired before there was time to send it");
      }
      long start = System.nanoTime();
      @Nullable DeliveryFailure failure = bounded(message, somebody, left);
      if (somebody && (failure == null || failure.isPassing())) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        nowhere.remember(message.channel(), took, failure == null);
      }
      return failure;
    } finally {
      attempts.release();
    }
  }

  /** On a thread of its own: an interrupt ends whatever a virtual thread waits for. */
  private @Nullable DeliveryFailure bounded(Message message, boolean somebody, Duration left)
      throws InterruptedException {
    DeliveryFailure tooLong =
        DeliveryFailure.forNow("it took longer than " + pace.attempt().toSeconds() + " s");
    AtomicReference<@Nullable DeliveryFailure> outcome = new AtomicReference<>(tooLong);
    Thread thread =
        Thread.ofVirtual()
            .name("code-delivery-attempt")
            .start(() -> outcome.set(tried(message, somebody, left)));
    try {
      if (thread.join(pace.attempt())) {
        return outcome.get();
      }
    } finally {
      thread.interrupt();
    }
    boolean ended = thread.join(AFTERWARDS);
    return ended && outcome.get() == null ? null : tooLong;
  }

  private @Nullable DeliveryFailure tried(Message message, boolean somebody, Duration left) {
    try {
      (somebody ? transports.of(message.channel()) : nowhere).deliver(message, left);
      return null;
    } catch (DeliveryFailure e) {
      return e;
    } catch (InterruptedException e) {
      return DeliveryFailure.forNow("it took too long");
    } catch (RuntimeException | LinkageError e) {
      // Its message may repeat what was to be sent.
      return DeliveryFailure.forGood("a fault: " + e.getClass().getName());
    }
  }

  private void sent(Message message, boolean somebody, int attempt) {
    if (somebody) {
      SecurityLog.note(
          "code_sent",
          "channel",
          message.channel().wireName(),
          "to",
          Masked.inLog(message.channel(), message.destination()),
          "reference",
          message.reference(),
          "attempts",
          String.valueOf(attempt));
    } else {
      note(message, false, "nobody");
    }
  }

  private static void note(Message message, boolean somebody, String reason) {
    if (!somebody) {
      SecurityLog.note(
          "code_for_nobody",
          "channel",
          message.channel().wireName(),
          "reference",
          message.reference());
      return;
    }
    SecurityLog.warn(
        "code_not_sent",
        "channel",
        message.channel().wireName(),
        "to",
        Masked.inLog(message.channel(), message.destination()),
        "reference",
        message.reference(),
        "reason",
        reason);
  }

  /** Takes no more, and waits at most ten seconds for what was accepted. */
  @Override
  public void close() {
    closed = true;
    try {
      if (!places.tryAcquire(pace.waiting(), pace.close().toNanos(), TimeUnit.NANOSECONDS)) {
        threads.forEach(Thread::interrupt);
        boolean over =
            places.tryAcquire(pace.waiting(), pace.close().toNanos(), TimeUnit.NANOSECONDS);
        LOG.warn("one-time codes were given up at the stop{}", over ? "" : "; some still wait");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    transports.close();
  }
}

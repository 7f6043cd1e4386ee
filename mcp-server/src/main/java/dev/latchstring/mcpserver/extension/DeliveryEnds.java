package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.delivery.DeliveredAccount;
import dev.latchstring.client.delivery.DeliveryCheck;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells when a delivered token has ended: one watch for each account, however often it is fed. */
final class DeliveryEnds implements AutoCloseable {
  private final Runnable onEnd;
  private final Clock clock;
  private final Map<DeliveredAccount, CompletableFuture<Boolean>> watches =
      new ConcurrentHashMap<>();

  DeliveryEnds(Runnable onEnd, Clock clock) {
    this.onEnd = onEnd;
    this.clock = clock;
  }

  void watch(AuthSubject subject, @Nullable Instant end) {
    forget(subject);
    if (end != null) {
      Instant last = end.minusSeconds(DeliveryCheck.MARGIN_SECONDS);
      long millis = Math.max(0, Duration.between(clock.instant(), last).toMillis() + 1);
      CompletableFuture<Boolean> watch =
          new CompletableFuture<Boolean>().completeOnTimeout(true, millis, TimeUnit.MILLISECONDS);
      watches.put(subject.account(), watch);
      Thread.ofVirtual().start(() -> tellOf(watch));
    }
  }

  void forget(AuthSubject subject) {
    CompletableFuture<Boolean> before = watches.remove(subject.account());
    if (before != null) {
      before.complete(false);
    }
  }

  /** True is its time, false that nobody waits any more. */
  private void tellOf(CompletableFuture<Boolean> watch) {
    if (watch.join()) {
      onEnd.run();
    }
  }

  @Override
  public void close() {
    watches.values().forEach(watch -> watch.complete(false));
    watches.clear();
  }
}

package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.delivery.DeliveredAccount;
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
      CompletableFuture<Boolean> watch = new CompletableFuture<>();
      watches.put(subject.account(), watch);
      long millis = Math.max(0, Duration.between(clock.instant(), end).toMillis());
      watch
          .completeOnTimeout(true, millis, TimeUnit.MILLISECONDS)
          .thenAcceptAsync(this::ended, task -> Thread.ofVirtual().start(task));
    }
  }

  void forget(AuthSubject subject) {
    CompletableFuture<Boolean> before = watches.remove(subject.account());
    if (before != null) {
      before.complete(false);
    }
  }

  private void ended(boolean byItself) {
    if (byItself) {
      onEnd.run();
    }
  }

  @Override
  public void close() {
    watches.values().forEach(watch -> watch.complete(false));
    watches.clear();
  }
}

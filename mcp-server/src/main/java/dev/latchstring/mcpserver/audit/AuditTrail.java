package dev.latchstring.mcpserver.audit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries from those who decide and gives them to sinks, one after the other, on a thread of
 * its own that lives while there is something to give.
 *
 * <p>At most {@value #MAX_WAITING} entries wait. Beyond that new ones are lost and counted, and the
 * sinks are told how many: a slow log must not stop a server, and what is missing must be seen.
 */
public final class AuditTrail {
  /** The most entries that wait. */
  public static final int MAX_WAITING = 8192;

  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

  private final List<AuditSink> sinks;
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();

  private AuditTrail(List<AuditSink> sinks) {
    this.sinks = List.copyOf(sinks);
  }

  /** A trail to these sinks; to nowhere where there are none. */
  public static AuditTrail to(AuditSink... sinks) {
    return new AuditTrail(List.of(sinks));
  }

  /** Takes an entry, without waiting for anything. */
  public void add(AuditEntry entry) {
    if (sinks.isEmpty()) {
      return;
    }
    if (size.get() >= MAX_WAITING) {
      lost.incrementAndGet();
    } else {
      size.incrementAndGet();
      enqueue(() -> {
        size.decrementAndGet();
        give(entry);
      });
    }
  }

  private void enqueue(Runnable task) {
    waiting.add(task);
    if (work.getAndIncrement() == 0) {
      Thread.ofVirtual().name("audit").start(this::drain);
    }
  }

  /** Whoever made the work begin does all of it: one at a time, in order. */
  private void drain() {
    int seen = 1;
    do {
      for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
        task.run();
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private void give(AuditEntry entry) {
    long before = lost.getAndSet(0);
    for (AuditSink sink : sinks) {
      try {
        if (before > 0) {
          sink.lost(before);
        }
        sink.keep(entry);
      } catch (RuntimeException | Error e) {
        LOG.error("an entry of the audit trail is lost: {} failed", sink.getClass().getName(), e);
      }
    }
  }

  /**
   * Waits until the entries that were taken before are given.
   *
   * @return whether they were, in time
   */
  public boolean flush(Duration most) {
    CountDownLatch given = new CountDownLatch(1);
    enqueue(given::countDown);
    try {
      return given.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

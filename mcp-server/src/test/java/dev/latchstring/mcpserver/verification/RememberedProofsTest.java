package dev.latchstring.mcpserver.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** RFC 9449 §11.1. */
class RememberedProofsTest {
  @Test
  void of_two_uses_in_the_same_instant_one_is_the_first() throws Exception {
    int rounds = 5_000;
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    RememberedProofs proofs = new RememberedProofs(rounds + 1, clock);
    AtomicInteger first = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int thread = 0; thread < 2; thread++) {
        threads.submit(() -> {
          for (int round = 0; round < rounds; round++) {
            together.await();
            if (proofs.isFirstUse("key", "id-" + round, clock.instant().plusSeconds(300))) {
              first.incrementAndGet();
            }
          }
          return true;
        });
      }
    }
    assertThat(first).hasValue(rounds);
  }
}

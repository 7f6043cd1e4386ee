package dev.latchstring.client.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SingleLoginTest {
  private final SingleLogin single = new SingleLogin();

  @Test
  void who_waits_for_a_login_shares_its_no() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    AtomicInteger prompts = new AtomicInteger();
    Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(() -> {
            try {
              single.runOrJoin(() -> {
                prompts.incrementAndGet();
                asked.countDown();
                awaitQuietly(answered);
                throw new ClientException(Problem.LOGIN_REQUIRED, "denied", "ask again");
              });
            } catch (RuntimeException e) {
              ends.add(e);
            }
          });
      threads.add(thread);
      thread.start();
      asked.await();
    }
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    answered.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(prompts).hasValue(1);
    assertThat(ends)
        .hasSize(8)
        .doesNotHaveDuplicates()
        .allSatisfy(end -> {
          assertThat(end).isInstanceOf(ClientException.class).hasMessage("denied");
          assertThat(((ClientException) end).hint()).isEqualTo("ask again");
        });
  }

  @Test
  void after_its_end_the_next_one_runs() {
    assertThat(single.runOrJoin(() -> {})).isTrue();
    assertThatThrownBy(() ->
            single.runOrJoin(() -> {
              throw new IllegalStateException("broke");
            }))
        .hasMessage("broke");
    assertThat(single.runOrJoin(() -> {})).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

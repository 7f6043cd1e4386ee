package dev.latchstring.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A program around the library that leaves nothing of the common pool. */
@Isolated("fills the common pool")
@Timeout(300)
class BusyProgramTest {
  @Test
  void answers_come_while_every_thread_of_the_common_pool_waits_for_them() throws Exception {
    CountDownLatch full = new CountDownLatch(ForkJoinPool.getCommonPoolParallelism());
    CountDownLatch done = new CountDownLatch(1);
    try (TestServer server = new TestServer();
        Http http = new Http(Duration.ofSeconds(5))) {
      server.on("/", Answer.json(200, "{}"));
      for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
        ForkJoinPool.commonPool()
            .execute(() -> {
              full.countDown();
              try {
                done.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
      }
      assertThat(full.await(120, TimeUnit.SECONDS)).isTrue();
      assertThat(http.get(server.uri("/")).status()).isEqualTo(200);
    } finally {
      done.countDown();
    }
  }

  @Test
  void who_waits_for_an_answer_can_be_interrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> release = new CompletableFuture<>();
    AtomicReference<ClientException> thrown = new AtomicReference<>();
    try (TestServer server = new TestServer();
        Http http = new Http(Duration.ofSeconds(40))) {
      server.on(
          "/",
          request -> {
            asked.countDown();
            release.join();
            return Answer.status(200);
          });
      Thread waiting =
          Thread.ofVirtual()
              .start(() ->
                  thrown.set(
                      catchThrowableOfType(
                          ClientException.class, () -> http.get(server.uri("/")))));
      assertThat(asked.await(120, TimeUnit.SECONDS)).isTrue();
      waiting.interrupt();
      assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
      assertThat(thrown.get().problem()).isEqualTo(Problem.NETWORK);
      assertThat(thrown.get()).hasMessageContaining("interrupted");
    } finally {
      release.complete(null);
    }
  }
}

package dev.latchstring.authorizationserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class FullQueueTest {
  private final DatabaseConfiguration configuration;

  FullQueueTest(DatabaseKind kind) {
    DatabaseConfiguration usual = kind.fresh();
    configuration =
        new DatabaseConfiguration(
            usual.url(), usual.user(), usual.password(), 2, 4, Duration.ofSeconds(10));
  }

  @Test
  void more_than_the_queue_holds_is_refused_and_the_rest_is_done() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Database database = Database.open(configuration);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first =
          threads.submit(() ->
              database.write(handle -> {
                running.countDown();
                try {
                  return goOn.await(120, java.util.concurrent.TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
      running.await();

      CountDownLatch refused = new CountDownLatch(1);
      Future<List<Boolean>> others =
          threads.submit(() ->
              Together.run(
                  50,
                  () -> {
                    try {
                      database.write(handle -> true);
                      return true;
                    } catch (OAuthException e) {
                      assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
                      refused.countDown();
                      return false;
                    }
                  }));
      refused.await();
      goOn.countDown();

      assertThat(first.get()).isTrue();
      assertThat(others.get()).contains(true, false);
    }
  }
}

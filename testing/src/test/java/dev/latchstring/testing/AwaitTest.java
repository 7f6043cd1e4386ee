package dev.latchstring.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void it_ends_when_the_answer_is_yes() throws Exception {
    AtomicInteger asked = new AtomicInteger();

    Await.until("the third question", Duration.ofSeconds(5), () -> asked.incrementAndGet() == 3);

    assertThat(asked).hasValue(3);
  }

  @Test
  void a_wait_that_is_too_long_says_for_what() {
    assertThatThrownBy(() -> Await.until("a bus", Duration.ofMillis(50), () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage("waited 0.05 s for a bus");
  }
}

package dev.latchstring.authorizationserver.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTest {
  @ParameterizedTest
  @CsvSource({
    "SMS,+33 6 12 34 56 42,•••42",
    "VOICE,+336123456-4-2,•••42",
    "SMS,none,•••",
    "SMS,7,•••",
    "EMAIL,alice@example.com,•••@•••",
    "EMAIL,nonsense,•••@•••"
  })
  void people_are_told_the_end_of_a_number_and_nothing_of_a_mail_address(
      Channel channel, String destination, String told) {
    assertThat(Masked.destination(channel, destination)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({
    "SMS,+33 6 12 34 56 42,***42",
    "EMAIL,alice@example.com,a***@example.com",
    "EMAIL,nonsense,***",
    "EMAIL,@example.com,***"
  })
  void the_log_tells_the_operator_a_little_more_in_ascii(
      Channel channel, String destination, String told) {
    assertThat(Masked.inLog(channel, destination)).isEqualTo(told);
  }

  @Test
  void a_decoy_looks_like_what_real_people_get_and_is_the_same_each_time() {
    for (Channel channel : Channel.values()) {
      byte[] seed = ByteBuffer.allocate(32).putLong(-7).array();
      assertThat(Masked.decoy(channel, seed))
          .isEqualTo(Masked.decoy(channel, seed.clone()))
          .matches(channel == Channel.EMAIL ? "\u2022{3}@\u2022{3}" : "\u2022{3}[0-9]{2}");
    }
  }

  @Test
  void every_ending_is_as_likely_among_decoys() {
    Random random = new Random(1);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      counts.merge(Masked.decoy(Channel.SMS, seed), 1, Integer::sum);
    }

    assertThat(counts).hasSize(100);
    assertThat(counts.values()).allMatch(count -> count > 800 && count < 1200);
  }
}

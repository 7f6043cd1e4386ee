package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

class ChallengeFuzzTest {
  @FuzzTest
  void whatever_a_server_sends_is_read_and_can_be_sent_on(byte[] input) {
    List<String> headers = new String(input, ISO_8859_1).lines().toList();
    List<Challenge> challenges = Challenge.parse(headers);
    assertThat(challenges).hasSizeLessThanOrEqualTo(Challenge.MAX_CHALLENGES);
    for (Challenge challenge : challenges) {
      assertThat(challenge.scheme()).isNotEmpty();
      String header = challenge.header();
      assertThat(header.chars()).allMatch(c -> c >= 0x20 && c <= 0x7E);
      if (header.length() <= Challenge.MAX_LENGTH) {
        List<Challenge> again = Challenge.parse(List.of(header));
        assertThat(again).hasSize(1);
        assertThat(again.getFirst().header()).isEqualTo(header);
        assertThat(again.getFirst().parameters().keySet())
            .isEqualTo(challenge.parameters().keySet());
      }
    }
  }
}

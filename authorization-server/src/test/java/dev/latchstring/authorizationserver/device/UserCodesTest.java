package dev.latchstring.authorizationserver.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.Together;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserCodesTest {
  private static final int SOME = 30_000;

  private final SecureRandom random = new SecureRandom();
  private final ServerKey.Derived hashing =
      ServerKey.load(
              Base64.getEncoder().encodeToString(random.generateSeed(32)),
              Path.of("unused"),
              random)
          .derive("user-code");
  private final UserCodes codes = new UserCodes(random, hashing);

  @Test
  void a_code_comes_with_its_hash() {
    UserCodes.Hashed next = codes.next();
    assertThat(next.hash()).isEqualTo(hashing.hmac(next.code().letters()));
    assertThat(codes.hash(next.code())).isEqualTo(next.hash());
  }

  @Test
  void they_are_given_out_round_and_round_by_their_hash() {
    int rounds = 0;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < SOME; i++) {
      long place = codes.next().place();
      rounds += place < last ? 1 : 0;
      last = place;
    }
    // In no order there would be 15,000; while the first thousands are made there are some.
    assertThat(rounds).isBetween(1, 60);
  }

  @Test
  void every_letter_is_at_every_place_as_often_as_another() {
    int[][] counts = new int[8][128];
    for (int i = 0; i < SOME; i++) {
      String letters = codes.next().code().letters();
      for (int place = 0; place < 8; place++) {
        counts[place][letters.charAt(place)]++;
      }
    }
    // 1,500 of each are expected; seven standard deviations either way.
    for (int[] place : counts) {
      for (char letter : "BCDFGHJKLMNPQRSTVWXZ".toCharArray()) {
        assertThat(place[letter]).isBetween(1235, 1765);
      }
    }
  }

  @Test
  void none_is_given_out_twice_to_many_who_ask_at_once() throws Exception {
    List<List<String>> all =
        Together.run(
            8,
            () -> {
              List<String> mine = new ArrayList<>();
              for (int i = 0; i < 1000; i++) {
                mine.add(codes.next().code().letters());
              }
              return mine;
            });
    // Chance gives the same code twice among these once in 800 runs; an error would, often.
    assertThat(all.stream().flatMap(List::stream).distinct().count()).isGreaterThan(7_990);
  }
}

package dev.latchstring.oauth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ActorChainTest {
  private static Map<String, Object> chain(int depth) {
    return depth == 1 ? Map.of("sub", "a") : Map.of("sub", "a", "act", chain(depth - 1));
  }

  @Test
  void who_acts_now_stands_before_who_acted() {
    assertThat(ActorChain.extended("b", Map.of("sub", "a")))
        .contains(Map.of("sub", "b", "act", Map.of("sub", "a")));
    assertThat(ActorChain.extended("a", null)).contains(Map.of("sub", "a"));
  }

  @Test
  void a_chain_has_an_end() {
    assertThat(ActorChain.checked(chain(5))).isPresent();
    assertThat(ActorChain.checked(chain(6))).isEmpty();
    assertThat(ActorChain.extended("b", chain(4))).isPresent();
    assertThat(ActorChain.extended("b", chain(5))).isEmpty();
  }

  @Test
  void an_actor_is_texts_that_identify_and_nothing_else() {
    assertThat(ActorChain.checked(Map.of("sub", "a", "iss", "https://i", "client_id", "c")))
        .isPresent();
    assertThat(ActorChain.checked(Map.of("sub", "a", "exp", 7))).isEmpty();
    assertThat(ActorChain.checked(Map.of("sub", 7))).isEmpty();
    assertThat(ActorChain.checked(Map.of("sub", ""))).isEmpty();
    assertThat(ActorChain.checked(Map.of("sub", "x".repeat(513)))).isEmpty();
    assertThat(ActorChain.checked(Map.of("iss", "https://i"))).isEmpty();
    assertThat(ActorChain.checked(Map.of("sub", "a", "act", "b"))).isEmpty();
    assertThat(ActorChain.checked("a")).isEmpty();
    assertThat(ActorChain.checked(null)).isEmpty();
  }
}

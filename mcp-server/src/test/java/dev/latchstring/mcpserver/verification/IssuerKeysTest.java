package dev.latchstring.mcpserver.verification;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
  private final Scene scene = Scene.open();

  @AfterEach
  void close() {
    scene.close();
  }

  private int status(ECKey key) {
    String token = scene.issuer.jwt(key, scene.server.resource(), "clinic:read", claims -> claims);
    return scene.send(token, call("find_appointments")).status();
  }

  @Test
  void keys_are_fetched_once_for_many_tokens() {
    for (int i = 0; i < 5; i++) {
      assertThat(status(scene.key)).isEqualTo(200);
    }

    assertThat(scene.issuer.keyFetches).hasValue(1);
  }

  @Test
  void a_new_key_is_found_at_once_and_no_flood_of_names_makes_us_ask_more_often() throws Exception {
    assertThat(status(scene.key)).isEqualTo(200);
    scene.clock.advance(Duration.ofSeconds(11));
    ECKey next = scene.issuer.newEcKey("ec-2");

    assertThat(status(next)).isEqualTo(200);
    assertThat(scene.issuer.keyFetches).hasValue(2);

    for (int i = 0; i < 5; i++) {
      ECKey unknown =
          new com.nimbusds.jose.jwk.gen.ECKeyGenerator(com.nimbusds.jose.jwk.Curve.P_256)
              .keyID("made-up-" + i)
              .generate();
      assertThat(status(unknown)).isEqualTo(401);
    }
    assertThat(scene.issuer.keyFetches).hasValue(2);
  }

  @Test
  void a_withdrawn_key_is_believed_no_longer_than_the_keys_live() {
    ECKey old = scene.issuer.newEcKey("ec-old");
    assertThat(status(old)).isEqualTo(200);
    scene.issuer.withdraw(old);

    scene.clock.advance(Duration.ofMinutes(IssuerKeys.LIFETIME_MINUTES).plusSeconds(1));

    assertThat(status(old)).isEqualTo(401);
    assertThat(status(scene.key)).isEqualTo(200);
  }

  @Test
  void known_keys_outlive_an_issuer_that_is_down_but_not_for_ever() {
    assertThat(status(scene.key)).isEqualTo(200);
    scene.issuer.failing(true);

    scene.clock.advance(Duration.ofHours(IssuerKeys.STALE_HOURS).minusMinutes(1));
    assertThat(status(scene.key)).isEqualTo(200);

    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(status(scene.key)).isEqualTo(503);
  }

  @Test
  void an_issuer_that_comes_up_late_is_found() {
    scene.issuer.failing(true);
    String token = scene.token("clinic:read");
    Http.Answer early = scene.send(token, call("find_appointments"));
    assertThat(early.status()).isEqualTo(503);
    assertThat(early.header("WWW-Authenticate")).isNull();

    scene.issuer.failing(false);
    scene.clock.advance(Duration.ofSeconds(IssuerKeys.COOLDOWN_SECONDS));

    assertThat(scene.send(token, call("find_appointments")).status()).isEqualTo(200);
  }
}

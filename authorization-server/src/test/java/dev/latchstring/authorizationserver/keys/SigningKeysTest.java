package dev.latchstring.authorizationserver.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.authorizationserver.store.DatabaseException;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class SigningKeysTest extends StoreFixture {
  private static final KeyRotation ROTATION =
      new KeyRotation(Duration.ofDays(90), Duration.ofDays(2), Duration.ofDays(1));

  SigningKeysTest(DatabaseKind kind) {
    super(kind);
  }

  private SigningKeys open() {
    return SigningKeys.open(database, key, ROTATION, clock, random);
  }

  private static String kid(SigningKeys keys) {
    return keys.current(SigningKeys.ES256).kid();
  }

  private static List<String> published(SigningKeys keys, String algorithm) throws ParseException {
    return JWKSet.parse(new String(keys.jwks(), StandardCharsets.UTF_8)).getKeys().stream()
        .filter(jwk -> jwk.getAlgorithm().getName().equals(algorithm))
        .map(JWK::getKeyID)
        .toList();
  }

  @Test
  void the_first_start_makes_a_key_that_the_next_start_and_other_nodes_use() throws Exception {
    SigningKeys first = open();
    SigningKeys other = open();

    assertThat(kid(other)).isEqualTo(kid(first));
    assertThat(published(first, "ES256")).containsExactly(kid(first));
    String jwt =
        first.current(SigningKeys.ES256).sign("at+jwt", "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(jwt.split("\\.")).hasSize(3);
  }

  @Test
  void nodes_that_start_at_the_same_moment_agree_on_one_key() throws Exception {
    List<String> kids = Together.run(8, () -> kid(open()));

    assertThat(new HashSet<>(kids)).hasSize(1);
    assertThat(rows("signing_key")).isEqualTo(1);
  }

  @Test
  void the_next_key_is_published_before_it_signs_and_the_old_one_while_its_tokens_live()
      throws Exception {
    SigningKeys keys = open();
    String first = kid(keys);

    clock.advance(Duration.ofDays(88).minusSeconds(1));
    keys.maintain();
    assertThat(published(keys, "ES256")).containsExactly(first);

    clock.advance(Duration.ofSeconds(1));
    keys.maintain();
    assertThat(published(keys, "ES256")).hasSize(2).contains(first);
    assertThat(kid(keys)).isEqualTo(first);

    clock.advance(Duration.ofDays(2));
    String second = kid(keys);
    assertThat(second).isNotEqualTo(first);
    keys.maintain();
    assertThat(published(keys, "ES256")).containsExactly(second, first);

    clock.advance(Duration.ofDays(1).plusSeconds(1));
    keys.maintain();
    assertThat(published(keys, "ES256")).containsExactly(second);
    assertThat(kid(open())).isEqualTo(second);
  }

  @Test
  void a_server_that_slept_over_the_date_still_publishes_the_next_key_first() throws Exception {
    SigningKeys keys = open();
    String first = kid(keys);
    clock.advance(Duration.ofDays(400));

    keys.maintain();
    assertThat(kid(keys)).isEqualTo(first);
    clock.advance(Duration.ofDays(2));
    assertThat(kid(keys)).isNotEqualTo(first);
  }

  @Test
  void rs256_comes_with_maintenance() throws Exception {
    SigningKeys keys = open();
    keys.maintain();
    assertThat(published(keys, "RS256")).containsExactly(keys.current(SigningKeys.RS256).kid());
  }

  @Test
  void nothing_private_is_published_or_stored_in_clear() {
    SigningKeys keys = open();
    assertThat(new String(keys.jwks(), StandardCharsets.UTF_8)).doesNotContain("\"d\":");
    assertThat(dump("signing_key")).doesNotContain("\"d\":");
    String stored =
        database.read(handle ->
            handle
                .createQuery("select private_key from signing_key")
                .map((row, context) -> new String(row.getBytes(1), StandardCharsets.ISO_8859_1))
                .one());
    assertThat(stored).doesNotContain("\"d\":").doesNotContain("\"kty\"");
  }

  @Test
  void another_server_key_is_refused_with_a_hint() {
    open();
    ServerKey another =
        ServerKey.load(Base64.getEncoder().encodeToString(new byte[32]), Path.of("x"), random);

    assertThatThrownBy(() -> SigningKeys.open(database, another, ROTATION, clock, random))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.hint()).contains("LATCH_KEY_ENCRYPTION_KEY"));
  }
}

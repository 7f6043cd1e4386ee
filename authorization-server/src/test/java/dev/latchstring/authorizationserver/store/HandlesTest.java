package dev.latchstring.authorizationserver.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.oauth.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class HandlesTest extends StoreFixture {
  private final boolean ascending;
  private Handles handles;

  HandlesTest(DatabaseKind kind) {
    super(kind);
    ascending = kind == DatabaseKind.SQLITE;
  }

  @BeforeEach
  void create() {
    handles = new Handles(database, clock, random);
  }

  @Test
  void a_handle_has_256_random_bits_after_its_place() {
    String one = handles.next();
    String other = handles.next();

    assertThat(one).matches("[A-Za-z0-9_-]{50}").satisfies(text -> Handles.isOne(text));
    assertThat(one.substring(7)).isNotEqualTo(other.substring(7));
  }

  @Test
  void keys_follow_time_where_one_thread_writes_and_nothing_elsewhere() {
    List<String> keys = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      keys.add(HexFormat.of().formatHex(Handles.key(handles.next())));
      names.add(handles.nextPublic());
      clock.advance(Duration.ofMillis(i * 1000L + 1));
    }

    assertThat(keys.equals(keys.stream().sorted().toList())).isEqualTo(ascending);
    assertThat(names.equals(names.stream().sorted().toList())).isEqualTo(ascending);
    assertThat(names).allMatch(name -> name.matches("[A-Za-z0-9_-]{22}")).doesNotHaveDuplicates();
  }

  @Test
  void a_key_is_the_place_and_a_hash_of_everything() {
    String handle = handles.next();
    byte[] key = Handles.key(handle);

    assertThat(key).hasSize(32).startsWith(handle.substring(0, 7).getBytes(US_ASCII));
    assertThat(Arrays.copyOfRange(key, 7, 32)).isEqualTo(Arrays.copyOf(Secrets.sha256(handle), 25));
    assertThat(Handles.key((handle.charAt(0) == 'x' ? "y" : "x") + handle.substring(1)))
        .isNotEqualTo(key);
  }

  @Test
  void what_had_another_form_once_is_still_found() {
    String before = Secrets.newToken(random);
    assertThat(Handles.key(before)).isEqualTo(Secrets.sha256(before));
    assertThat(Handles.isOne(before)).isFalse();
  }
}

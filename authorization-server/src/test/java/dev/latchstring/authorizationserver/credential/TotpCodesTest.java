package dev.latchstring.authorizationserver.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.credential.TotpSecret.Algorithm;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.store.DatabaseException;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryDatabase
class TotpCodesTest extends StoreFixture {
  private static final String ALICE = "alice-subject";
  private static final String BOB = "bob-subject";

  private TotpSecretStore secrets;
  private TotpCodes codes;
  private TotpSecret secret;

  TotpCodesTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void enrol() {
    secrets = new TotpSecretStore(database, clock, key, random);
    codes = new TotpCodes(secrets, clock, random);
    secret = TotpSecret.random(random);
    assertThat(secrets.enrol(ALICE, secret, now() - 10)).isTrue();
  }

  private long now() {
    return TotpSecret.step(clock.instant());
  }

  private String code(int drift) {
    return secret.code(now() + drift);
  }

  @Test
  void the_code_of_now_is_right_however_it_is_spaced() {
    String code = code(0);
    assertThat(codes.verify(ALICE, code.substring(0, 3) + " " + code.substring(3))).isTrue();
  }

  @Test
  void the_code_before_and_the_one_after_are_right_and_no_others() {
    for (int drift : new int[] {-3, -2, 2, 3}) {
      assertThat(codes.verify(ALICE, code(drift))).as("drift %d", drift).isFalse();
    }
    assertThat(codes.verify(ALICE, code(-1))).isTrue();
    assertThat(codes.verify(ALICE, code(0))).isTrue();
    assertThat(codes.verify(ALICE, code(1))).isTrue();
  }

  @Test
  void a_code_is_accepted_once_and_none_before_it_is_after_that() {
    String before = code(-1);
    String current = code(0);
    assertThat(codes.verify(ALICE, current)).isTrue();

    assertThat(codes.verify(ALICE, current)).isFalse();
    assertThat(codes.verify(ALICE, before)).isFalse();
    clock.advance(TotpSecret.STEP);
    assertThat(codes.verify(ALICE, current)).isFalse();
    assertThat(codes.verify(ALICE, code(0))).isTrue();
  }

  @Test
  void of_many_who_bring_the_same_code_at_the_same_moment_one_gets_in() throws Exception {
    for (int round = 0; round < 5; round++) {
      String code = code(0);

      List<Boolean> answers = Together.run(24, () -> codes.verify(ALICE, code));

      assertThat(answers).filteredOn(answer -> answer).hasSize(1);
      clock.advance(TotpSecret.STEP);
    }
  }

  @Test
  void a_code_is_its_owners_alone() {
    assertThat(codes.verify(BOB, code(0))).isFalse();
    assertThat(codes.verify(null, code(0))).isFalse();
    assertThat(codes.verify("", code(0))).isFalse();
    assertThat(codes.verify("aaaa", code(0))).isFalse();
    assertThat(codes.verify("zzzz", code(0))).isFalse();
    assertThat(codes.verify(ALICE, code(0))).isTrue();
  }

  @Test
  void nobody_has_a_secret_and_nobody_is_let_in() {
    assertThat(secrets.remove(ALICE)).isTrue();
    assertThat(codes.verify(ALICE, code(0))).isFalse();
    assertThat(codes.verify(null, code(0))).isFalse();
  }

  @Test
  void what_is_no_code_is_wrong() {
    for (String wrong :
        List.of("", " ", "12345", "1234567", "abcdef", "１２３４５６", "0".repeat(40), "-000000")) {
      assertThat(codes.verify(ALICE, wrong)).as(wrong).isFalse();
    }
    String padded = "0" + code(0);
    assertThat(codes.verify(ALICE, padded)).isFalse();
  }

  @Test
  void setting_up_anew_ends_the_secret_before() {
    String old = code(0);
    TotpSecret next = TotpSecret.random(random);
    assertThat(secrets.enrol(ALICE, next, now() - 1)).isTrue();

    assertThat(codes.verify(ALICE, old)).isFalse();
    assertThat(codes.verify(ALICE, next.code(now()))).isTrue();
  }

  @Test
  void the_configuration_puts_changes_and_removes_its_own_secrets_and_nobody_elses() {
    TotpSecret operators = TotpSecret.parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Algorithm.SHA256);
    secrets.provision(Map.of(BOB, operators));
    assertThat(codes.verify(BOB, operators.code(now()))).isTrue();
    assertThat(codes.verify(ALICE, code(0))).isTrue();

    secrets.provision(Map.of(BOB, operators));
    assertThat(codes.verify(BOB, operators.code(now()))).as("used before the restart").isFalse();

    assertThat(secrets.remove(BOB)).as("by the person").isFalse();
    assertThat(secrets.enrol(BOB, secret, 0)).as("by the person").isFalse();
    assertThat(secrets.enrolled(BOB).orElseThrow().configured()).isTrue();

    TotpSecret sha1 = TotpSecret.parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Algorithm.SHA1);
    secrets.provision(Map.of(BOB, sha1));
    assertThat(codes.verify(BOB, operators.code(now() + 1))).isFalse();
    assertThat(codes.verify(BOB, sha1.code(now()))).isTrue();

    secrets.provision(Map.of());
    assertThat(secrets.enrolled(BOB)).isEmpty();
    assertThat(secrets.enrolled(ALICE)).isPresent();
  }

  @Test
  void a_configured_secret_takes_the_place_of_a_persons_own() {
    TotpSecret operators = TotpSecret.random(random);
    secrets.provision(Map.of(ALICE, operators));

    assertThat(codes.verify(ALICE, code(0))).isFalse();
    assertThat(codes.verify(ALICE, operators.code(now()))).isTrue();
  }

  @Test
  void the_database_shows_no_secret_and_its_rows_cannot_be_exchanged() {
    byte[] stored =
        database.read(handle ->
            handle
                .createQuery("select encrypted_secret from totp_secret")
                .map((row, context) -> row.getBytes(1))
                .one());
    assertThat(HexFormat.of().formatHex(stored))
        .doesNotContain(HexFormat.of().formatHex(secret.bytes()));
    assertThat(new String(stored, StandardCharsets.ISO_8859_1))
        .doesNotContain(secret.readable().replace(" ", ""));

    database.write(handle -> handle.execute("update totp_secret set subject = 'bob-subject'"));
    assertThatThrownBy(() -> codes.verify(BOB, code(0))).isInstanceOf(DatabaseException.class);
  }

  @Test
  void another_server_key_reads_nothing() {
    TotpSecretStore other =
        new TotpSecretStore(database, clock, ServerKey.inMemory(random), random);

    assertThatThrownBy(() -> new TotpCodes(other, clock, random).verify(ALICE, code(0)))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("TOTP secrets");
  }

  @Test
  void when_it_was_used_last_is_known() {
    assertThat(secrets.enrolled(ALICE).orElseThrow().lastUsedAt()).isNull();
    clock.advance(Duration.ofMinutes(7));
    codes.verify(ALICE, code(0));
    assertThat(secrets.enrolled(ALICE).orElseThrow().lastUsedAt()).isEqualTo(clock.instant());
  }
}

package dev.latchstring.oauth.dpop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9449 §8 and §11.1 to §11.3. */
class DpopNoncesTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:30Z");
  private static final TargetUri TOKEN = TargetUri.of("https://server.example.com/token");
  private static final ECKey KEY = DpopProofs.newKey(new SecureRandom());

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final DpopNonces nonces = DpopNonces.ofKey(new byte[32], now::get);
  private final DpopVerifier verifier = new DpopVerifier(now::get, nonces);

  private DpopProof verify(String nonce, long iat) {
    String proof = new ProofMaker(KEY, JWSAlgorithm.ES256, iat).claim("nonce", nonce).make();
    return verifier.verify(List.of(proof), "POST", TOKEN, null);
  }

  private void nonceIsAskedFor(String nonce) {
    assertThatExceptionOfType(OAuthException.class)
        .isThrownBy(() -> verify(nonce, START.getEpochSecond()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.USE_DPOP_NONCE));
  }

  @Test
  void a_nonce_decides_the_time_whatever_the_clients_clock_says() {
    DpopProof proof = verify(nonces.next(), 1_000_000_000);

    assertThat(proof.rememberUntil()).isEqualTo(Instant.parse("2026-11-21T10:06:00Z"));
    assertThat(proof.nextNonce()).isNull();
  }

  @Test
  void a_proof_without_a_nonce_is_told_to_use_one() {
    nonceIsAskedFor(null);
    assertThat(verifier.nextNonce()).isEqualTo(nonces.next());
  }

  @Test
  void a_nonce_lives_for_four_to_five_minutes_and_a_newer_one_is_offered() {
    String nonce = nonces.next();
    now.set(Instant.parse("2026-11-21T10:04:59Z"));
    assertThat(verify(nonce, 1).nextNonce()).isEqualTo(nonces.next()).isNotEqualTo(nonce);

    now.set(Instant.parse("2026-11-21T10:05:00Z"));
    nonceIsAskedFor(nonce);
  }

  @Test
  void nodes_with_one_key_know_each_others_nonces_and_others_do_not() {
    DpopNonces ahead = DpopNonces.ofKey(new byte[32], () -> now.get().plus(Duration.ofMinutes(1)));
    DpopNonces farAhead =
        DpopNonces.ofKey(new byte[32], () -> now.get().plus(Duration.ofMinutes(2)));
    byte[] otherKey = new byte[32];
    otherKey[0] = 1;

    assertThat(verify(ahead.next(), 1)).isNotNull();
    nonceIsAskedFor(farAhead.next());
    nonceIsAskedFor(DpopNonces.ofKey(otherKey, now::get).next());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", ".", "a.", ".a", "zzzzzzzzzzzzzz.a", "-1.AAAAAAAAAAAAAAAAAAAAAA", "h9.é"})
  void what_is_no_nonce_is_not_one(String nonce) {
    nonceIsAskedFor(nonce);
    nonceIsAskedFor(nonce.repeat(2000 / nonce.length()));
  }

  @Test
  void a_changed_nonce_is_not_ours() {
    String nonce = nonces.next();
    nonceIsAskedFor(nonce.substring(0, nonce.length() - 2) + "zz");
    nonceIsAskedFor(nonce + "A");
    nonceIsAskedFor("0" + nonce);
  }

  @Test
  void a_nonce_has_the_characters_that_a_header_and_a_claim_may_have() {
    assertThat(nonces.next()).matches("[0-9A-Za-z._-]{20,40}");
    assertThat(nonces.toString()).doesNotContain(nonces.next());
  }

  @Test
  void a_short_key_is_refused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> DpopNonces.ofKey(new byte[31], now::get));
  }
}

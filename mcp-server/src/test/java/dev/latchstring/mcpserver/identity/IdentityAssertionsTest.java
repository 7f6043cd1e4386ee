package dev.latchstring.mcpserver.identity;

import static dev.latchstring.mcpserver.fixture.Scene.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.TestClock;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.tools.Actor;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Who calls where a message is all there is, and everybody who would like to be somebody else. */
class IdentityAssertionsTest {
  private static final String AUDIENCE = "urn:example:team-tools";
  private static final String CALL = "tools/call";
  private static final JsonNode ARGUMENTS =
      Json.readTree("{\"branch\":\"main\",\"as_user\":\"root\",\"n\":1.50}");

  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T10:00:00Z"));
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final ECKey key = issuer.newEcKey("ec-1");
  private final IdentityAssertions identities =
      IdentityAssertions.builder(AUDIENCE).issuer(issuer.url()).clock(clock).build();

  @AfterEach
  void close() {
    identities.close();
    issuer.close();
  }

  private Map<String, Object> claims() {
    Map<String, Object> claims =
        new LinkedHashMap<>(issuer.claims(AUDIENCE, "alice", "repo:write"));
    claims.put("client_id", "gateway");
    claims.put("groups", List.of("platform"));
    claims.put("act", Map.of("sub", "gateway"));
    claims.put("exp", clock.instant().plusSeconds(60).getEpochSecond());
    claims.put(CallIdentity.DIGEST_CLAIM, CallDigest.of(CALL, "git_push", ARGUMENTS));
    return claims;
  }

  private String assertion(UnaryOperator<Map<String, Object>> changed) {
    return issuer.jwt(key, CallIdentity.TYPE, changed.apply(claims()));
  }

  private static JsonNode meta(Object identity) {
    return Json.mapper().valueToTree(Map.of(CallIdentity.META_KEY, identity, "progressToken", 1));
  }

  private Caller caller(String assertion) {
    return identities.caller(meta(assertion), CALL, "git_push", ARGUMENTS).orElseThrow();
  }

  private void refused(String assertion, String why) {
    assertThatThrownBy(() -> caller(assertion))
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN);
              assertThat(e.description()).contains(why).doesNotContain(assertion);
            });
  }

  @Test
  void an_assertion_for_this_call_says_who_calls_and_who_acts() {
    Caller caller = caller(assertion(claims -> claims));

    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.issuer()).isEqualTo(issuer.url());
    assertThat(caller.clientId()).isEqualTo("gateway");
    assertThat(caller.scope()).isEqualTo(Scope.of("repo:write"));
    assertThat(caller.teams()).containsExactly("platform");
    assertThat(caller.actors()).containsExactly(new Actor("gateway", null, null));
  }

  @Test
  void the_same_arguments_in_another_order_and_spelling_are_the_same_call() {
    JsonNode respelled =
        Json.readTree("{ \"n\":15e-1, \"as_user\":\"r\\u006fot\",\"branch\":\"main\"}");

    assertThat(
            identities
                .caller(meta(assertion(claims -> claims)), CALL, "git_push", respelled)
                .orElseThrow()
                .subject())
        .isEqualTo("alice");
  }

  @Test
  void an_argument_that_names_another_user_changes_nobody() {
    assertThat(caller(assertion(claims -> claims)).subject())
        .as("the arguments say as_user=root")
        .isEqualTo("alice");
  }

  @Test
  void unsigned_identity_is_refused_and_other_metadata_is_not_looked_at() {
    for (Object unsigned :
        List.of(
            Map.of("sub", "root", "iss", issuer.url()),
            "root",
            "",
            true,
            List.of(assertion(claims -> claims)))) {
      assertThatThrownBy(() -> identities.caller(meta(unsigned), CALL, "git_push", ARGUMENTS))
          .isInstanceOf(OAuthException.class);
    }
    assertThat(
            identities.caller(
                Json.readTree("{\"user\":\"root\",\"identity\":{\"sub\":\"root\"}}"),
                CALL,
                "git_push",
                ARGUMENTS))
        .isEmpty();
    assertThat(identities.caller(null, CALL, "git_push", ARGUMENTS)).isEmpty();
  }

  @Test
  void where_an_assertion_is_required_nobody_calls_without_one() {
    try (IdentityAssertions strict =
        IdentityAssertions.builder(AUDIENCE).issuer(issuer.url()).required().clock(clock).build()) {
      assertThatThrownBy(() -> strict.caller(null, CALL, "git_push", ARGUMENTS))
          .isInstanceOf(OAuthException.class)
          .hasMessageContaining("no identity assertion");
    }
  }

  record Bent(String what, UnaryOperator<Map<String, Object>> change, String why) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Bent> bent() {
    return List.of(
        new Bent("another server's", with("aud", "urn:example:other"), "another audience"),
        new Bent("two servers'", with("aud", List.of(AUDIENCE, "urn:other")), "for others as well"),
        new Bent("nobody's", with("aud", null), "another audience"),
        new Bent("without a life", with("exp", null), "expiry"),
        new Bent("without a beginning", with("iat", null), "iat"),
        new Bent("without a name", with("jti", null), "jti"),
        new Bent("without a subject", with("sub", null), "sub"),
        new Bent("without a client", with("client_id", null), "client_id"),
        new Bent("without a digest", with(CallIdentity.DIGEST_CLAIM, null), "another call"),
        new Bent(
            "with a digest of another kind", with(CallIdentity.DIGEST_CLAIM, 7), "another call"),
        new Bent(
            "for another tool",
            with(CallIdentity.DIGEST_CLAIM, CallDigest.of(CALL, "git_log", ARGUMENTS)),
            "another call"),
        new Bent(
            "for another method",
            with(CallIdentity.DIGEST_CLAIM, CallDigest.of("prompts/get", "git_push", ARGUMENTS)),
            "another call"),
        new Bent(
            "for other arguments",
            with(
                CallIdentity.DIGEST_CLAIM,
                CallDigest.of(
                    CALL, "git_push", Json.readTree("{\"branch\":\"prod\",\"as_user\":\"root\"}"))),
            "another call"),
        new Bent("bound to a key", with("cnf", Map.of("jkt", "x".repeat(43))), "bound to a key"),
        new Bent("with an endless chain", with("act", Map.of("act", Map.of())), "act"));
  }

  @ParameterizedTest
  @MethodSource("bent")
  void an_assertion_that_is_bent_is_refused(Bent bent) {
    refused(assertion(bent.change()), bent.why());
  }

  @Test
  void an_assertion_lives_no_longer_than_a_minute_and_not_beyond_its_end() {
    long now = clock.instant().getEpochSecond();
    refused(assertion(with("exp", now + 61)), "longer than 60");
    refused(assertion(with("exp", now)), "longer than 60");
    String good = assertion(claims -> claims);
    String late = assertion(with("iat", now + 11));

    refused(late, "future");
    clock.advance(Duration.ofSeconds(70));
    refused(good, "expired");
  }

  @Test
  void an_assertion_is_used_once_and_a_wrong_call_does_not_use_it_up() {
    String assertion = assertion(claims -> claims);
    assertThatThrownBy(() -> identities.caller(meta(assertion), CALL, "git_log", ARGUMENTS))
        .hasMessageContaining("another call");

    assertThat(caller(assertion).subject()).isEqualTo("alice");
    refused(assertion, "used before");
    clock.advance(Duration.ofSeconds(69));
    refused(assertion, "used before");
  }

  @Test
  void of_many_uses_at_once_one_counts() throws Exception {
    for (int round = 0; round < 50; round++) {
      String assertion = assertion(claims -> claims);
      CyclicBarrier together = new CyclicBarrier(4);
      try (var threads = Executors.newFixedThreadPool(4)) {
        List<Future<Boolean>> uses =
            IntStream.range(0, 4)
                .mapToObj(i ->
                    threads.submit(() -> {
                      together.await();
                      try {
                        caller(assertion);
                        return true;
                      } catch (OAuthException e) {
                        return false;
                      }
                    }))
                .toList();
        int good = 0;
        for (Future<Boolean> use : uses) {
          good += use.get() ? 1 : 0;
        }
        assertThat(good).isOne();
      }
    }
  }

  @Test
  void only_configured_issuers_are_believed_each_for_itself() {
    try (TestIssuer stranger = TestIssuer.start(clock)) {
      ECKey strangers = stranger.newEcKey("ec-1");
      Map<String, Object> own = claims();
      own.put("iss", stranger.url());
      refused(stranger.jwt(strangers, CallIdentity.TYPE, own), "not configured");
      refused(stranger.jwt(strangers, CallIdentity.TYPE, claims()), "not signed by a key");
      assertThat(stranger.keyFetches).as("nothing is fetched for a stranger").hasValue(0);
    }
  }

  @Test
  void other_tokens_of_the_issuer_are_no_assertions() {
    for (String type : List.of("at+jwt", "JWT", "oauth-id-jag+jwt", "dpop+jwt")) {
      refused(issuer.jwt(key, type, claims()), "typ");
    }
    String good = assertion(claims -> claims);
    String[] parts = good.split("\\.");
    String forged =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "{\"alg\":\"none\",\"typ\":\"vnd.latchstring.identity+jwt\"}"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatThrownBy(() -> caller(forged + "." + parts[1] + "."))
        .isInstanceOf(OAuthException.class);
    assertThatThrownBy(() -> caller("x".repeat(20_000))).isInstanceOf(OAuthException.class);
  }

  @Test
  void arguments_that_two_readers_could_take_for_different_ones_are_not_vouched_for() {
    JsonNode arguments = Json.readTree("{\"amount\":9007199254740993}");

    assertThatThrownBy(
            () -> identities.caller(meta(assertion(claims -> claims)), CALL, "git_push", arguments))
        .hasMessageContaining("write it as a text");
  }

  @Test
  void an_issuer_that_is_down_is_no_bad_assertion() {
    issuer.failing(true);

    assertThatThrownBy(() -> caller(assertion(claims -> claims)))
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
  }

  @Test
  void what_is_stored_for_one_person_is_for_nobody_else() {
    Caller alice = caller(assertion(claims -> claims));
    Caller bob = caller(assertion(with("sub", "bob")));
    Caller otherAlice =
        new Caller(
            "alice",
            "https://other.example",
            "gateway",
            Scope.NONE,
            alice.teams(),
            null,
            null,
            List.of(),
            alice.expiresAt(),
            null);
    OwnedCredential<String> login = OwnedCredential.of(alice, "gh-token");

    assertThat(login.require(alice)).isEqualTo("gh-token");
    for (Caller other : List.of(bob, otherAlice)) {
      assertThatThrownBy(() -> login.require(other))
          .isInstanceOfSatisfying(
              OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED));
    }
    assertThat(login.toString()).doesNotContain("gh-token");
  }
}

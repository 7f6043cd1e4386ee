package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.verification.RememberedProofs;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.jwt.SigningKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9449 §7 and §9: tokens that are bound to a key, and what a thief can do with one. */
class DpopAccessTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALGORITHMS = "ES256 ES384 ES512 Ed25519 EdDSA PS256 RS256";

  /** Stands for the thumbprint of the key that is proven. */
  private static final String OURS = "ours";

  private final Scene scene;
  private final ECKey key = DpopProofs.newKey(RANDOM);
  private final DpopProofs proofs;

  DpopAccessTest() {
    this.scene = Scene.open();
    this.proofs = new DpopProofs(key, scene.clock, RANDOM);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static String bound(Scene scene, DpopProofs to) {
    return scene.token("clinic:read", with("cnf", Map.of("jkt", to.keyThumbprint())));
  }

  private String proof(String token) {
    return proofs.proof("POST", scene.mcp(), null, token);
  }

  private static Http.Answer present(Scene scene, String token, String... proofs) {
    String[] headers = new String[2 + 2 * proofs.length];
    headers[0] = "Authorization";
    headers[1] = "DPoP " + token;
    for (int i = 0; i < proofs.length; i++) {
      headers[2 + 2 * i] = "DPoP";
      headers[3 + 2 * i] = proofs[i];
    }
    return Http.post(scene.mcp(), call("find_appointments"), headers);
  }

  private void isRefused(Http.Answer answer, String error) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("error").asString()).isEqualTo(error);
    Challenge dpop = answer.challenge("DPoP");
    assertThat(dpop.error()).isEqualTo(error);
    assertThat(dpop.errorDescription()).isNotBlank();
    assertThat(dpop.parameter("algs")).isEqualTo(ALGORITHMS);
    assertThat(dpop.resourceMetadata()).isNotNull();
    assertThat(answer.challenge("Bearer").error()).isNull();
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_bound_token_comes_with_a_new_proof_each_time() {
    String token = bound(scene, proofs);

    for (int i = 0; i < 3; i++) {
      assertThat(present(scene, token, proof(token)).status()).isEqualTo(200);
    }
    assertThat(scene.issuer.keyFetches).hasValue(1);
  }

  @Test
  void a_stolen_token_is_worth_nothing_as_a_bearer_token() {
    String token = bound(scene, proofs);

    Http.Answer answer = scene.send(token, call("find_appointments"), "DPoP", proof(token));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge("Bearer").error()).isEqualTo("invalid_token");
    assertThat(answer.challenge("DPoP").error()).isNull();
    assertThat(scene.servlet.received).isEmpty();
  }

  @Test
  void a_stolen_token_is_worth_nothing_with_the_thiefs_own_proof() {
    String token = bound(scene, proofs);
    DpopProofs thief = new DpopProofs(DpopProofs.newKey(RANDOM), scene.clock, RANDOM);
    // The token is known to be good by now: that must not let the proof be skipped.
    assertThat(present(scene, token, proof(token)).status()).isEqualTo(200);
    scene.servlet.received.clear();

    isRefused(
        present(scene, token, thief.proof("POST", scene.mcp(), null, token)), "invalid_token");
    isRefused(present(scene, token), "invalid_dpop_proof");
  }

  @Test
  void a_bearer_token_does_not_come_with_the_scheme_dpop() {
    String token = scene.token("clinic:read");

    isRefused(present(scene, token, proof(token)), "invalid_token");
    assertThat(scene.send(token, call("find_appointments"), "DPoP", "ignored").status())
        .isEqualTo(200);
  }

  @Test
  void a_proof_is_used_once() {
    String token = bound(scene, proofs);
    String proof = proof(token);
    assertThat(present(scene, token, proof).status()).isEqualTo(200);
    scene.servlet.received.clear();

    for (int minute = 0; minute < 8; minute++) {
      isRefused(present(scene, token, proof), "invalid_dpop_proof");
      scene.clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void of_many_uses_at_the_same_moment_one_wins() throws Exception {
    String token = bound(scene, proofs);
    String proof = proof(token);
    assertThat(present(scene, token, proof(token)).status()).isEqualTo(200);
    Callable<Integer> use = () -> present(scene, token, proof).status();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = Stream.generate(() -> threads.submit(use)).limit(12).toList();
      int[] statuses = new int[all.size()];
      for (int i = 0; i < statuses.length; i++) {
        statuses[i] = all.get(i).get();
      }
      assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 401);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void a_request_is_refused_with_a_proof(String why, Function<DpopAccessTest, String> made) {
    String token = bound(scene, proofs);

    isRefused(present(scene, token, made.apply(this)), "invalid_dpop_proof");
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        row("(2) that is no JWT", t -> "nonsense"),
        row("(3) without jti", t -> t.made(p -> p.claims.remove("jti"))),
        row("(3) without ath", t -> t.made(p -> p.claims.remove("ath"))),
        row("(4) of type at+jwt", t -> t.made(p -> p.header.put("typ", "at+jwt"))),
        row("(5) with alg none", t -> t.made(p -> p.header.put("alg", "none"))),
        row("(5) with alg HS256", t -> t.made(p -> p.header.put("alg", "HS256"))),
        row("(6) by another key", t -> t.made(p -> p.header.put("jwk", jwk(otherKey())))),
        row(
            "(7) with its private key",
            t -> t.made(p -> p.header.put("jwk", t.key.toJSONObject()))),
        row("(8) for GET", t -> t.made(p -> p.claims.put("htm", "GET"))),
        row("(9) for another address", t -> t.made(p -> p.claims.put("htu", t.elsewhere()))),
        row("(11) that is old", t -> t.made(p -> p.claims.put("iat", t.now() - 301))),
        row("(11) from the future", t -> t.made(p -> p.claims.put("iat", t.now() + 301))),
        row("(12) for another token", t -> t.made(p -> p.claims.put("ath", "A".repeat(43)))));
  }

  private static Arguments row(String why, Function<DpopAccessTest, String> proof) {
    return arguments(why, proof);
  }

  private record Parts(Map<String, Object> header, Map<String, Object> claims) {}

  private static ECKey otherKey() {
    return DpopProofs.newKey(RANDOM);
  }

  private static Map<String, Object> jwk(ECKey key) {
    return key.toPublicJWK().toJSONObject();
  }

  private String elsewhere() {
    return scene.server.uri("/other").toString();
  }

  private long now() {
    return scene.clock.instant().getEpochSecond();
  }

  /** A proof that was good before it was changed and signed. */
  private String made(Consumer<Parts> change) {
    String[] good = proof(bound(scene, proofs)).split("\\.");
    Parts parts = new Parts(map(good[0]), map(good[1]));
    change.accept(parts);
    return SigningKey.of(key).sign(Json.bytes(parts.header()), Json.bytes(parts.claims()));
  }

  private static Map<String, Object> map(String part) {
    Map<String, Object> map = new LinkedHashMap<>();
    Json.readTree(Base64.getUrlDecoder().decode(part))
        .properties()
        .forEach(member -> map.put(member.getKey(), member.getValue()));
    return map;
  }

  @Test
  void two_proofs_are_too_many() {
    String token = bound(scene, proofs);

    isRefused(present(scene, token, proof(token), proof(token)), "invalid_dpop_proof");
  }

  @Test
  void two_authorizations_are_ambiguous_and_both_schemes_say_so() {
    String token = bound(scene, proofs);

    Http.Answer answer =
        Http.post(
            scene.mcp(),
            call("find_appointments"),
            "Authorization",
            "Bearer " + token,
            "Authorization",
            "DPoP " + token);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.challenges()).extracting(Challenge::error).containsOnly("invalid_request");
    assertThat(answer.challenges()).hasSize(2);
  }

  @Test
  void who_has_no_token_is_offered_both_schemes_and_told_no_error() {
    Http.Answer answer = Http.post(scene.mcp(), call("find_appointments"));

    assertThat(answer.challenges()).extracting(Challenge::scheme).containsExactly("Bearer", "DPoP");
    assertThat(answer.challenges()).extracting(Challenge::error).containsOnlyNulls();
    assertThat(answer.challenge("DPoP").parameter("algs")).isEqualTo(ALGORITHMS);
    assertThat(answer.challenge("Bearer").parameter("algs")).isNull();
    assertThat(answer.header("DPoP-Nonce")).isNull();
  }

  @Test
  void what_a_bound_token_lacks_is_said_in_its_own_scheme() {
    String token = bound(scene, proofs);

    Http.Answer answer =
        Http.post(
            scene.mcp(),
            call("book_appointment"),
            "Authorization",
            "DPoP " + token,
            "DPoP",
            proof(token));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenges()).extracting(Challenge::scheme).containsExactly("DPoP");
    assertThat(answer.challenge("DPoP").error()).isEqualTo("insufficient_scope");
    assertThat(answer.challenge("DPoP").scope()).isEqualTo("clinic:read clinic:write");
  }

  @Test
  void a_listening_stream_needs_a_proof_for_get() {
    String token = bound(scene, proofs);

    Http.Answer wrong =
        Http.get(scene.mcp(), "Authorization", "DPoP " + token, "DPoP", proof(token));
    assertThat(wrong.challenge("DPoP").error()).isEqualTo("invalid_dpop_proof");
    Http.Answer right =
        Http.get(
            scene.mcp(),
            "Authorization",
            "DPoP " + token,
            "DPoP",
            proofs.proof("GET", scene.mcp(), null, token));
    assertThat(right.status()).isNotEqualTo(401);
  }

  @Test
  void the_address_of_a_proof_is_the_resource_whatever_a_proxy_made_of_it() {
    // What the server sees is http://localhost:PORT/mcp; what the client was given is this.
    String outside = "https://clinic.example/tenant/mcp";
    try (Scene own = Scene.open(v -> v, f -> f, outside)) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      String token =
          own.issuer.jwt(
              own.key, outside, "clinic:read", with("cnf", Map.of("jkt", client.keyThumbprint())));

      String good = client.proof("POST", URI.create(outside + "?x=y"), null, token);
      assertThat(present(own, token, good).status()).isEqualTo(200);
      String inside = client.proof("POST", own.mcp(), null, token);
      assertThat(present(own, token, inside).status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:7001, /sse, /messages, /sse, /messages",
    "https://clinic.example, /tenant/sse, /tenant/messages, /sse, /messages",
    "https://clinic.example, /sse, /messages, /inside/sse, /inside/messages",
  })
  void the_proof_of_a_request_to_a_further_address_names_that_one(
      String host, String stream, String messages, String streamInside, String messagesInside) {
    URI resource = URI.create(host + stream);
    URI further = URI.create(host + messages);
    try (Scene own = Scene.open(v -> v, f -> f.alsoAt(further.toString()), resource.toString())) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      String token =
          own.issuer.jwt(
              own.key,
              resource.toString(),
              "clinic:read",
              with("cnf", Map.of("jkt", client.keyThumbprint())));
      for (String path : List.of(streamInside, messagesInside)) {
        URI sent = own.mcp().resolve(path);
        URI right = path.equals(streamInside) ? resource : further;
        URI wrong = path.equals(streamInside) ? further : resource;
        // Behind the filter nothing takes a POST at these paths.
        assertThat(
                at(
                    sent,
                    token,
                    client.proof("POST", URI.create(right + "?session=1"), null, token)))
            .isEqualTo(405);
        assertThat(at(sent, token, client.proof("POST", wrong, null, token))).isEqualTo(401);
        assertThat(at(sent, token, client.proof("POST", sent, null, token)))
            .as("what the request says of its host counts for nothing")
            .isEqualTo(401);
      }
    }
  }

  private static int at(URI address, String token, String proof) {
    return Http.post(
            address, call("find_appointments"), "Authorization", "DPoP " + token, "DPoP", proof)
        .status();
  }

  @Test
  void a_further_address_is_on_the_resources_own_host() {
    for (String elsewhere : List.of("https://other.example/messages", "http://localhost:1/mcp")) {
      assertThatThrownBy(() -> Scene.open(v -> v, f -> f.alsoAt(elsewhere)))
          .hasMessageContaining("is not on the host of");
    }
  }

  @Test
  void an_opaque_token_is_bound_by_what_introspection_says() {
    try (Scene own =
        Scene.open(
            v -> v.introspection(TestIssuer.INTROSPECTION_CLIENT, TestIssuer.INTROSPECTION_SECRET),
            f -> f)) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      Map<String, Object> answer = own.issuer.claims(own.server.resource(), "alice", "clinic:read");
      answer.put("active", true);
      answer.put("token_type", "DPoP");
      answer.put("cnf", Map.of("jkt", client.keyThumbprint()));
      own.issuer.introspectAs("opaque", answer);

      for (int i = 0; i < 2; i++) {
        String proof = client.proof("POST", own.mcp(), null, "opaque");
        assertThat(present(own, "opaque", proof).status()).isEqualTo(200);
      }
      assertThat(own.issuer.introspections).hasValue(1);
      assertThat(own.send("opaque", call("find_appointments")).status()).isEqualTo(401);
      assertThat(present(own, "opaque").status()).isEqualTo(401);
    }
  }

  @Test
  void what_an_issuer_adds_to_the_confirmation_is_passed_over() {
    String token =
        scene.token(
            "clinic:read",
            with("cnf", Map.of("jkt", proofs.keyThumbprint(), "kc-jkt-type", "DPoP")));

    assertThat(present(scene, token, proof(token)).status()).isEqualTo(200);
    assertThat(scene.send(token, call("find_appointments")).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @MethodSource("confirmations")
  void a_token_that_is_bound_in_another_way_is_refused(Object confirmation) {
    if (confirmation instanceof Map<?, ?> members && OURS.equals(members.get("jkt"))) {
      Map<Object, Object> ours = new HashMap<>(members);
      ours.put("jkt", proofs.keyThumbprint());
      confirmation = ours;
    }
    String token = scene.token("clinic:read", with("cnf", confirmation));

    assertThat(present(scene, token, proof(token)).status()).isEqualTo(401);
    assertThat(scene.send(token, call("find_appointments")).status()).isEqualTo(401);
  }

  static Stream<Object> confirmations() {
    return Stream.of(
        Map.of("x5t#S256", "abc"),
        Map.of("jkt", 7),
        Map.of(),
        Map.of("jkt", OURS, "x5t#S256", "abc"),
        Map.of("jkt", OURS, "jwk", Map.of()),
        Map.of("kc-jkt-type", "DPoP"),
        "abc");
  }

  @Test
  void a_server_that_requires_bound_tokens_says_so_and_takes_no_other() {
    try (Scene own = Scene.open(v -> v, f -> f.dpop(DpopPolicy.required()))) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      Http.Answer refused = own.send(own.token("clinic:read"), call("find_appointments"));
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.challenges()).extracting(Challenge::scheme).containsExactly("DPoP");
      assertThat(refused.challenge("DPoP").error()).isEqualTo("invalid_token");

      String token = bound(own, client);
      String proof = client.proof("POST", own.mcp(), null, token);
      assertThat(present(own, token, proof).status()).isEqualTo(200);
      assertThat(metadata(own).path("dpop_bound_access_tokens_required").asBoolean()).isTrue();
    }
    assertThat(metadata(scene).has("dpop_bound_access_tokens_required")).isFalse();
    assertThat(metadata(scene).path("dpop_signing_alg_values_supported").get(0).asString())
        .isEqualTo("ES256");
  }

  private static tools.jackson.databind.JsonNode metadata(Scene scene) {
    return Http.get(scene.server.uri("/.well-known/oauth-protected-resource/mcp")).json();
  }

  @Test
  void where_nonces_are_required_a_client_is_given_one_and_kept_supplied() {
    DpopPolicy policy = DpopPolicy.offered().withNonces(new byte[32]);
    try (Scene own = Scene.open(v -> v, f -> f.dpop(policy))) {
      // A clock that is years behind does not matter: the nonce tells the time.
      DpopProofs client =
          new DpopProofs(key, Clock.fixed(java.time.Instant.EPOCH, own.clock.getZone()), RANDOM);
      String token = bound(own, client);
      Http.Answer first = present(own, token, client.proof("POST", own.mcp(), null, token));
      assertThat(first.status()).isEqualTo(401);
      assertThat(first.challenge("DPoP").error()).isEqualTo("use_dpop_nonce");
      assertThat(first.response().headers().allValues("DPoP-Nonce")).hasSize(1);
      String nonce = first.header("DPoP-Nonce");
      assertThat(Http.post(own.mcp(), call("find_appointments")).header("DPoP-Nonce"))
          .isEqualTo(nonce);

      Http.Answer second = present(own, token, client.proof("POST", own.mcp(), nonce, token));
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.header("DPoP-Nonce")).isNull();

      own.clock.advance(Duration.ofMinutes(4));
      Http.Answer third = present(own, token, client.proof("POST", own.mcp(), nonce, token));
      assertThat(third.status()).isEqualTo(200);
      assertThat(third.header("Cache-Control")).isEqualTo("no-store");
      assertThat(third.header("DPoP-Nonce")).isNotNull().isNotEqualTo(nonce);

      own.clock.advance(Duration.ofMinutes(1));
      Http.Answer late = present(own, token, client.proof("POST", own.mcp(), nonce, token));
      assertThat(late.challenge("DPoP").error()).isEqualTo("use_dpop_nonce");
    }
  }

  @Test
  void a_server_that_can_remember_no_more_proofs_refuses_rather_than_forgets() {
    DpopPolicy policy = DpopPolicy.offered().withMaxProofs(2);
    try (Scene own = Scene.open(v -> v, f -> f.dpop(policy))) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      String token = bound(own, client);
      String first = client.proof("POST", own.mcp(), null, token);
      assertThat(present(own, token, first).status()).isEqualTo(200);
      assertThat(present(own, token, client.proof("POST", own.mcp(), null, token)).status())
          .isEqualTo(200);

      Http.Answer full = present(own, token, client.proof("POST", own.mcp(), null, token));
      assertThat(full.status()).isEqualTo(503);
      assertThat(full.header("Retry-After")).isNotNull();
      assertThat(present(own, token, first).status()).isEqualTo(401);
      assertThat(own.send(own.token("clinic:read"), call("find_appointments")).status())
          .isEqualTo(200);

      own.clock.advance(Duration.ofMinutes(8));
      assertThat(present(own, token, client.proof("POST", own.mcp(), null, token)).status())
          .isEqualTo(200);
    }
  }

  @Test
  void nodes_can_share_what_they_remember() {
    RememberedProofs shared = new RememberedProofs(10, scene.clock);
    DpopPolicy policy = DpopPolicy.offered().withReplays(shared);
    try (Scene own = Scene.open(v -> v, f -> f.dpop(policy))) {
      DpopProofs client = new DpopProofs(key, own.clock, RANDOM);
      String token = bound(own, client);
      String proof = client.proof("POST", own.mcp(), null, token);
      String id = String.valueOf(map(proof.split("\\.")[1]).get("jti")).replace("\"", "");
      assertThat(
              shared.isFirstUse(client.keyThumbprint(), id, own.clock.instant().plusSeconds(360)))
          .isTrue();

      assertThat(present(own, token, proof).status()).isEqualTo(401);
    }
  }
}

package dev.latchstring.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.mcpserver.http.AccessTokenVerifier;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.policy.PolicyFile;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.TargetUri;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.oauth.jwt.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;

/**
 * How long an MCP server takes to decide about a call: with a token that was seen before, with a
 * new one, and with what may come beside it. One thread; each row is the median of rounds of 0.2
 * seconds.
 */
public final class DecisionBenchmark {
  private static final String RESOURCE = "https://tools.example/mcp";
  private static final String AUDIENCE = "urn:example:team-tools";
  private static final int ROUNDS = 15;
  private static final int WARMUP_ROUNDS = 15;
  private static final long ROUND_NANOS = 200_000_000;
  private static final int ONCE = 4000;

  private final SigningKey key;
  private final String issuer;
  private long guard;

  private DecisionBenchmark(SigningKey key, String issuer) {
    this.key = key;
    this.issuer = issuer;
  }

  /** Runs it; there are no options. */
  public static void main(String[] args) throws IOException, JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String issuer = "http://localhost:" + http.getAddress().getPort();
    answer(
        http,
        "/.well-known/oauth-authorization-server",
        Map.of("issuer", issuer, "jwks_uri", issuer + "/jwks"));
    answer(http, "/jwks", new JWKSet(key).toPublicJWKSet().toJSONObject());
    http.start();
    try {
      new DecisionBenchmark(SigningKey.of(key), issuer).run();
    } finally {
      http.stop(0);
    }
  }

  private static void answer(HttpServer http, String path, Map<String, ?> document) {
    byte[] bytes = Json.bytes(document);
    http.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void run() throws IOException {
    Path file = Files.createTempFile("policy", ".yaml");
    Files.writeString(
        file,
        """
        default: { scopes: [repo:read] }
        scopes: { repo:admin: [repo:write, repo:read] }
        tools:
          git_push: { scopes: [repo:write], teams: [platform], acr: [mfa], max_age: 8h }
          git_*: { scopes: [repo:read] }
        """);
    try (AccessTokenVerifier tokens = AccessTokenVerifier.builder(issuer, RESOURCE).build()) {
      ToolAuthorizer code = code().audit().build();
      ToolAuthorizer both = code().rules(PolicyFile.open(file)).audit().build();
      ToolAuthorizer audited = code().rules(PolicyFile.open(file)).audit(entry -> guard++).build();
      String token = token("seen");
      Caller caller = tokens.verify(token);
      print("a decision by the code's declaration", repeated(i -> decide(code, caller)));
      print("the same with a policy file beside it", repeated(i -> decide(both, caller)));
      print("the same, audited", repeated(i -> decide(audited, caller)));
      double whole = repeated(i -> decide(audited, tokens.verify(token)));
      print("a token that was verified before, and all of that", whole);
      List<String> fresh = new ArrayList<>();
      for (int i = 0; i < 2 * ONCE; i++) {
        fresh.add(token("new-" + i));
      }
      print(
          "the first verification of a token (ES256)",
          once(i -> guard += tokens.verify(fresh.get(i)).scope().values().size()));
      proofs(token);
      assertions();
      System.out.printf(
          Locale.ROOT, "decision on a verified token: %.2f us, limit 20 us%n", whole / 1000);
    } finally {
      Files.delete(file);
    }
  }

  private static ToolAuthorizer.Builder code() {
    return ToolAuthorizer.builder(Requirement.scopes("repo:read"))
        .tool("git_push", Requirement.scopes("repo:write").teams("platform", "release"))
        .tool("query", Requirement.scopes("db:read"))
        .implies("repo:write", "repo:read");
  }

  private void decide(ToolAuthorizer tools, Caller caller) {
    Decision decision = tools.admit(caller, "tools/call", "git_push", null);
    if (!decision.isAllowed()) {
      throw new IllegalStateException(decision.toString());
    }
  }

  private void proofs(String token) {
    SecureRandom random = new SecureRandom();
    Clock clock = Clock.systemUTC();
    DpopProofs proofs = new DpopProofs(DpopProofs.newKey(random), clock, random);
    DpopVerifier verifier = new DpopVerifier(clock, null);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 2 * ONCE; i++) {
      made.add(proofs.proof("POST", URI.create(RESOURCE), null, token));
    }
    TargetUri target = TargetUri.of(RESOURCE);
    print(
        "the check of a DPoP proof (ES256)",
        once(i ->
            guard +=
                verifier.verify(List.of(made.get(i)), "POST", target, token).jwtId().length()));
  }

  private void assertions() {
    JsonNode arguments = Json.readTree("{\"branch\":\"main\",\"force\":false,\"depth\":1.5}");
    print(
        "the digest of a call",
        repeated(i -> guard += CallDigest.of("tools/call", "git_push", arguments).length()));
    try (IdentityAssertions identities =
        IdentityAssertions.builder(AUDIENCE).issuer(issuer).build()) {
      List<JsonNode> made = new ArrayList<>();
      for (int i = 0; i < 2 * ONCE; i++) {
        made.add(Json.mapper().valueToTree(Map.of(CallIdentity.META_KEY, assertion(arguments))));
      }
      print(
          "an identity assertion (ES256)",
          once(i ->
              guard +=
                  identities.caller(made.get(i), "tools/call", "git_push", arguments).isPresent()
                      ? 1
                      : 0));
    }
  }

  private String token(String id) {
    long now = Clock.systemUTC().instant().getEpochSecond();
    Map<String, Object> claims = claims(RESOURCE, id, now);
    claims.put("exp", now + 3600);
    return key.sign("at+jwt", Json.bytes(claims));
  }

  private String assertion(JsonNode arguments) {
    long now = Clock.systemUTC().instant().getEpochSecond();
    Map<String, Object> claims = claims(AUDIENCE, "a-" + guard++ + "-" + System.nanoTime(), now);
    claims.put("exp", now + 60);
    claims.put(CallIdentity.DIGEST_CLAIM, CallDigest.of("tools/call", "git_push", arguments));
    return key.sign(CallIdentity.TYPE, Json.bytes(claims));
  }

  private Map<String, Object> claims(String audience, String id, long now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("sub", "alice");
    claims.put("aud", audience);
    claims.put("client_id", "host");
    claims.put("scope", "openid repo:admin repo:write");
    claims.put("groups", List.of("staff", "platform"));
    claims.put("acr", "mfa");
    claims.put("auth_time", now - 60);
    claims.put("act", Map.of("sub", "gateway"));
    claims.put("jti", id);
    claims.put("iat", now);
    return claims;
  }

  /** Nanoseconds for one, of something that can be repeated. */
  private static double repeated(IntConsumer work) {
    Measured rounds = new Measured();
    for (int round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
      long from = System.nanoTime();
      long count = 0;
      while (System.nanoTime() - from < ROUND_NANOS) {
        for (int i = 0; i < 100; i++) {
          work.accept(i);
        }
        count += 100;
      }
      if (round >= 0) {
        rounds.add((double) (System.nanoTime() - from) / count);
      }
    }
    return rounds.median();
  }

  /** Nanoseconds for one, of something that can be done once with each of twice {@link #ONCE}. */
  private static double once(IntConsumer work) {
    for (int i = 0; i < ONCE; i++) {
      work.accept(i);
    }
    Measured rounds = new Measured();
    for (int round = 0; round < 10; round++) {
      long from = System.nanoTime();
      for (int i = 0; i < ONCE / 10; i++) {
        work.accept(ONCE + round * (ONCE / 10) + i);
      }
      rounds.add((System.nanoTime() - from) / (ONCE / 10.0));
    }
    return rounds.median();
  }

  private static void print(String what, double nanos) {
    System.out.printf(
        Locale.ROOT, "%-52s %8.2f us%n", what, Duration.ofNanos((long) nanos).toNanos() / 1000.0);
  }
}

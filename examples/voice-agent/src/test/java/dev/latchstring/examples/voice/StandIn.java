package dev.latchstring.examples.voice;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.jwt.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * docs/challenge-profile.md, as far as an agent sees it, and strict: whatever a client must do and
 * does not is {@code invalid_request}. For what a real server says only in rare moments: it is
 * busy, it wants a browser, it asks for what a telephone cannot answer.
 */
final class StandIn implements AutoCloseable {
  static final String CLIENT = "voice-agent";
  static final String SECRET = "a secret of the voice agent, long enough";

  /** What the server says at a step, in place of a test's own. */
  interface Script extends Function<Session, Map<String, Object>> {}

  /** A login under way. */
  static final class Session {
    final String keyThumbprint;
    final String challenge;
    int answered;
    int requests;

    Session(String keyThumbprint, String challenge) {
      this.keyThumbprint = keyThumbprint;
      this.challenge = challenge;
    }
  }

  private final HttpServer http;
  private final ECKey key;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<String, Session> codes = new ConcurrentHashMap<>();
  final Set<String> revoked = ConcurrentHashMap.newKeySet();
  final Set<String> issued = ConcurrentHashMap.newKeySet();
  volatile Script script;
  volatile String audience = "";

  StandIn(Script script) throws Exception {
    this.script = script;
    key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext(
        "/.well-known/oauth-authorization-server", exchange -> write(exchange, 200, metadata()));
    http.createContext(
        "/jwks", exchange -> write(exchange, 200, new JWKSet(key).toPublicJWKSet().toJSONObject()));
    http.createContext("/authorize/challenge", exchange -> answer(exchange, this::challenge));
    http.createContext("/token", exchange -> answer(exchange, this::token));
    http.createContext("/revoke", exchange -> answer(exchange, this::revoke));
    http.start();
  }

  URI issuer() {
    return URI.create("http://localhost:" + http.getAddress().getPort());
  }

  private Map<String, Object> metadata() {
    return Map.of(
        "issuer", issuer().toString(),
        "jwks_uri", issuer() + "/jwks",
        "token_endpoint", issuer() + "/token",
        "revocation_endpoint", issuer() + "/revoke",
        "authorization_challenge_endpoint", issuer() + "/authorize/challenge",
        "token_endpoint_auth_methods_supported", List.of("client_secret_basic"),
        "dpop_signing_alg_values_supported", List.of("ES256"),
        "code_challenge_methods_supported", List.of("S256"),
        "response_types_supported", List.of("code"));
  }

  /** A step of one property. */
  static Map<String, Object> step(String kind, String property, String prompt) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("id", property);
    step.put("kind", kind);
    step.put("prompt", prompt);
    step.put("lang", "en");
    step.put(
        "requestedSchema",
        Map.of(
            "type", "object",
            "properties", Map.of(property, Map.of("type", "string", "title", property)),
            "required", List.of(property)));
    step.put("inputs", Map.of(property, Map.of("sensitive", true, "dtmf", "####")));
    step.put("attempts_left", 3);
    step.put("expires_in", 180);
    return step;
  }

  /** What an answer with a step looks like. */
  static Map<String, Object> asks(Map<String, Object> step) {
    return new LinkedHashMap<>(
        Map.of("status", 403, "error", "insufficient_authorization", "step", step));
  }

  /** What an error looks like. */
  static Map<String, Object> error(int status, String error) {
    return new LinkedHashMap<>(Map.of("status", status, "error", error));
  }

  /** It is known who calls. */
  static Map<String, Object> known() {
    return new LinkedHashMap<>(Map.of("status", 200));
  }

  private record Request(HttpExchange exchange, FormParameters form, String keyThumbprint) {}

  @FunctionalInterface
  private interface Handler {
    Map<String, Object> handle(Request request) throws Exception;
  }

  private void answer(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      Map<String, Object> answer;
      try {
        String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        answer =
            handler.handle(
                new Request(exchange, FormParameters.parse(form), keyThumbprint(exchange)));
      } catch (Exception | AssertionError e) {
        answer = error(400, "invalid_request");
        answer.put("error_description", String.valueOf(e));
      }
      int status = (Integer) answer.remove("status");
      write(exchange, status, answer);
    }
  }

  /** Client authentication, and the proof's key where there is a proof. */
  private String keyThumbprint(HttpExchange exchange) throws Exception {
    String basic = exchange.getRequestHeaders().getFirst("Authorization");
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (FormParameters.encode(CLIENT) + ":" + FormParameters.encode(SECRET))
                        .getBytes(UTF_8));
    require(expected.equals(basic), "client authentication");
    String proof = exchange.getRequestHeaders().getFirst("DPoP");
    if (proof == null) {
      return "";
    }
    SignedJWT jwt = SignedJWT.parse(proof);
    ECKey holder = jwt.getHeader().getJWK().toECKey();
    require(jwt.verify(new ECDSAVerifier(holder)), "proof");
    require(
        jwt.getJWTClaimsSet()
            .getStringClaim("htu")
            .equals(issuer() + exchange.getRequestURI().getRawPath()),
        "htu");
    return holder.computeThumbprint().toString();
  }

  private Map<String, Object> challenge(Request request) {
    FormParameters form = request.form();
    require("code".equals(form.optional("response_type")), "response_type");
    require(!request.keyThumbprint().isEmpty(), "a proof");
    String step = form.optional("step");
    String presented = form.optional("auth_session");
    Session session;
    if (step == null) {
      require("S256".equals(form.optional("code_challenge_method")), "S256");
      session = new Session(request.keyThumbprint(), form.optional("code_challenge"));
      require(session.challenge != null, "code_challenge");
    } else {
      session = presented == null ? null : sessions.remove(presented);
      if (session == null || !session.keyThumbprint.equals(request.keyThumbprint())) {
        return error(400, "invalid_session");
      }
      if (form.optional("answer") != null) {
        JsonNode answer = Json.read(form.optional("answer"), JsonNode.class);
        require(answer.isObject(), "answer");
        session.answered++;
      }
    }
    session.requests++;
    Map<String, Object> answer = script.apply(session);
    String next = Secrets.newToken(random);
    if (answer.get("status").equals(200)) {
      String code = Secrets.newToken(random);
      codes.put(code, session);
      answer.put("authorization_code", code);
    } else {
      sessions.put(next, session);
    }
    if (!"access_denied".equals(answer.get("error"))) {
      answer.put("auth_session", next);
    }
    return answer;
  }

  private Map<String, Object> token(Request request) {
    FormParameters form = request.form();
    require("authorization_code".equals(form.optional("grant_type")), "grant_type");
    Session session = codes.remove(String.valueOf(form.optional("code")));
    require(session != null, "code");
    require(session.keyThumbprint.equals(request.keyThumbprint()), "key");
    require(
        Secrets.sha256Base64Url(form.optional("code_verifier")).equals(session.challenge),
        "verifier");
    Instant now = Clock.systemUTC().instant();
    String token =
        SigningKey.of(key)
            .sign(
                "at+jwt",
                Json.bytes(
                    Map.of(
                        "iss", issuer().toString(),
                        "sub", "subject-1",
                        "aud", audience,
                        "client_id", CLIENT,
                        "scope", "patient:self",
                        "groups", List.of("patients", "patient:P-1001"),
                        "cnf", Map.of("jkt", session.keyThumbprint),
                        "jti", Secrets.newToken(random),
                        "iat", now.getEpochSecond(),
                        "exp", now.plusSeconds(300).getEpochSecond())));
    issued.add(token);
    return new LinkedHashMap<>(
        Map.of(
            "status",
            200,
            "access_token",
            token,
            "token_type",
            "DPoP",
            "expires_in",
            300,
            "scope",
            "patient:self",
            "auth_session",
            Secrets.newToken(random)));
  }

  private Map<String, Object> revoke(Request request) {
    revoked.add(request.form().required("token"));
    return known();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private static void write(HttpExchange exchange, int status, Map<String, Object> json)
      throws IOException {
    byte[] bytes = Json.bytes(json);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.getResponseHeaders().add("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

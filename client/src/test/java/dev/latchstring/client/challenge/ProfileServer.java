package dev.latchstring.client.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.dpop.DpopNonces;
import dev.latchstring.oauth.dpop.DpopProof;
import dev.latchstring.oauth.dpop.DpopVerifier;
import dev.latchstring.oauth.dpop.TargetUri;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * An MCP server at /mcp and an authorization server that implements docs/challenge-profile.md to
 * the letter: proofs are verified and good once, sessions change with every answer, the same answer
 * gets the same response, codes are good once.
 */
public final class ProfileServer implements AutoCloseable {
  public static final String PHONE = "phone";
  public static final String SECRET = "phone-s3cret";
  public static final String KNOWLEDGE = "urn:latchstring:acr:knowledge";
  public static final String MFA = "urn:latchstring:acr:mfa";

  private static final Map<String, List<String>> CONTEXTS =
      Map.of(KNOWLEDGE, List.of("identity", "ssn"), MFA, List.of("identity", "ssn", "code"));

  public final TestServer server = new TestServer();
  public final Map<String, Object> metadata = new LinkedHashMap<>();

  /** By name: the last four digits. */
  public final Map<String, String> people =
      new ConcurrentHashMap<>(Map.of("Anna Smith", "4291", "Ben Jones", "1177"));

  /** What is wrong with requests that should not have come. */
  public final List<String> faults = new CopyOnWriteArrayList<>();

  /** Replies that are lost after the request was carried out. */
  public final AtomicInteger losesChallenges = new AtomicInteger();

  public final AtomicInteger losesTokens = new AtomicInteger();
  public final AtomicInteger codesSent = new AtomicInteger();
  public final AtomicInteger processed = new AtomicInteger();

  /** How often an approval is pending before it is approved. */
  public volatile int pendingFor = 2;

  /** Takes the place of the next answers of the challenge endpoint. */
  public final List<Answer> instead = new CopyOnWriteArrayList<>();

  public volatile boolean refreshWantsPerson;
  public volatile String clientId = PHONE;
  public volatile String secret = SECRET;
  public volatile String tokenType = "DPoP";

  private final DpopVerifier verifier;
  private final Set<String> proofs = ConcurrentHashMap.newKeySet();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<String, Session> codes = new ConcurrentHashMap<>();
  private final Map<String, Session> refreshTokens = new ConcurrentHashMap<>();
  private final Set<String> assertions = ConcurrentHashMap.newKeySet();

  /** One login of one person. */
  private static final class Session {
    final String key;
    String current = "";
    String challenge = "";
    String scope = "";
    String acr = KNOWLEDGE;
    String person;
    String step;
    int attempts = 3;
    int polls;
    boolean over;
    String redirectUri;
    final Set<String> proven = new HashSet<>();
    final Map<String, Answer> recorded = new LinkedHashMap<>();

    Session(String key) {
      this.key = key;
    }
  }

  public ProfileServer(InstantSource clock, boolean withNonces) {
    byte[] key = new byte[32];
    key[0] = 1;
    verifier = new DpopVerifier(clock, withNonces ? DpopNonces.ofKey(key, clock) : null);
    String origin = server.origin();
    metadata.put("issuer", origin);
    metadata.put("authorization_endpoint", origin + "/authorize");
    metadata.put("token_endpoint", origin + "/token");
    metadata.put("authorization_challenge_endpoint", origin + "/authorize/challenge");
    metadata.put("revocation_endpoint", origin + "/revoke");
    metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    server.on(
        "/mcp",
        Answer.status(401)
            .with(
                "WWW-Authenticate",
                "Bearer resource_metadata=\""
                    + origin
                    + "/.well-known/oauth-protected-resource/mcp\""));
    server.on(
        "/.well-known/oauth-protected-resource/mcp",
        Answer.json(
            200,
            Map.of(
                "resource",
                origin + "/mcp",
                "authorization_servers",
                List.of(origin),
                "scopes_supported",
                List.of("clinic:read"))));
    server.on("/.well-known/oauth-authorization-server", request -> Answer.json(200, metadata));
    server.on("/authorize/challenge", request -> guarded(request, this::challenge));
    server.on("/token", request -> guarded(request, this::token));
    server.on("/revoke", Answer.status(200));
  }

  private interface Endpoint {
    Answer answer(FormParameters form, String keyThumbprint);
  }

  private Answer guarded(Request request, Endpoint endpoint) {
    boolean challenge = request.path().equals("/authorize/challenge");
    DpopProof proof;
    try {
      List<String> sent = request.headers().getOrDefault("Dpop", List.of());
      proof = verifier.verify(sent, "POST", TargetUri.of(server.origin() + request.path()), null);
    } catch (OAuthException e) {
      Answer refusal = Answer.error(e.code().code());
      return verifier.nextNonce() == null
          ? refusal
          : refusal.with("DPoP-Nonce", verifier.nextNonce());
    }
    if (!proofs.add(proof.jwtId())) {
      return fault("a proof was used twice");
    }
    FormParameters form = request.form();
    if (!authenticated(request, form)) {
      return Answer.error("invalid_client");
    }
    if (challenge && !instead.isEmpty()) {
      return instead.removeFirst();
    }
    Answer answer = endpoint.answer(form, proof.keyThumbprint());
    processed.incrementAndGet();
    AtomicInteger losing = challenge ? losesChallenges : losesTokens;
    return losing.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? null : answer;
  }

  private boolean authenticated(Request request, FormParameters form) {
    String assertion = form.optional("client_assertion");
    if (assertion != null) {
      JsonNode claims = Json.readTree(Base64.getUrlDecoder().decode(assertion.split("\\.")[1]));
      return assertions.add(assertion)
          && claims.get("aud").stringValue().equals(server.origin())
          && claims.get("sub").stringValue().equals(clientId)
          && claims.get("iss").stringValue().equals(clientId);
    }
    if (secret == null) {
      return clientId.equals(form.optional("client_id"));
    }
    String expected =
        "Basic " + Base64.getEncoder().encodeToString((clientId + ":" + secret).getBytes(UTF_8));
    return expected.equals(request.header("Authorization"));
  }

  private Answer fault(String what) {
    faults.add(what);
    return Answer.error("invalid_request");
  }

  private synchronized Answer challenge(FormParameters form, String key) {
    if (!"code".equals(form.optional("response_type"))) {
      return fault("no response_type");
    }
    String named = form.optional("auth_session");
    Session session = named == null ? null : sessions.get(named);
    if (named != null && (session == null || !session.key.equals(key) || session.over)) {
      return Answer.error("invalid_session");
    }
    String step = form.optional("step");
    if (step == null) {
      return begin(form, session == null ? new Session(key) : session);
    }
    if (session == null) {
      return fault("a step without a session");
    }
    String sent = form.optional("answer");
    String same = named + "\n" + step + "\n" + sent;
    if (sent != null && session.recorded.containsKey(same) && !sent.equals("{}")) {
      return session.recorded.get(same);
    }
    if (!named.equals(session.current)) {
      return Answer.error("invalid_session");
    }
    Answer answer = sent == null ? shown(session, step) : judged(session, step, sent);
    session.recorded.put(same, answer);
    return answer;
  }

  private Answer begin(FormParameters form, Session session) {
    if (form.optional("code_challenge") == null
        || !"S256".equals(form.optional("code_challenge_method"))
        || form.optional("resource") == null) {
      return fault("a beginning without code_challenge or resource");
    }
    session.challenge = form.required("code_challenge");
    session.scope = form.optional("scope") == null ? "clinic:read" : form.required("scope");
    session.step = null;
    String acr = form.optional("acr_values");
    session.acr = acr == null ? KNOWLEDGE : acr.split(" ")[0];
    if (!CONTEXTS.containsKey(session.acr)) {
      return Answer.error("unmet_authentication_requirements");
    }
    return next(session, null);
  }

  private Answer shown(Session session, String step) {
    session.step = step;
    if (step.equals("code")) {
      codesSent.incrementAndGet();
    }
    return asked(session, step.equals("code") ? "sent" : null);
  }

  private Answer judged(Session session, String step, String sent) {
    if (!step.equals(session.step)) {
      return fault("an answer to " + step + " where " + session.step + " was asked");
    }
    JsonNode answer = Json.readTree(sent);
    boolean right =
        switch (step) {
          case "identity" -> {
            session.person = answer.get("name").stringValue();
            yield true;
          }
          case "ssn" -> answer.get("ssn_last4").stringValue().equals(people.get(session.person));
          case "code" -> answer.get("code").stringValue().equals("424242");
          case "approve" -> ++session.polls > pendingFor;
          default -> false;
        };
    if (right) {
      session.proven.add(step.equals("approve") ? "code" : step);
      return next(session, null);
    }
    if (step.equals("approve")) {
      return asked(session, "pending");
    }
    if (--session.attempts == 0) {
      session.over = true;
      return Answer.error("access_denied");
    }
    return asked(session, "no_match");
  }

  private Answer next(Session session, String reason) {
    for (String step : CONTEXTS.get(session.acr)) {
      if (!session.proven.contains(step)) {
        session.step = step;
        if (step.equals("code")) {
          codesSent.incrementAndGet();
        }
        return asked(session, reason);
      }
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, session);
    return Answer.json(200, Map.of("authorization_code", code, "auth_session", renewed(session)));
  }

  private String renewed(Session session) {
    session.current = UUID.randomUUID().toString();
    sessions.put(session.current, session);
    return session.current;
  }

  private Answer asked(Session session, String reason) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("id", session.step);
    step.put("lang", "en");
    step.put("attempts_left", session.attempts);
    step.put("expires_in", 180);
    if (reason != null) {
      step.put("reason", reason);
    }
    switch (session.step) {
      case "identity" -> {
        step.put("kind", "identify");
        step.put("prompt", "Please say your full name and your date of birth.");
        form(step, List.of("name"), "name", "birthdate");
      }
      case "ssn" -> {
        step.put("kind", "knowledge");
        step.put("prompt", "The last four digits, please.");
        form(step, List.of("ssn_last4"), "ssn_last4");
      }
      case "code" -> {
        step.put("kind", "otp");
        step.put("prompt", "The code that we sent.");
        step.put("destination", "***42");
        step.put("alternatives", List.of(Map.of("id", "approve", "kind", "approval")));
        form(step, List.of("code"), "code");
      }
      case "approve" -> {
        step.put("kind", "approval");
        step.put("prompt", "Approve where you are signed in.");
        step.put("number", "73");
        step.put("interval", 2);
        form(step, List.of());
      }
      default -> step.put("kind", "tea-leaves");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", "insufficient_authorization");
    body.put("auth_session", renewed(session));
    body.put("step", step);
    return Answer.json(403, body);
  }

  private static void form(Map<String, Object> step, List<String> required, String... names) {
    Map<String, Object> properties = new LinkedHashMap<>();
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (String name : names) {
      properties.put(name, Map.of("type", "string", "title", "The " + name, "maxLength", 200));
      inputs.put(name, Map.of("sensitive", true));
    }
    step.put(
        "requestedSchema",
        Map.of("type", "object", "properties", properties, "required", required));
    step.put("inputs", inputs);
  }

  private synchronized Answer token(FormParameters form, String key) {
    if (form.required("grant_type").equals("refresh_token")) {
      return refreshed(form, key);
    }
    Session session = codes.remove(form.required("code"));
    if (session == null
        || !session.key.equals(key)
        || !Pkce.matches(form.required("code_verifier"), session.challenge)) {
      return Answer.error("invalid_grant");
    }
    if (!Objects.equals(form.optional("redirect_uri"), session.redirectUri)) {
      return fault("another redirect_uri than was asked for");
    }
    return tokens(session);
  }

  private Answer refreshed(FormParameters form, String key) {
    Session session = refreshTokens.get(form.required("refresh_token"));
    if (session == null || !session.key.equals(key)) {
      return Answer.error("invalid_grant");
    }
    if (refreshWantsPerson) {
      session.proven.remove("ssn");
      return Answer.json(
          403, Map.of("error", "insufficient_authorization", "auth_session", renewed(session)));
    }
    return tokens(session);
  }

  private Answer tokens(Session session) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    String refresh = "refresh-" + UUID.randomUUID();
    refreshTokens.put(refresh, session);
    tokens.put("access_token", token(session.person, session.acr));
    tokens.put("token_type", tokenType);
    tokens.put("expires_in", 600);
    tokens.put("scope", session.scope);
    tokens.put("refresh_token", refresh);
    tokens.put("auth_session", renewed(session));
    return Answer.json(200, tokens);
  }

  private String token(String person, String acr) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", server.origin());
    claims.put("sub", person);
    claims.put("preferred_username", person);
    claims.put("acr", acr);
    claims.put("jti", UUID.randomUUID().toString());
    return base64.encodeToString("{\"alg\":\"ES256\"}".getBytes(UTF_8))
        + "."
        + base64.encodeToString(Json.bytes(claims))
        + ".c2ln";
  }

  /** Who a token of this server is of. */
  public static JsonNode claims(String token) {
    return Json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }

  /** Somebody finishes in a browser the login that began last; the code that it brings. */
  public synchronized String finishedInBrowser(String person) {
    Request begun = server.to("/authorize/challenge").getLast();
    FormParameters form = begun.form();
    Session session;
    try {
      String proof = begun.headers().get("Dpop").getFirst();
      JWK key =
          JWK.parse(
              Json.readTree(Base64.getUrlDecoder().decode(proof.split("\\.")[0]))
                  .get("jwk")
                  .toString());
      session = new Session(key.computeThumbprint().toString());
    } catch (ParseException | JOSEException e) {
      throw new IllegalStateException(e);
    }
    session.challenge = form.required("code_challenge");
    session.redirectUri = form.required("redirect_uri");
    session.scope = form.optional("scope") == null ? "clinic:read" : form.required("scope");
    session.person = person;
    String code = "in-browser-" + UUID.randomUUID();
    codes.put(code, session);
    return code;
  }

  /** Every body that was sent to a path, for looking what is in it. */
  public List<FormParameters> forms(String path) {
    List<FormParameters> forms = new ArrayList<>();
    server.to(path).forEach(request -> forms.add(request.form()));
    return forms;
  }

  @Override
  public void close() {
    server.close();
  }
}

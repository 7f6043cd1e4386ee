package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Pkce;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One call of a phone line: a client of {@code docs/challenge-profile.md} over plain HTTP, with a
 * DPoP key of its own. Nothing here knows more of the server than that page says.
 */
final class PhoneCall {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  /**
   * What calls of one line have in common.
   *
   * @param clock the server's
   */
  record Line(URI issuer, String resource, String clientId, String secret, Clock clock) {
    private static final String ID = "phone-line";
    private static final String SECRET = "phone-line-secret-0123456789";

    /** A line of the configuration that makes this a client, below {@code clients}. */
    static final String CONFIGURATION =
        """
          - { client_id: %s, client_name: Riverside phone line, client_secret: %s, first_party: true }
        """
            .formatted(ID, SECRET);

    static Line of(URI issuer, String resource, Clock clock) {
      return new Line(issuer, resource, ID, SECRET, clock);
    }

    @Override
    public String toString() {
      return "Line[" + clientId + "]";
    }
  }

  /** What the server said. */
  record Reply(int status, JsonNode body, HttpResponse<String> response) {
    /** The status, and the error where there is one. */
    String outcome() {
      String error = body.path("error").asString("");
      return error.isEmpty() ? String.valueOf(status) : status + " " + error;
    }

    String text(String member) {
      return body.path(member).asString("");
    }

    JsonNode step() {
      return body.path("step");
    }

    /** The identifier of the step that is asked. */
    String asked() {
      return step().path("id").asString("");
    }

    String reason() {
      return step().path("reason").asString("");
    }

    int attemptsLeft() {
      return step().path("attempts_left").asInt(-1);
    }

    @Override
    public String toString() {
      return outcome() + " " + body;
    }
  }

  private final Line line;
  private final HttpClient http;
  private final ECKey key;
  private String verifier = "";
  private String session = "";

  PhoneCall(Line line, HttpClient http) throws JOSEException {
    this.line = line;
    this.http = http;
    this.key = new ECKeyGenerator(Curve.P_256).generate();
  }

  /** RFC 7638. */
  String keyThumbprint() throws JOSEException {
    return key.computeThumbprint().toString();
  }

  /** The {@code auth_session} as it is now; empty where there is none. */
  String session() {
    return session;
  }

  /** Goes on with this {@code auth_session}. */
  void goOn(String with) {
    session = with;
  }

  /** A request that begins, with the session of before where there is one. */
  Reply begin(String... parameters) throws Exception {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    verifier = BASE64URL.encodeToString(random);
    Map<String, String> form = continued();
    form.put("code_challenge", Pkce.challenge(verifier));
    form.put("code_challenge_method", "S256");
    form.put("resource", line.resource());
    put(form, parameters);
    return challenge(form);
  }

  /** Answers a step. */
  Reply answer(String step, String... namesAndValues) throws Exception {
    Map<String, String> answer = new LinkedHashMap<>();
    put(answer, namesAndValues);
    Map<String, String> form = continued();
    form.put("step", step);
    form.put("answer", Json.write(answer));
    return challenge(form);
  }

  /** Asks for a step. */
  Reply ask(String step) throws Exception {
    Map<String, String> form = continued();
    form.put("step", step);
    return challenge(form);
  }

  private Map<String, String> continued() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("response_type", "code");
    if (!session.isEmpty()) {
      form.put("auth_session", session);
    }
    return form;
  }

  private Reply challenge(Map<String, String> form) throws Exception {
    Reply reply = post("/authorize/challenge", form);
    keep(reply);
    return reply;
  }

  private void keep(Reply reply) {
    if (!reply.text("auth_session").isEmpty()) {
      session = reply.text("auth_session");
    }
  }

  Reply redeem(Reply done) throws Exception {
    return token(
        "grant_type",
        "authorization_code",
        "code",
        done.text("authorization_code"),
        "code_verifier",
        verifier);
  }

  Reply refresh(String refreshToken) throws Exception {
    return token("grant_type", "refresh_token", "refresh_token", refreshToken);
  }

  private Reply token(String... parameters) throws Exception {
    Map<String, String> form = new LinkedHashMap<>();
    put(form, parameters);
    Reply reply = post("/token", form);
    keep(reply);
    return reply;
  }

  /** A request that the client authenticates, with a proof of its key. */
  Reply post(String path, Map<String, String> form) throws Exception {
    URI address = line.issuer().resolve(path);
    return send(
        HttpRequest.newBuilder(address)
            .header("Authorization", basic())
            .header("DPoP", proof("POST", address, null))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(form))));
  }

  /** A JSON-RPC request to an MCP server, with the token and a proof for it. */
  Reply call(URI mcp, String token, String json, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(mcp)
            .header("Authorization", "DPoP " + token)
            .header("DPoP", proof("POST", mcp, token))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), body(response.body()), response);
  }

  /** JSON, alone or as the last event of a stream. */
  private static JsonNode body(String text) {
    int event = text.lastIndexOf("data:");
    String json = text.startsWith("{") || event < 0 ? text : text.substring(event + 5);
    return json.isBlank() ? Json.mapper().createObjectNode() : Json.readTree(json.strip());
  }

  private String basic() {
    String credentials = line.clientId() + ":" + line.secret();
    return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
  }

  /** RFC 9449 §4.2. */
  private String proof(String method, URI address, @Nullable String token) throws JOSEException {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .jwtID(UUID.randomUUID().toString())
            .claim("htm", method)
            .claim("htu", address.toString())
            .issueTime(Date.from(line.clock().instant()));
    if (token != null) {
      claims.claim("ath", hash(token));
    }
    SignedJWT proof =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build(),
            claims.build());
    proof.sign(new ECDSASigner(key));
    return proof.serialize();
  }

  private static String hash(String token) {
    try {
      return BASE64URL.encodeToString(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a JWT says. */
  static JsonNode claims(String jwt) {
    return Json.readTree(new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]), UTF_8));
  }

  private static void put(Map<String, String> form, String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.put(namesAndValues[i], namesAndValues[i + 1]);
    }
  }
}

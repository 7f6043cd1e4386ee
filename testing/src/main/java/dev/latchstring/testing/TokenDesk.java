package dev.latchstring.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An authorization server reduced to its keys: it gives a test whatever token it asks for. */
public final class TokenDesk implements AutoCloseable {
  private final HttpServer http;
  private final ECKey key;

  public TokenDesk() throws IOException, JOSEException {
    key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/.well-known/oauth-authorization-server",
        exchange ->
            write(
                exchange,
                Map.of(
                    "issuer",
                    issuer().toString(),
                    "token_endpoint",
                    issuer() + "/token",
                    "jwks_uri",
                    issuer() + "/jwks")));
    http.createContext(
        "/jwks", exchange -> write(exchange, new JWKSet(key).toPublicJWKSet().toJSONObject()));
    http.start();
  }

  public URI issuer() {
    return URI.create("http://localhost:" + http.getAddress().getPort());
  }

  /**
   * @param more further claims, and what goes in place of those that every token has
   */
  public String token(
      URI resource, String subject, String scope, Map<String, Object> more, String... teams) {
    Instant now = Clock.systemUTC().instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer().toString());
    claims.put("sub", subject);
    claims.put("aud", resource.toString());
    claims.put("client_id", "test");
    claims.put("scope", scope);
    claims.put("groups", List.of(teams));
    claims.put("jti", subject + now);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plusSeconds(300).getEpochSecond());
    claims.putAll(more);
    JWSObject jwt =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID())
                .build(),
            new Payload(claims));
    try {
      jwt.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }

  private static void write(HttpExchange exchange, Map<String, Object> json) throws IOException {
    try (exchange) {
      byte[] bytes = JSONObjectUtils.toJSONString(json).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

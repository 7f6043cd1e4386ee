package dev.latchstring.examples.clinic;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.jwt.SigningKey;
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
final class TokenDesk implements AutoCloseable {
  private final HttpServer http;
  private final ECKey key;

  TokenDesk() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/.well-known/oauth-authorization-server",
        exchange ->
            write(exchange, Map.of("issuer", issuer().toString(), "jwks_uri", issuer() + "/jwks")));
    http.createContext(
        "/jwks", exchange -> write(exchange, new JWKSet(key).toPublicJWKSet().toJSONObject()));
    http.start();
  }

  URI issuer() {
    return URI.create("http://localhost:" + http.getAddress().getPort());
  }

  /**
   * @param more further claims
   */
  String token(
      URI resource, String subject, String scope, Map<String, Object> more, String... teams) {
    Instant now = Clock.systemUTC().instant();
    Map<String, Object> claims = new LinkedHashMap<>(more);
    claims.put("iss", issuer().toString());
    claims.put("sub", subject);
    claims.put("aud", resource.toString());
    claims.put("client_id", "test");
    claims.put("scope", scope);
    claims.put("groups", List.of(teams));
    claims.put("jti", subject + now);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plusSeconds(300).getEpochSecond());
    return SigningKey.of(key).sign("at+jwt", Json.bytes(claims));
  }

  private static void write(HttpExchange exchange, Map<String, Object> json) throws IOException {
    try (exchange) {
      byte[] bytes = Json.bytes(json);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

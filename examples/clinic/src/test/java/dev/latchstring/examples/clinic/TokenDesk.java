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

  String token(URI resource, String subject, String scope, String... teams) {
    Instant now = Clock.systemUTC().instant();
    return SigningKey.of(key)
        .sign(
            "at+jwt",
            Json.bytes(
                Map.of(
                    "iss", issuer().toString(),
                    "sub", subject,
                    "aud", resource.toString(),
                    "client_id", "test",
                    "scope", scope,
                    "groups", List.of(teams),
                    "jti", subject + now,
                    "iat", now.getEpochSecond(),
                    "exp", now.plusSeconds(300).getEpochSecond())));
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

package dev.latchstring.authorizationserver.assertion;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Somebody else who issues tokens: keys over real HTTP, and a pen. */
public final class TestIssuer implements AutoCloseable {
  public final ECKey key;
  public final AtomicReference<List<JWK>> published = new AtomicReference<>();
  public final AtomicInteger fetches = new AtomicInteger();
  public final AtomicInteger status = new AtomicInteger(200);
  public final AtomicReference<String> metadataIssuer = new AtomicReference<>();
  private final HttpServer http;

  public TestIssuer() {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
      published.set(List.of(key));
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    metadataIssuer.set(issuer());
    http.createContext(
        "/jwks",
        exchange -> {
          fetches.incrementAndGet();
          byte[] body = new JWKSet(published.get()).toString(true).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status.get(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.createContext(
        "/.well-known/openid-configuration",
        exchange -> {
          byte[] body =
              "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}"
                  .formatted(metadataIssuer.get(), issuer())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
  }

  public String issuer() {
    return "http://localhost:" + http.getAddress().getPort();
  }

  public String sign(JWTClaimsSet.Builder claims, String type) {
    return sign(key, type, claims.build());
  }

  public static String sign(ECKey key, String type, JWTClaimsSet claims) {
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID());
    if (type != null) {
      header.type(new JOSEObjectType(type));
    }
    try {
      SignedJWT jwt = new SignedJWT(header.build(), claims);
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

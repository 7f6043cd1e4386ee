package dev.latchstring.examples.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.oauth.identity.CallIdentity;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Assertions that are right in everything but who made them. */
final class Forged {
  private Forged() {}

  static String byAStranger(URI issuer, String digest) throws JOSEException {
    JWSObject jwt =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(CallIdentity.TYPE))
                .build(),
            payload(issuer, digest));
    jwt.sign(new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate()));
    return jwt.serialize();
  }

  static String unsigned(URI issuer, String digest) {
    String header = "{\"alg\":\"none\",\"typ\":\"" + CallIdentity.TYPE + "\"}";
    return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8))
        + "."
        + payload(issuer, digest).toBase64URL()
        + ".";
  }

  private static Payload payload(URI issuer, String digest) {
    Instant now = Clock.systemUTC().instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer.toString());
    claims.put("sub", "bob");
    claims.put("aud", Main.TICKETS);
    claims.put("client_id", "gateway");
    claims.put("scope", "tickets:read tickets:write");
    claims.put("groups", List.of("support"));
    claims.put("act", Map.of("sub", "gateway"));
    claims.put(CallIdentity.DIGEST_CLAIM, digest);
    claims.put("jti", "forged-" + now);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plusSeconds(30).getEpochSecond());
    return new Payload(claims);
  }
}

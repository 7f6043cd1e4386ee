package dev.latchstring.oauth.dpop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.latchstring.oauth.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Makes proofs of every kind, the wrong ones included: header and claims are plain maps. */
final class ProofMaker {
  final Map<String, Object> header = new LinkedHashMap<>();
  final Map<String, Object> claims = new LinkedHashMap<>();
  private final JWK key;
  private final JWSAlgorithm algorithm;

  ProofMaker(JWK key, JWSAlgorithm algorithm, long now) {
    this.key = key;
    this.algorithm = algorithm;
    header.put("typ", "dpop+jwt");
    header.put("alg", algorithm.getName());
    header.put("jwk", key.toPublicJWK().toJSONObject());
    claims.put("jti", "id-1");
    claims.put("htm", "POST");
    claims.put("htu", "https://server.example.com/token");
    claims.put("iat", now);
  }

  ProofMaker header(String name, Object value) {
    return put(header, name, value);
  }

  ProofMaker claim(String name, Object value) {
    return put(claims, name, value);
  }

  private ProofMaker put(Map<String, Object> map, String name, Object value) {
    if (value == null) {
      map.remove(name);
    } else {
      map.put(name, value);
    }
    return this;
  }

  String make() {
    String input = base64(Json.write(header)) + "." + base64(Json.write(claims));
    return input + "." + signature(input);
  }

  private String signature(String input) {
    try {
      JWSSigner signer =
          switch (key) {
            case ECKey ec -> new ECDSASigner(ec);
            case RSAKey rsa ->
                new RSASSASigner(rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()));
            default -> throw new IllegalStateException("another key");
          };
      return signer
          .sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII))
          .toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}

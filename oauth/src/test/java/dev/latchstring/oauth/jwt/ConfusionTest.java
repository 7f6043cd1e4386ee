package dev.latchstring.oauth.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** RFC 8725 §2 and RFC 9068 §4 and §5: one thing taken for another. */
class ConfusionTest {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String CLAIMS =
      """
      {"iss":"https://as.example","sub":"alice","aud":"https://mcp.example/mcp","client_id":"c",\
      "jti":"j","iat":1793534400,"exp":1793534460}\
      """;

  private final ECKey ec;
  private final RSAKey rsa;
  private final ECKey foreign;
  private final JwtVerification verification =
      new JwtVerification(
          Set.of("at+jwt"),
          Set.of("ES256", "RS256"),
          "https://as.example",
          Set.of("https://mcp.example/mcp"),
          Clock.fixed(Instant.ofEpochSecond(1_793_534_400), ZoneOffset.UTC),
          Duration.ofSeconds(30));

  ConfusionTest() throws JOSEException {
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").algorithm(JWSAlgorithm.ES256).generate();
    rsa = new RSAKeyGenerator(2048).keyID("rsa").algorithm(JWSAlgorithm.RS256).generate();
    foreign = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
  }

  @Test
  void the_tokens_that_the_others_differ_from_are_accepted() throws Exception {
    verification.verify(ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", ec), this::keys);
    verification.verify(
        ecSigned("{\"alg\":\"ES256\",\"typ\":\"application/AT+jwt\"}", ec), this::keys);
    verification.verify(rsaSigned("{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}"), this::keys);
  }

  @Test
  void nothing_is_taken_for_an_access_token_of_the_issuer() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String type : List.of("JWT", "logout+jwt", "dpop+jwt", "secevent+jwt", "at+jwt ", "")) {
      tokens.put("typ " + type, ecSigned("{\"alg\":\"ES256\",\"typ\":\"" + type + "\"}", ec));
    }
    tokens.put("no typ", ecSigned("{\"alg\":\"ES256\"}", ec));
    for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
      String head = header("{\"alg\":\"" + none + "\",\"typ\":\"at+jwt\"}");
      tokens.put("alg " + none + " without signature", head + ".");
      tokens.put("alg " + none + " with one", head + ".AAAA");
    }
    for (byte[] secret :
        List.of(
            rsa.toPublicKey().getEncoded(),
            pem(rsa.toPublicKey().getEncoded()),
            rsa.getModulus().decode(),
            ec.toPublicKey().getEncoded(),
            new byte[32])) {
      tokens.put("HMAC under " + secret.length + " public bytes", hmac(secret));
    }
    tokens.put("RS256 that is ECDSA", ecSigned("{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", ec));
    tokens.put("ES256 that is RSA", rsaSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}"));
    tokens.put("another algorithm of the key", rsaSigned("{\"alg\":\"PS256\",\"typ\":\"at+jwt\"}"));
    tokens.put("alg in lower case", ecSigned("{\"alg\":\"es256\",\"typ\":\"at+jwt\"}", ec));
    String es = header("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}");
    tokens.put("r and s of zero", es + "." + BASE64.encodeToString(new byte[64]));
    tokens.put("an empty signature", es + ".");
    tokens.put("a signature in DER", es + "." + BASE64.encodeToString(der(es.getBytes(US_ASCII))));
    String own = foreign.toPublicJWK().toJSONString();
    tokens.put(
        "a key in the header",
        ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"jwk\":" + own + "}", foreign));
    tokens.put(
        "a key behind an address",
        ecSigned(
            "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"jku\":\"http://127.0.0.1:1/\",\"x5u\":\"http://127.0.0.1:1/\"}",
            foreign));
    tokens.put(
        "a key that is a path",
        ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"../../dev/null\"}", foreign));
    tokens.put(
        "crit",
        ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"crit\":[\"exp\"],\"exp\":1}", ec));
    tokens.put(
        "an unencoded payload",
        ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"b64\":false,\"crit\":[\"b64\"]}", ec));
    tokens.put(
        "alg twice", ecSigned("{\"alg\":\"none\",\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", ec));
    tokens.put("five parts", es + ".a.b.c");
    tokens.put("a part more", ecSigned("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", ec) + ".");
    tokens.forEach((what, token) ->
        assertThatThrownBy(() -> verification.verify(token, this::keys))
            .as(what)
            .isInstanceOfSatisfying(
                OAuthException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOKEN)));
  }

  /** All of them whatever the kid, and a secret that should not be there. */
  private List<JWK> keys(String kid) {
    return List.of(
        ec.toPublicJWK(),
        rsa.toPublicJWK(),
        new OctetSequenceKey.Builder(new byte[32]).keyID("oct").build());
  }

  private static String header(String header) {
    return BASE64.encodeToString(header.getBytes(UTF_8))
        + "."
        + BASE64.encodeToString(CLAIMS.getBytes(UTF_8));
  }

  private static String ecSigned(String header, ECKey key)
      throws GeneralSecurityException, JOSEException {
    String input = header(header);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.toECPrivateKey());
    signature.update(input.getBytes(US_ASCII));
    return input + "." + BASE64.encodeToString(signature.sign());
  }

  private byte[] der(byte[] input) throws GeneralSecurityException, JOSEException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(ec.toECPrivateKey());
    signature.update(input);
    return signature.sign();
  }

  private String rsaSigned(String header) throws GeneralSecurityException, JOSEException {
    String input = header(header);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(rsa.toRSAPrivateKey());
    signature.update(input.getBytes(US_ASCII));
    return input + "." + BASE64.encodeToString(signature.sign());
  }

  private static String hmac(byte[] secret) throws GeneralSecurityException {
    String input = header("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + BASE64.encodeToString(mac.doFinal(input.getBytes(US_ASCII)));
  }

  private static byte[] pem(byte[] der) {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(US_ASCII);
  }
}

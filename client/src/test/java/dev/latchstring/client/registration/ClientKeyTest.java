package dev.latchstring.client.registration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestClock;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's key in every form that people keep one, and the assertions it signs. */
class ClientKeyTest {
  private final TestClock clock = new TestClock();

  private static KeyPair pair(String type, String parameters) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
    if (type.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(parameters));
    } else if (type.equals("RSA")) {
      generator.initialize(Integer.parseInt(parameters));
    }
    return generator.generateKeyPair();
  }

  private static String pem(String what, PrivateKey key) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END "
        + what
        + "-----\n";
  }

  private JWSObject assertion(String text, List<String> algorithms) throws Exception {
    ClientKey key = ClientKey.parse("the test", text, null, clock, new SecureRandom());
    return JWSObject.parse(key.assertion(Map.of("aud", "https://a.example.com"), algorithms));
  }

  private ClientException failure(String text) {
    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () -> ClientKey.parse("the test", text, null, clock, new SecureRandom()));
    assertThat(e).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
    return e;
  }

  /** As {@code openssl pkcs8 -topk8} writes them, and as Java does: without the public part. */
  @ParameterizedTest
  @CsvSource({"EC,secp256r1", "EC,secp384r1", "EC,secp521r1", "RSA,2048", "RSA,3072", "Ed25519,''"})
  void what_is_published_of_a_key_verifies_what_it_signs(String type, String parameters)
      throws Exception {
    for (int i = 0; i < 3; i++) {
      KeyPair pair = pair(type, parameters);
      ClientKey key =
          ClientKey.parse(
              "the test", pem("PRIVATE KEY", pair.getPrivate()), null, clock, new SecureRandom());
      JWK published = key.published();
      assertThat(published.isPrivate()).isFalse();
      assertThat(published.getKeyID()).as("its assertions name none").isNull();
      PublicKey known =
          published instanceof OctetKeyPair edwards
              ? edwards(edwards)
              : ((AsymmetricJWK) published).toPublicKey();
      assertThat(known).isEqualTo(pair.getPublic());
    }
  }

  private static PublicKey edwards(OctetKeyPair key) throws GeneralSecurityException {
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + 32);
    System.arraycopy(key.getDecodedX(), 0, encoded, prefix.length, 32);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  @Test
  void a_jwk_is_published_under_the_name_that_it_signs_with() throws Exception {
    ECKey named = new ECKeyGenerator(Curve.P_256).keyID("key-3").generate();
    assertThat(published(named.toJSONString())).isEqualTo(named.toPublicJWK());
    ECKey unnamed = new ECKeyGenerator(Curve.P_384).generate();
    assertThat(published(unnamed.toJSONString()).getKeyID())
        .isEqualTo(unnamed.computeThumbprint().toString());
  }

  private JWK published(String text) {
    return ClientKey.parse("the test", text, null, clock, new SecureRandom()).published();
  }

  @ParameterizedTest
  @CsvSource({"secp256r1,ES256", "secp384r1,ES384", "secp521r1,ES512"})
  void an_elliptic_key_signs_by_its_curve(String curve, String algorithm) throws Exception {
    KeyPair pair = pair("EC", curve);
    JWSObject signed = assertion(pem("PRIVATE KEY", pair.getPrivate()), null);
    assertThat(signed.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
    assertThat(signed.getHeader().getKeyID()).isNull();
    assertThat(signed.verify(new ECDSAVerifier((ECPublicKey) pair.getPublic()))).isTrue();
  }

  @Test
  void an_rsa_key_signs_by_what_the_server_takes() throws Exception {
    KeyPair pair = pair("RSA", "2048");
    String pem = pem("PRIVATE KEY", pair.getPrivate());
    RSASSAVerifier verifier = new RSASSAVerifier((RSAPublicKey) pair.getPublic());
    for (List<String> taken :
        Arrays.asList(null, List.of("RS256", "PS256"), List.of("PS256", "ES256"))) {
      JWSObject signed = assertion(pem, taken);
      assertThat(signed.getHeader().getAlgorithm().getName())
          .isEqualTo(taken != null && !taken.contains("RS256") ? "PS256" : "RS256");
      assertThat(signed.verify(verifier)).isTrue();
    }
  }

  @Test
  void an_edwards_key_signs_under_the_name_that_the_server_knows() throws Exception {
    KeyPair pair = pair("Ed25519", "");
    EdECPrivateKey secret = (EdECPrivateKey) pair.getPrivate();
    byte[] encoded = pair.getPublic().getEncoded();
    OctetKeyPair jwk =
        new OctetKeyPair.Builder(
                Curve.Ed25519,
                Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
            .d(Base64URL.encode(secret.getBytes().orElseThrow()))
            .keyID("ed-1")
            .build();
    for (String text : List.of(pem("PRIVATE KEY", secret), jwk.toJSONString())) {
      JWSObject signed = assertion(text, null);
      assertThat(signed.getHeader().getAlgorithm().getName()).isEqualTo("EdDSA");
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(pair.getPublic());
      signature.update(new String(signed.getSigningInput(), US_ASCII).getBytes(US_ASCII));
      assertThat(signature.verify(signed.getSignature().decode())).isTrue();
    }
    assertThat(assertion(jwk.toJSONString(), List.of("Ed25519")).getHeader().getKeyID())
        .isEqualTo("ed-1");
  }

  @Test
  void a_jwk_without_a_name_has_its_thumbprint_and_one_with_an_algorithm_keeps_to_it()
      throws Exception {
    KeyPair ec = pair("EC", "secp256r1");
    ECKey jwk =
        new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic())
            .privateKey(ec.getPrivate())
            .build();
    assertThat(assertion(jwk.toJSONString(), null).getHeader().getKeyID())
        .isEqualTo(jwk.computeThumbprint().toString());

    KeyPair rsa = pair("RSA", "2048");
    RSAKey pss =
        new RSAKey.Builder((RSAPublicKey) rsa.getPublic())
            .privateKey(rsa.getPrivate())
            .algorithm(com.nimbusds.jose.JWSAlgorithm.PS256)
            .build();
    assertThat(assertion(pss.toJSONString(), null).getHeader().getAlgorithm().getName())
        .isEqualTo("PS256");
  }

  @Test
  void a_key_in_pem_has_the_name_that_is_given_with_it() throws Exception {
    ClientKey key =
        ClientKey.parse(
            "the test",
            pem("PRIVATE KEY", pair("EC", "secp256r1").getPrivate()),
            "key-7",
            clock,
            new SecureRandom());
    assertThat(JWSObject.parse(key.assertion(Map.of(), null)).getHeader().getKeyID())
        .isEqualTo("key-7");
  }

  @Test
  void a_key_that_can_do_nothing_that_the_server_takes_signs_nothing() throws Exception {
    String pem = pem("PRIVATE KEY", pair("EC", "secp256r1").getPrivate());
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> assertion(pem, List.of("RS256")));
    assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
    assertThat(e).hasMessageContaining("ES256").hasMessageContaining("RS256");
  }

  @Test
  void what_is_no_usable_private_key_is_refused_without_quoting_it() throws Exception {
    KeyPair ec = pair("EC", "secp256r1");
    ECKey jwk = new ECKey.Builder(Curve.P_256, (ECPublicKey) ec.getPublic()).build();
    String secret = Base64.getEncoder().encodeToString(ec.getPrivate().getEncoded());
    List<String> wrong =
        List.of(
            "",
            "nonsense",
            "{}",
            "{\"keys\":[]}",
            jwk.toJSONString(),
            "{\"kty\":\"oct\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}",
            pem("PRIVATE KEY", pair("RSA", "1024").getPrivate()),
            pem("ENCRYPTED PRIVATE KEY", ec.getPrivate()),
            pem("EC PRIVATE KEY", ec.getPrivate()),
            pem("PUBLIC KEY", ec.getPrivate()),
            "-----BEGIN PRIVATE KEY-----\n"
                + secret.substring(0, 40)
                + "\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n" + secret);
    for (String text : wrong) {
      ClientException e = failure(text);
      assertThat(e.hint()).contains("PKCS #8");
      assertThat(e).hasMessageNotContaining(secret.substring(0, 20));
    }
  }
}

package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.machine.ClientCredentials;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A machine's own credentials at an authorization server of others, which wants a nonce in every
 * DPoP proof; each token is used at an MCP server.
 */
@Execution(ExecutionMode.SAME_THREAD)
@NeedsNode
@Timeout(300)
class OidcMachinesTest {
  private static final String SECRET = "secret: with +&% and more, 0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private static ECKey ec;
  private static RSAKey rsa;
  private static KeyPair edwards;
  private static OidcMachines provider;
  private static ClinicServer clinic;
  private LatchClient client;

  @BeforeAll
  static void start() throws Exception {
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
    rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    int port = Ports.free();
    URI url = URI.create("http://localhost:" + port + "/mcp");
    provider =
        OidcMachines.start(
            url,
            "clinic:read clinic:write",
            List.of(
                client("basic", "client_secret_basic", Map.of("client_secret", SECRET)),
                client("post", "client_secret_post", Map.of("client_secret", SECRET)),
                client("ec", "private_key_jwt", keys(ec.toPublicJWK().toJSONObject(), "ES256")),
                client("rsa", "private_key_jwt", keys(rsa.toPublicJWK().toJSONObject(), "PS256")),
                client("edwards", "private_key_jwt", keys(edwardsJwk(), "EdDSA"))),
            true);
    clinic = ClinicServer.start(port, provider.issuer());
  }

  private static Map<String, Object> client(String id, String method, Map<String, Object> more) {
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("client_id", id);
    client.put("token_endpoint_auth_method", method);
    client.put("grant_types", List.of("client_credentials"));
    client.put("redirect_uris", List.of());
    client.put("response_types", List.of());
    client.put("scope", "clinic:read clinic:write");
    client.putAll(more);
    return client;
  }

  private static Map<String, Object> keys(Map<String, Object> key, String algorithm) {
    return Map.of(
        "jwks", Map.of("keys", List.of(key)), "token_endpoint_auth_signing_alg", algorithm);
  }

  private static Map<String, Object> edwardsJwk() {
    byte[] encoded = edwards.getPublic().getEncoded();
    return Map.of(
        "kty",
        "OKP",
        "crv",
        "Ed25519",
        "x",
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
  }

  @AfterAll
  static void stop() {
    clinic.close();
    provider.close();
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private TokenSource tokens(ClientIdentity identity) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clientIdentity(identity)
            .machine(MachineConfiguration.of(new ClientCredentials()))
            .build();
    return client.account(clinic.url()).tokens();
  }

  private void works(ClientIdentity identity) throws Exception {
    AccessToken token = tokens(identity).token();
    assertThat(token.scope().values()).contains("clinic:read");
    assertThat(token.isBound()).isTrue();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(clinic.url())
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{\
                      "protocolVersion":"2025-11-25","capabilities":{},\
                      "clientInfo":{"name":"t","version":"1"}}}\
                      """));
      token.headers("POST", clinic.url(), null).forEach(request::header);
      assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  private static ClientKey key(String text) {
    return ClientKey.parse("the test", text, null, Instant::now, RANDOM);
  }

  private static String pem(byte[] key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Test
  void a_secret_is_sent_as_the_client_is_registered() throws Exception {
    works(ClientIdentity.confidential("basic", SECRET));
    works(new ClientIdentity(null, "post", SECRET, "client_secret_post"));
  }

  @Test
  void a_key_signs_by_each_algorithm_from_a_jwk_and_from_pem() throws Exception {
    works(ClientIdentity.withKey("ec", key(ec.toJSONString())));
    works(ClientIdentity.withKey("ec", key(pem(ec.toECPrivateKey().getEncoded()))));
    RSAKey pss = new RSAKey.Builder(rsa).algorithm(com.nimbusds.jose.JWSAlgorithm.PS256).build();
    works(ClientIdentity.withKey("rsa", key(pss.toJSONString())));
    works(ClientIdentity.withKey("edwards", key(pem(edwards.getPrivate().getEncoded()))));
  }

  @Test
  void a_wrong_secret_a_wrong_key_and_an_unknown_client_are_refused() {
    for (ClientIdentity wrong :
        List.of(
            ClientIdentity.confidential("basic", "wrong"),
            ClientIdentity.confidential("nobody", SECRET),
            ClientIdentity.withKey("ec", key(rsa.toJSONString())),
            ClientIdentity.withKey("edwards", key(ec.toJSONString())))) {
      ClientException e = catchThrowableOfType(ClientException.class, () -> tokens(wrong).token());
      assertThat(e).isNotNull();
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
      assertThat(e).hasMessageContaining("invalid_client").hasMessageNotContaining(SECRET);
    }
  }

  @Test
  void what_is_pinned_is_asked_for_and_what_the_server_does_not_have_is_told() {
    assertThat(pinned("scope=clinic:write").token().scope()).isEqualTo(Scope.of("clinic:write"));

    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> pinned("resource=https://other.example.com/mcp").token());
    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(e).hasMessageContaining("invalid_target");
  }

  private TokenSource pinned(String pin) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clientIdentity(ClientIdentity.confidential("basic", SECRET))
            .settings(Settings.of(ServerSettings.ofOptions(List.of(pin), null)))
            .machine(MachineConfiguration.of(new ClientCredentials()))
            .build();
    return client.account(clinic.url()).tokens();
  }
}

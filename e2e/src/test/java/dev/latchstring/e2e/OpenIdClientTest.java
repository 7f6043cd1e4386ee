package dev.latchstring.e2e;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.testing.NeedsNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An independent OAuth client, {@code openid-client} from npm, against {@code latch serve}. */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class OpenIdClientTest {
  private static final String RESOURCE = "http://localhost:9100/mcp";

  @TempDir private static Path folder;
  private static ServeProcess serve;
  private static Path privateJwk;

  @BeforeAll
  static void start() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ci-1").generate();
    privateJwk = folder.resolve("key.jwk");
    Files.writeString(privateJwk, key.toJSONString());
    serve =
        ServeProcess.start(
            folder,
            RESOURCE,
            """
            clients:
              - client_id: ci-job
                client_secret: "ci-job secret: with +&%%"
                token_endpoint_auth_method: client_secret_basic
                grant_types: [client_credentials]
                scope: "clinic:read"
              - client_id: ci-post
                client_secret: "ci-post-secret"
                token_endpoint_auth_method: client_secret_post
                grant_types: [client_credentials]
                scope: "clinic:read"
              - client_id: ci-key
                token_endpoint_auth_method: private_key_jwt
                grant_types: [client_credentials]
                scope: "clinic:read"
                jwks: { keys: [ %s ] }
              - client_id: device-public
                client_name: A headless machine
                token_endpoint_auth_method: none
                grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
                scope: "clinic:read clinic:write"
            """
                .formatted(key.toPublicJWK().toJSONString()));
  }

  @AfterAll
  static void stop() throws Exception {
    serve.close();
  }

  @Test
  void both_discovery_documents_are_understood() throws Exception {
    run("discovery");
  }

  @Test
  void a_login_lives_from_registration_to_revocation() throws Exception {
    try (PeerProcess peer = start("device")) {
      Person.approves(serve.issuer(), peer.next("approve"));
      Person.approves(serve.issuer(), peer.next("approve"));
      peer.finish();
    }
  }

  @Test
  void a_person_who_says_no_is_heard() throws Exception {
    try (PeerProcess peer = start("device-denied")) {
      Person.denies(serve.issuer(), peer.next("deny"));
      peer.finish();
    }
  }

  @Test
  void client_credentials_come_with_a_secret_in_either_place() throws Exception {
    run("client-credentials");
  }

  @Test
  void client_credentials_come_with_a_signed_assertion() throws Exception {
    run("private-key-jwt");
  }

  private static void run(String scenario) throws Exception {
    try (PeerProcess peer = start(scenario)) {
      peer.finish();
    }
  }

  private static PeerProcess start(String scenario) throws Exception {
    return NodePeers.start(
        Map.of("PEER_PRIVATE_JWK", privateJwk.toString()),
        "openid-client.mjs",
        serve.issuer().toString(),
        RESOURCE,
        scenario);
  }
}

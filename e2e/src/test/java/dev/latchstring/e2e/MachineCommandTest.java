package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Ports;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** The commands as a job in continuous integration calls them, with nothing but variables. */
@Execution(ExecutionMode.CONCURRENT)
class MachineCommandTest {
  private static final String SECRET = "secret-of-the-machines-0123456789";

  @TempDir private static Path folder;
  private static ECKey platform;
  private static ECKey key;
  private static ProtectedClinic clinic;

  @BeforeAll
  static void start() throws Exception {
    platform = new ECKeyGenerator(Curve.P_256).keyID("platform-1").generate();
    key = new ECKeyGenerator(Curve.P_256).keyID("job-1").generate();
    int port = Ports.free();
    String url = "http://localhost:" + port + "/mcp";
    ServeProcess serve =
        ServeProcess.start(
            Files.createDirectory(folder.resolve("server")),
            url,
            """
            clients:
              - { client_id: job, client_secret: %s, grant_types: [client_credentials], scope: "clinic:read" }
              - client_id: job-key
                token_endpoint_auth_method: private_key_jwt
                jwks: { keys: [ %s ] }
                grant_types: [client_credentials]
                scope: "clinic:read"
            trusted_issuers:
              - issuer: https://platform.example.com
                jwks: { keys: [ %s ] }
                use: [workload]
                workloads:
                  - { subject: deployer, resources: ["%s"], scope: "clinic:read" }
            """
                .formatted(
                    SECRET,
                    key.toPublicJWK().toJSONString(),
                    platform.toPublicJWK().toJSONString(),
                    url));
    clinic = new ProtectedClinic(serve, ClinicServer.start(port, serve.issuer()));
  }

  @AfterAll
  static void stop() throws Exception {
    clinic.close();
  }

  private static Run latch(Map<String, String> variables, String... arguments) throws Exception {
    Path home = Files.createTempDirectory(folder, "home");
    Map<String, String> environment = new LinkedHashMap<>(variables);
    environment.put("LATCH_HOME", home.toString());
    Run run = Run.of(LatchCommand.of(arguments), environment);
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(file -> file.toString().contains("login-")))
          .as("nothing is stored")
          .isEmpty();
    }
    return run;
  }

  private static Path assertion(long expiresIn) throws Exception {
    long now = Instant.now().getEpochSecond();
    JWSObject jwt =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("platform-1").build(),
            new Payload(
                Json.write(
                    Map.of(
                        "iss",
                        "https://platform.example.com",
                        "sub",
                        "deployer",
                        "aud",
                        clinic.issuer().toString(),
                        "iat",
                        now - 10,
                        "exp",
                        now + expiresIn,
                        "jti",
                        UUID.randomUUID().toString()))));
    jwt.sign(new ECDSASigner(platform));
    Path file = Files.createTempFile(folder, "token", "");
    return Files.writeString(file, jwt.serialize() + "\n");
  }

  private static int call(String token) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(clinic.url())
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .header("Accept", "application/json, text/event-stream")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          """
                          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{\
                          "protocolVersion":"2025-11-25","capabilities":{},\
                          "clientInfo":{"name":"t","version":"1"}}}\
                          """))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void a_token_is_printed_that_curl_can_use() throws Exception {
    Path pem = folder.resolve("job.pem");
    Files.writeString(
        pem,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.toECPrivateKey().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-------"));
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    for (Map<String, String> variables :
        List.of(
            Map.of("LATCH_CLIENT_ID", "job", "LATCH_CLIENT_SECRET", SECRET),
            Map.of("LATCH_CLIENT_ID", "job", "LATCH_CLIENT_SECRET_FILE", secret.toString()),
            Map.of(
                "LATCH_CLIENT_ID",
                "job-key",
                "LATCH_CLIENT_KEY",
                pem.toString(),
                "LATCH_CLIENT_KEY_ID",
                "job-1",
                "LATCH_CLIENT_ISSUER",
                clinic.issuer().toString()),
            Map.of("LATCH_ASSERTION_FILE", assertion(300).toString()),
            Map.of("LATCH_ASSERTION_COMMAND", "cat " + assertion(300)))) {
      Run run = latch(variables, "token", clinic.url().toString()).succeeded();
      assertThat(call(run.stdout().strip())).as(variables.keySet() + "").isEqualTo(200);
      assertThat(run.stderr()).doesNotContain(SECRET);
    }
  }

  @Test
  void the_headers_of_a_request_prove_a_key() throws Exception {
    Run run =
        latch(
                Map.of("LATCH_CLIENT_ID", "job", "LATCH_CLIENT_SECRET", SECRET),
                "token",
                clinic.url().toString(),
                "--headers",
                "POST")
            .succeeded();
    assertThat(run.stdout()).contains("Authorization: DPoP ", "DPoP: ey");
  }

  @Test
  void a_login_is_tried_and_says_that_nothing_is_kept() throws Exception {
    Map<String, String> variables = Map.of("LATCH_ASSERTION_FILE", assertion(300).toString());
    Run told =
        latch(variables, "login", clinic.url().toString(), "--flow", "workload_identity")
            .succeeded();
    assertThat(told.stderr()).contains("It works", "clinic:read", "Nothing is stored");
    assertThat(told.stdout()).isEmpty();

    Run chosen = latch(variables, "login", clinic.url().toString(), "--json").succeeded();
    JsonNode event = Json.readTree(chosen.stdout().strip());
    assertThat(event.path("event").asString()).isEqualTo("tried");
    assertThat(event.path("scope").asString()).isEqualTo("clinic:read");
  }

  @Test
  void every_flow_says_why_it_is_possible_or_what_it_lacks() throws Exception {
    Run run =
        latch(
                Map.of("LATCH_ASSERTION_FILE", assertion(300).toString()),
                "login",
                clinic.url().toString(),
                "--explain")
            .succeeded();
    String said = run.stdout() + run.stderr();
    assertThat(said)
        .contains("workload_identity", "token_exchange", "LATCH_SUBJECT_TOKEN_FILE", "LATCH_TOKEN");
  }

  @Test
  void a_given_token_goes_before_everything() throws Exception {
    Run run =
        latch(
                Map.of(
                    "LATCH_TOKEN", "given-token",
                    "LATCH_CLIENT_ID", "job",
                    "LATCH_CLIENT_SECRET", SECRET),
                "token",
                clinic.url().toString())
            .succeeded();
    assertThat(run.stdout().strip()).isEqualTo("given-token");
  }

  @Test
  void what_is_wrong_has_its_status_and_says_what_to_do() throws Exception {
    Run wrong =
        latch(
            Map.of("LATCH_CLIENT_ID", "job", "LATCH_CLIENT_SECRET", "wrong"),
            "token",
            clinic.url().toString());
    assertThat(wrong.status()).isEqualTo(6);
    assertThat(wrong.stderr()).contains("invalid_client", "LATCH_CLIENT_SECRET");

    Run missing =
        latch(
            Map.of("LATCH_ASSERTION_FILE", folder.resolve("none").toString()),
            "token",
            clinic.url().toString());
    assertThat(missing.status()).isEqualTo(7);
    assertThat(missing.stderr()).contains("is not there");

    Run expired =
        latch(
            Map.of("LATCH_ASSERTION_FILE", assertion(-100).toString()),
            "token",
            clinic.url().toString());
    assertThat(expired.status()).isEqualTo(7);
    assertThat(expired.stderr()).contains("expired");

    Run failed =
        latch(Map.of("LATCH_ASSERTION_COMMAND", "false"), "token", clinic.url().toString());
    assertThat(failed.status()).isEqualTo(7);
    assertThat(failed.stderr()).contains("ended with status 1");

    Run elsewhere =
        latch(
            Map.of(
                "LATCH_CLIENT_ID", "job",
                "LATCH_CLIENT_SECRET", SECRET,
                "LATCH_CLIENT_ISSUER", "https://auth.example.com"),
            "token",
            clinic.url().toString());
    assertThat(elsewhere.status()).isEqualTo(6);
    assertThat(elsewhere.stderr()).contains("https://auth.example.com").doesNotContain(SECRET);
  }
}

package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Settings;
import dev.latchstring.client.store.MemoryTokenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7523 §2.1: assertions of others, of a platform, and of our own; and where they may go. */
@Timeout(300)
class JwtBearerTest {
  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final Protected clinic = new Protected();
  private LatchClient client;

  JwtBearerTest() {
    clinic.server.on("/token", Protected.tokens("machine-token", null));
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    clinic.close();
  }

  private String issuer() {
    return clinic.server.origin();
  }

  private long soon() {
    return clock.instant().getEpochSecond() + 300;
  }

  private String token(MachineGrant grant) {
    return token(grant, null);
  }

  private String token(MachineGrant grant, ClientIdentity identity) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(identity)
            .machine(MachineConfiguration.of(grant))
            .build();
    return client.account(clinic.server.uri("/mcp")).tokens().token().value();
  }

  private static TokenOrigin given(String assertion) {
    return new GivenOrigin("the test", assertion);
  }

  private ClientException failure(MachineGrant grant) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> token(grant));
    assertThat(e).isNotNull();
    return e;
  }

  private Request sent() {
    assertThat(clinic.server.to("/token")).hasSize(1);
    return clinic.server.to("/token").getFirst();
  }

  @Test
  void a_workload_needs_no_client_and_no_secret() {
    String assertion = Machines.assertion(issuer(), soon());

    assertThat(token(new WorkloadIdentity(given(assertion)))).isEqualTo("machine-token");

    Request request = sent();
    assertThat(request.form().required("grant_type")).isEqualTo(JwtBearer.GRANT_TYPE);
    assertThat(request.form().required("assertion")).isEqualTo(assertion);
    assertThat(request.form().required("resource")).isEqualTo(issuer() + "/mcp");
    assertThat(request.form().required("scope")).isEqualTo("clinic:read");
    assertThat(request.form().optional("client_id")).isNull();
    assertThat(request.header("Authorization")).isNull();
    assertThat(clinic.server.to("/register")).isEmpty();
  }

  @Test
  void a_configured_client_is_named() {
    token(
        new WorkloadIdentity(given(Machines.assertion(issuer(), soon()))),
        ClientIdentity.publicClient("workload-client"));
    assertThat(sent().form().required("client_id")).isEqualTo("workload-client");
  }

  @Test
  void the_token_endpoint_and_the_issuer_with_its_last_slash_are_audiences_as_well() {
    token(new WorkloadIdentity(given(Machines.assertion(issuer() + "/token", soon()))));
    token(new WorkloadIdentity(given(Machines.assertion(issuer() + "/", soon()))));
    token(
        new WorkloadIdentity(
            given(
                Machines.jwt(
                    Map.of(
                        "aud", List.of("https://other.example.com", issuer()), "exp", soon())))));
    assertThat(clinic.server.to("/token")).hasSize(3);
  }

  @Test
  void what_is_meant_for_another_is_not_sent() {
    for (String assertion :
        List.of(
            Machines.assertion("https://kubernetes.default.svc", soon()),
            Machines.jwt(Map.of("sub", "x", "exp", soon())),
            Machines.jwt(Map.of("aud", Map.of("x", issuer()), "exp", soon())))) {
      ClientException e = failure(new WorkloadIdentity(given(assertion)));
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
      assertThat(e.hint()).contains(issuer(), "LATCH_CLIENT_ISSUER");
      assertThat(e).hasMessageNotContaining(assertion);
    }
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void it_is_sent_to_an_authorization_server_that_the_person_pinned() {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .settings(Settings.of(ServerSettings.ofOptions(List.of("issuer=" + issuer()), null)))
            .machine(
                MachineConfiguration.of(
                    new WorkloadIdentity(
                        given(Machines.assertion("api://AzureADTokenExchange", soon())))))
            .build();
    assertThat(client.account(clinic.server.uri("/mcp")).tokens().token().value())
        .isEqualTo("machine-token");
  }

  @Test
  void an_expired_assertion_and_one_that_is_no_jwt_are_told_before_anything_is_sent() {
    long now = clock.instant().getEpochSecond();
    ClientException expired =
        failure(new WorkloadIdentity(given(Machines.assertion(issuer(), now - 90))));
    assertThat(expired.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
    assertThat(expired).hasMessageContaining("expired 90 seconds ago");
    for (String wrong : List.of("opaque", "a.b", "a.b.c", "e30.W10.x", "a.b.c.d.e", "...")) {
      assertThat(failure(new WorkloadIdentity(given(wrong))))
          .as(wrong)
          .hasMessageContaining("no signed JWT");
    }
    assertThat(clinic.server.to("/token")).isEmpty();

    token(new WorkloadIdentity(given(Machines.assertion(issuer(), now - 30))));
    assertThat(sent().form().required("assertion")).as("clocks differ").isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid_grant", "invalid_scope", "unauthorized_client"})
  void a_refusal_is_told_and_neither_repeated_nor_tried_in_another_way(String code) {
    clinic.server.on("/token", Answer.error(code));
    MachineGrant grant = new WorkloadIdentity(given(Machines.assertion(issuer(), soon())));

    ClientException e =
        catchThrowableOfType(
            ClientException.class,
            () -> token(grant, ClientIdentity.confidential("ci-job", "s3cret")));

    assertThat(e).hasMessageContaining(code);
    assertThat(e.hint()).isNotNull();
    assertThat(clinic.server.to("/token")).hasSize(1);
    assertThatThrownBy(() -> client.account(clinic.server.uri("/mcp")).tokens().token())
        .isInstanceOf(ClientException.class);
    assertThat(clinic.server.to("/token")).hasSize(1);
  }

  @Test
  void what_is_not_trusted_is_named_as_trust_is_configured() {
    clinic.server.on("/token", Answer.error("invalid_grant"));
    String assertion =
        Machines.jwt(
            Map.of(
                "iss", "https://ci.example.com", "sub", "job-7", "aud", issuer(), "exp", soon()));
    assertThat(failure(new WorkloadIdentity(given(assertion))).hint())
        .contains("\"https://ci.example.com\"", "\"job-7\"")
        .doesNotContain(assertion);
  }

  @Test
  void a_file_that_the_platform_renews_is_read_for_each_token() throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, Machines.assertion(issuer(), soon()));
    token(new WorkloadIdentity(new FileOrigin(file)));
    clock.advance(java.time.Duration.ofSeconds(500));
    String renewed = Machines.assertion(issuer(), soon());
    Files.writeString(file, renewed);

    client.account(clinic.server.uri("/mcp")).tokens().token();

    assertThat(clinic.server.to("/token").getLast().form().required("assertion"))
        .isEqualTo(renewed);
  }

  @Test
  void an_assertion_of_our_own_is_for_the_issuer_alone_and_new_each_time() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    MachineGrant grant =
        new JwtBearer(
            new OwnAssertion(
                new ClientKey(key, clock, new SecureRandom()), "https://us.example.com", "batch"));

    token(grant);
    token(grant);

    List<Request> requests = clinic.server.to("/token");
    JWSObject first = JWSObject.parse(requests.get(0).form().required("assertion"));
    JWSObject second = JWSObject.parse(requests.get(1).form().required("assertion"));
    assertThat(first.verify(new ECDSAVerifier(key.toPublicJWK()))).isTrue();
    assertThat(first.getHeader().getKeyID()).isEqualTo("k1");
    Map<String, Object> claims = first.getPayload().toJSONObject();
    assertThat(claims)
        .containsEntry("iss", "https://us.example.com")
        .containsEntry("sub", "batch")
        .containsEntry("aud", issuer());
    assertThat(((Number) claims.get("exp")).longValue())
        .isEqualTo(clock.instant().getEpochSecond() + 60);
    assertThat(claims.get("jti")).isNotEqualTo(second.getPayload().toJSONObject().get("jti"));
  }

  @Test
  void github_gives_a_job_an_id_token_for_the_authorization_server() {
    String assertion = Machines.assertion(issuer(), soon());
    clinic.server.on("/id-token", request -> Answer.json(200, Map.of("value", assertion)));
    TokenOrigin github =
        GithubActions.of(
                Map.of(
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    issuer() + "/id-token?api-version=2.0",
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                    "runner-secret"))
            .orElseThrow();

    token(new WorkloadIdentity(github));

    Request request = clinic.server.to("/id-token").getFirst();
    assertThat(request.header("Authorization")).isEqualTo("Bearer runner-secret");
    assertThat(sent().form().required("assertion")).isEqualTo(assertion);
    assertThat(github.toString()).doesNotContain("runner-secret");
  }

  @Test
  void a_job_that_may_have_no_id_token_is_told_which_permission_it_lacks() {
    assertThat(GithubActions.of(Map.of())).isEmpty();
    clinic.server.on("/id-token", Answer.status(403));
    TokenOrigin github = new GithubActions(clinic.server.uri("/id-token"), "runner-secret");
    ClientException e = failure(new WorkloadIdentity(github));
    assertThat(e.problem()).isEqualTo(Problem.CREDENTIAL_UNAVAILABLE);
    assertThat(e.hint()).contains("id-token: write");
  }
}

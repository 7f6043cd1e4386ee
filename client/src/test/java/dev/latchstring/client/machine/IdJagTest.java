package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSObject;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.TokenType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MCP, "Enterprise-Managed Authorization", against an identity provider that a test writes. */
@Timeout(300)
class IdJagTest {
  private final TestClock clock = new TestClock();
  private final Protected clinic = new Protected();
  private final TestServer provider = new TestServer();
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private LatchClient client;

  @BeforeEach
  void answer() {
    metadata.put("issuer", provider.origin());
    metadata.put("token_endpoint", provider.origin() + "/token");
    provider.on("/.well-known/openid-configuration", request -> Answer.json(200, metadata));
    provider.on("/token", request -> issued(grant(Map.of()), Map.of()));
    clinic.server.on("/token", Protected.tokens("clinic-token", null));
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    provider.close();
    clinic.close();
  }

  private String grant(Map<String, Object> more) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", provider.origin());
    claims.put("aud", clinic.server.origin());
    claims.put("jti", "grant-" + provider.to("/token").size());
    claims.putAll(more);
    return Machines.jwt("oauth-id-jag+jwt", claims);
  }

  private static Answer issued(String grant, Map<String, Object> more) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("access_token", grant);
    response.put("issued_token_type", TokenType.ID_JAG);
    response.put("token_type", "N_A");
    response.put("expires_in", 300);
    response.putAll(more);
    return Answer.json(200, response);
  }

  private TokenSource tokens() {
    ClientIdentity there = ClientIdentity.confidential("wiki-at-idp", "idp-secret");
    MachineGrant grant =
        new IdJag(
            new IdentityProvider(provider.origin(), there),
            new TokenExchange.Presented(
                new GivenOrigin("the test", "the-id-token"), TokenType.ID_TOKEN));
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(ClientIdentity.confidential("wiki-at-clinic", "clinic-secret"))
            .machine(MachineConfiguration.of(grant))
            .build();
    return client.account(clinic.server.uri("/mcp")).tokens();
  }

  private ClientException failure() {
    ClientException e = catchThrowableOfType(ClientException.class, () -> tokens().token());
    assertThat(e).isNotNull();
    assertThat(e).hasMessageNotContaining("the-id-token").hasMessageNotContaining("secret");
    return e;
  }

  @Test
  void what_the_provider_says_of_a_person_becomes_a_token_of_the_mcp_server() {
    AccessToken token = tokens().token();

    assertThat(token.value()).isEqualTo("clinic-token");
    Request exchange = provider.to("/token").getFirst();
    FormParameters form = exchange.form();
    assertThat(form.required("grant_type")).isEqualTo(TokenExchange.GRANT_TYPE);
    assertThat(form.required("requested_token_type")).isEqualTo(TokenType.ID_JAG);
    assertThat(form.required("audience")).isEqualTo(clinic.server.origin());
    assertThat(form.required("resource")).isEqualTo(clinic.server.origin() + "/mcp");
    assertThat(form.required("scope")).isEqualTo("clinic:read");
    assertThat(form.required("subject_token")).isEqualTo("the-id-token");
    assertThat(form.required("subject_token_type")).isEqualTo(TokenType.ID_TOKEN);
    assertThat(form.optional("actor_token")).isNull();
    Request redeemed = clinic.server.to("/token").getFirst();
    assertThat(redeemed.form().required("grant_type")).isEqualTo(JwtBearer.GRANT_TYPE);
    assertThat(redeemed.form().required("assertion")).startsWith("eyJ");
    assertThat(redeemed.form().optional("subject_token")).isNull();
    assertThat(exchange.header("Authorization"))
        .as("each server is told its own client's secret alone")
        .startsWith("Basic ")
        .isNotEqualTo(redeemed.header("Authorization"));
  }

  @Test
  void each_token_is_got_with_an_id_jag_of_its_own() {
    TokenSource tokens = tokens();
    tokens.token();
    clock.advance(Duration.ofSeconds(500));
    tokens.token();
    List<Request> redeemed = clinic.server.to("/token");
    assertThat(redeemed).hasSize(2);
    assertThat(redeemed.get(0).form().required("assertion"))
        .isNotEqualTo(redeemed.get(1).form().required("assertion"));
    assertThat(provider.to("/.well-known/openid-configuration")).hasSize(1);
  }

  @Test
  void a_client_that_the_mcp_server_does_not_know_is_registered_there() {
    client =
        LatchClient.using(new MemoryTokenStore())
            .machine(
                MachineConfiguration.of(
                    new IdJag(
                        new IdentityProvider(
                            provider.origin(), ClientIdentity.publicClient("wiki-at-idp")),
                        new TokenExchange.Presented(
                            new GivenOrigin("the test", "the-id-token"), TokenType.ID_TOKEN))))
            .build();
    client.account(clinic.server.uri("/mcp")).tokens().token();
    assertThat(provider.to("/token").getFirst().form().required("client_id"))
        .isEqualTo("wiki-at-idp");
    assertThat(clinic.server.to("/token").getFirst().form().required("client_id"))
        .isEqualTo("client-1");
  }

  @Test
  void an_answer_that_is_no_id_jag_for_this_server_is_not_sent_there() {
    Map<String, Answer> wrong = new LinkedHashMap<>();
    wrong.put(
        "an access token", issued("opaque", Map.of("issued_token_type", TokenType.ACCESS_TOKEN)));
    Map<String, Object> untold = new LinkedHashMap<>();
    untold.put("issued_token_type", null);
    wrong.put("of a type that is not told", issued(grant(Map.of()), untold));
    wrong.put("no JWT", issued("opaque", Map.of()));
    wrong.put("for another", issued(grant(Map.of("aud", "https://evil.example.com")), Map.of()));
    wrong.put(
        "for another as well",
        issued(
            grant(Map.of("aud", List.of(clinic.server.origin(), "https://evil.example.com"))),
            Map.of()));
    wrong.put(
        "bound to a key that nobody proved",
        issued(grant(Map.of("cnf", Map.of("jkt", "another"))), Map.of()));
    wrong.forEach((what, answer) -> {
      provider.on("/token", answer);
      assertThat(failure().problem()).as(what).isEqualTo(Problem.METADATA_INVALID);
    });
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void a_refusal_of_the_provider_says_who_can_help() {
    Map<String, Problem> refusals =
        Map.of(
            "invalid_grant", Problem.LOGIN_REQUIRED,
            "invalid_request", Problem.LOGIN_REQUIRED,
            "insufficient_user_authentication", Problem.REAUTHENTICATION_REQUIRED,
            "invalid_client", Problem.CLIENT_REFUSED,
            "invalid_target", Problem.REFUSED,
            "access_denied", Problem.REFUSED);
    refusals.forEach((code, problem) -> {
      provider.on("/token", Answer.error(code));
      ClientException e = failure();
      assertThat(e.problem()).as(code).isEqualTo(problem);
      assertThat(e).hasMessageContaining(provider.origin()).hasMessageContaining(code);
      assertThat(e.hint()).isNotNull();
    });
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void a_provider_of_another_issuer_is_asked_for_nothing() {
    metadata.put("issuer", "https://evil.example.com");
    assertThat(failure().problem()).isEqualTo(Problem.METADATA_INVALID);
    assertThat(provider.to("/token")).isEmpty();
  }

  @Test
  void where_both_servers_take_proofs_one_key_is_proven_to_both() throws Exception {
    metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    clinic.metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    clinic.resourceMetadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    provider.on(
        "/token",
        request -> issued(grant(Map.of("cnf", Map.of("jkt", thumbprint(request)))), Map.of()));
    clinic.server.on(
        "/token",
        Answer.json(200, Map.of("access_token", "bound", "token_type", "DPoP", "expires_in", 60)));

    AccessToken token = tokens().token();

    assertThat(token.isBound()).isTrue();
    assertThat(thumbprint(clinic.server.to("/token").getFirst()))
        .isEqualTo(thumbprint(provider.to("/token").getFirst()));
  }

  @Test
  void no_key_is_proven_to_the_provider_where_the_mcp_server_could_not_redeem_what_is_bound() {
    metadata.put("dpop_signing_alg_values_supported", List.of("ES256"));
    tokens().token();
    assertThat(provider.to("/token").getFirst().header("DPoP")).isNull();
    assertThat(clinic.server.to("/token").getFirst().header("DPoP")).isNull();
  }

  private static String thumbprint(Request request) throws Exception {
    return JWSObject.parse(request.header("DPoP")).getHeader().getJWK().computeThumbprint() + "";
  }
}

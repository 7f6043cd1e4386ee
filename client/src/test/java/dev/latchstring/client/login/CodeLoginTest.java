package dev.latchstring.client.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.Slot;
import dev.latchstring.client.store.StoredRegistration;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Scope;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CodeLoginTest {
  private final CodeServer server = new CodeServer();

  @AfterEach
  void close() {
    server.close();
  }

  private List<Request> tokenRequests() {
    return server.clinic.server.to("/token");
  }

  private static Approval approved(LoginOutcome outcome) {
    assertThat(outcome).isInstanceOf(LoginOutcome.Approved.class);
    return ((LoginOutcome.Approved) outcome).approval();
  }

  private static ClientException failure(CodeServer.Running login) {
    ClientException e = catchThrowableOfType(ClientException.class, login::outcome);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void the_browser_is_sent_with_everything_that_binds_its_answer() throws Exception {
    CodeServer.Running login = server.start();

    assertThat(login.login.flow()).isEqualTo(FlowName.CODE);
    assertThat(login.address.address().toString())
        .startsWith(server.clinic.server.origin() + "/authorize?");
    assertThat(login.asked.names())
        .containsExactlyInAnyOrder(
            "client_id",
            "response_type",
            "redirect_uri",
            "state",
            "code_challenge",
            "code_challenge_method",
            "scope",
            "resource");
    assertThat(login.asked.required("response_type")).isEqualTo("code");
    assertThat(login.asked.required("code_challenge_method")).isEqualTo("S256");
    assertThat(login.asked.required("resource")).isEqualTo(server.clinic.server.origin() + "/mcp");
    assertThat(login.asked.required("redirect_uri"))
        .isEqualTo(login.address.redirectUri().toString())
        .matches("http://127\\.0\\.0\\.1:\\d+/callback");
    assertThat(login.address.toString()).doesNotContain(login.state());

    String page = server.come(login.answered("the-code"));

    Approval approval = approved(login.outcome());
    assertThat(approval.needsConfirmation()).as("the person answered at this login").isFalse();
    Request token = tokenRequests().getFirst();
    assertThat(token.form().names())
        .containsExactlyInAnyOrder(
            "grant_type", "code", "redirect_uri", "code_verifier", "resource", "client_id");
    assertThat(token.form().required("code")).isEqualTo("the-code");
    assertThat(token.form().required("redirect_uri"))
        .isEqualTo(login.address.redirectUri().toString());
    assertThat(Pkce.challenge(token.form().required("code_verifier")))
        .isEqualTo(login.asked.required("code_challenge"));
    assertThat(page).contains("<h1>Signed in</h1>").doesNotContain("the-code");
  }

  @Test
  void each_login_has_a_verifier_and_a_state_of_its_own() throws Exception {
    CodeServer.Running first = server.start();
    CodeServer.Running second = server.start();

    assertThat(first.state()).isNotEqualTo(second.state());
    assertThat(first.asked.required("code_challenge"))
        .isNotEqualTo(second.asked.required("code_challenge"));
    assertThat(first.address.redirectUri()).isNotEqualTo(second.address.redirectUri());
    first.login.cancel();
    second.login.cancel();
    assertThat(first.outcome()).isEqualTo(new LoginOutcome.Cancelled());
    assertThat(second.outcome()).isEqualTo(new LoginOutcome.Cancelled());
  }

  @Test
  void what_the_server_registers_may_come_back_at_this_port_and_at_any() throws Exception {
    CodeServer.Running login = server.start();
    JsonNode registered = Json.readTree(server.clinic.server.to("/register").getFirst().body());
    assertThat(registered.path("redirect_uris").values())
        .extracting(JsonNode::stringValue)
        .containsExactly(login.address.redirectUri().toString(), "http://127.0.0.1/callback");
    assertThat(registered.path("application_type").stringValue()).isEqualTo("native");
    assertThat(registered.path("grant_types").values())
        .extracting(JsonNode::stringValue)
        .contains("authorization_code", "refresh_token");
    assertThat(registered.path("response_types").values())
        .extracting(JsonNode::stringValue)
        .containsExactly("code");
    login.login.cancel();
    login.outcome();

    CodeServer.Running again = server.start();

    assertThat(server.clinic.registrations).hasValue(1);
    assertThat(again.address.redirectUri())
        .as("a server that compares ports knows it")
        .isEqualTo(login.address.redirectUri());
    again.login.cancel();
  }

  @Test
  void a_client_that_was_registered_without_a_place_to_come_back_to_registers_anew()
      throws Exception {
    String issuer = server.clinic.server.origin();
    server.store.put(
        new Slot.RegistrationSlot(issuer),
        new StoredRegistration(issuer, "for-devices", null, "none", 1, 0));
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("client_id")).isEqualTo("client-1");
    login.login.cancel();
  }

  @Test
  void a_person_who_refuses_is_a_no_and_another_error_is_told() throws Exception {
    CodeServer.Running login = server.start();
    String page = server.come(login.back("error", "access_denied", "state", login.state()));
    assertThat(login.outcome()).isEqualTo(new LoginOutcome.Denied());
    assertThat(page).contains("Not signed in").contains("denied");

    CodeServer.Running other = server.start();
    server.come(
        other.back(
            "error",
            "invalid_scope",
            "error_description",
            "no\u001b[2J <b>such</b> scope",
            "state",
            other.state()));
    ClientException e = failure(other);
    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(e).hasMessageContaining("invalid_scope").hasMessageContaining("scope");
    assertThat(e.description()).doesNotContain("\u001b");
    assertThat(tokenRequests()).isEmpty();
  }

  @Test
  void what_a_browser_brings_that_does_not_work_is_told_in_the_browser_too() throws Exception {
    server.clinic.server.on("/token", Answer.error("invalid_grant"));
    CodeServer.Running login = server.start();
    String page = server.come(login.answered("spent"));
    assertThat(failure(login).problem()).isEqualTo(Problem.REFUSED);
    assertThat(page).contains("Not signed in");
  }

  @Test
  void a_client_that_the_server_forgot_is_registered_anew_the_next_time() throws Exception {
    server.clinic.server.on("/token", Answer.error("invalid_client"));
    CodeServer.Running login = server.start();
    server.come(login.answered("a-code"));
    assertThat(failure(login).problem()).isEqualTo(Problem.CLIENT_REFUSED);

    CodeServer.Running again = server.start();
    assertThat(again.asked.required("client_id")).isEqualTo("client-2");
    again.login.cancel();
  }

  @Test
  void offline_access_is_asked_for_where_the_server_knows_it_and_only_there() throws Exception {
    server.clinic.metadata.put("scopes_supported", List.of("clinic:read", "offline_access"));
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("scope")).isEqualTo("clinic:read offline_access");
    assertThat(login.asked.required("prompt")).isEqualTo("consent");
    login.login.cancel();

    server.options = LoginOptions.DEFAULT.withScope(Scope.NONE);
    CodeServer.Running open = server.start();
    assertThat(open.asked.names())
        .as("where the scope is left to the server, so is this")
        .doesNotContain("scope", "prompt");
    open.login.cancel();
  }

  @Test
  void another_person_is_asked_for_where_one_is_let_in() throws Exception {
    server.clinic.metadata.put("prompt_values_supported", List.of("none", "select_account"));
    server.options = LoginOptions.DEFAULT.allowingAnotherPerson();
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("prompt")).isEqualTo("select_account");
    login.login.cancel();
  }

  @Test
  void a_configured_client_is_used_as_it_is() throws Exception {
    server.configured = ClientIdentity.confidential("mine", "s3cret");
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("client_id")).isEqualTo("mine");
    server.come(login.answered("a-code"));
    approved(login.outcome());
    assertThat(tokenRequests().getFirst().header("Authorization")).startsWith("Basic ");
    assertThat(server.clinic.registrations).hasValue(0);
  }

  // Pushed requests

  private final AtomicInteger pushed = new AtomicInteger();

  private void takePushed() {
    server.clinic.metadata.put(
        "pushed_authorization_request_endpoint", server.clinic.server.origin() + "/par");
    server.clinic.server.on(
        "/par",
        request ->
            Answer.json(
                201,
                Map.of(
                    "request_uri",
                    "urn:ietf:params:oauth:request_uri:" + pushed.incrementAndGet(),
                    "expires_in",
                    60)));
  }

  @Test
  void a_request_is_pushed_where_that_is_offered() throws Exception {
    takePushed();
    CodeServer.Running login = server.start();
    assertThat(login.asked.names()).containsExactlyInAnyOrder("client_id", "request_uri");
    FormParameters form = server.clinic.server.to("/par").getFirst().form();
    assertThat(form.required("code_challenge_method")).isEqualTo("S256");
    assertThat(form.required("resource")).isEqualTo(server.clinic.server.origin() + "/mcp");

    server.come(login.back("code", "a-code", "state", form.required("state")));

    approved(login.outcome());
    assertThat(Pkce.challenge(tokenRequests().getFirst().form().required("code_verifier")))
        .isEqualTo(form.required("code_challenge"));
  }

  @Test
  void a_refusal_of_a_pushed_request_is_told_before_anybody_is_bothered() {
    takePushed();
    server.clinic.server.on("/par", Answer.error("invalid_scope"));
    ClientException e = catchThrowableOfType(ClientException.class, server::start);
    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(e).hasMessageContaining("could not be started");
  }

  @Test
  void a_forgotten_client_registers_anew_and_pushes_again() throws Exception {
    takePushed();
    AtomicInteger tries = new AtomicInteger();
    server.clinic.server.on(
        "/par",
        request ->
            tries.incrementAndGet() == 1
                ? Answer.error("invalid_client")
                : Answer.json(201, Map.of("request_uri", "urn:x", "expires_in", 60)));
    CodeServer.Running login = server.start();
    assertThat(login.asked.required("client_id")).isEqualTo("client-2");
    login.login.cancel();
  }

  @Test
  void an_endpoint_that_does_not_answer_as_it_should_matters_only_where_it_is_required()
      throws Exception {
    takePushed();
    server.clinic.server.on("/par", Answer.status(404));
    CodeServer.Running login = server.start();
    assertThat(login.asked.names()).contains("code_challenge");
    login.login.cancel();

    server.clinic.metadata.put("require_pushed_authorization_requests", true);
    ClientException e = catchThrowableOfType(ClientException.class, server::start);
    assertThat(e.problem()).isEqualTo(Problem.METADATA_INVALID);
  }

  // Keys

  private void takeKeys() {
    server.clinic.metadata.put("dpop_signing_alg_values_supported", List.of("RS256", "ES256"));
    server.clinic.resourceMetadata.put(
        "dpop_signing_alg_values_supported", List.of("RS256", "ES256"));
  }

  @Test
  void no_key_is_proven_for_a_server_that_takes_none_and_for_who_wants_none() throws Exception {
    takeKeys();
    server.clinic.resourceMetadata.remove("dpop_signing_alg_values_supported");
    CodeServer.Running login = server.start();
    assertThat(login.asked.names()).doesNotContain("dpop_jkt");
    login.login.cancel();

    takeKeys();
    server.options = LoginOptions.DEFAULT.asBearer();
    CodeServer.Running bearer = server.start();
    assertThat(bearer.asked.names()).doesNotContain("dpop_jkt");
    bearer.login.cancel();
  }

  @Test
  void a_refusal_that_asks_for_a_bound_token_is_enough() throws Exception {
    takeKeys();
    server.clinic.resourceMetadata.remove("dpop_signing_alg_values_supported");
    refuseWith("DPoP algs=\"RS256 ES256\", ");
    CodeServer.Running login = server.start();
    assertThat(login.asked.names()).contains("dpop_jkt");
    login.login.cancel();

    refuseWith("DPoP algs=\"EdDSA\", ");
    CodeServer.Running other = server.start();
    assertThat(other.asked.names()).doesNotContain("dpop_jkt");
    other.login.cancel();
  }

  private void refuseWith(String challenge) {
    server.clinic.server.on(
        "/mcp",
        Answer.status(401)
            .with(
                "WWW-Authenticate",
                challenge
                    + "resource_metadata=\""
                    + server.clinic.server.origin()
                    + "/.well-known/oauth-protected-resource/mcp\""));
  }

  @Test
  void tokens_are_bound_to_a_new_key_where_the_server_takes_one() throws Exception {
    takeKeys();
    CodeServer.Running login = server.start();
    String thumbprint = login.asked.required("dpop_jkt");
    server.come(login.answered("a-code"));
    approved(login.outcome()).confirm();

    JsonNode proof = proof(tokenRequests().getFirst());
    assertThat(proof.path("htm").stringValue()).isEqualTo("POST");
    assertThat(stored().tokenType()).isEqualTo("DPoP");
    assertThat(com.nimbusds.jose.jwk.JWK.parse(stored().dpopKey()).computeThumbprint().toString())
        .isEqualTo(thumbprint);

    CodeServer.Running another = server.start();
    assertThat(another.asked.required("dpop_jkt")).isNotEqualTo(thumbprint);
    another.login.cancel();
  }

  @Test
  void a_nonce_that_the_server_wants_is_sent() throws Exception {
    takeKeys();
    server.clinic.server.on(
        "/token",
        request ->
            proof(request).has("nonce")
                ? CodeServer.tokens(request)
                : Answer.error("use_dpop_nonce").with("DPoP-Nonce", "fresh"));
    CodeServer.Running login = server.start();
    server.come(login.answered("a-code"));
    approved(login.outcome());
    assertThat(tokenRequests()).hasSize(2);
    assertThat(proof(tokenRequests().getLast()).path("nonce").stringValue()).isEqualTo("fresh");
  }

  @Test
  void bearer_tokens_are_taken_from_a_server_that_was_offered_a_key_and_the_key_is_kept()
      throws Exception {
    takeKeys();
    server.clinic.server.on("/token", bearer());
    CodeServer.Running login = server.start();
    server.come(login.answered("a-code"));
    approved(login.outcome()).confirm();
    assertThat(stored().tokenType()).isEqualTo("Bearer");
    assertThat(stored().dpopKey()).as("the refresh token may be bound to it").isNotNull();
  }

  @Test
  void bearer_tokens_are_refused_where_the_mcp_server_takes_bound_ones_alone() throws Exception {
    server.clinic.resourceMetadata.put("dpop_bound_access_tokens_required", true);
    server.clinic.server.on("/token", bearer());
    CodeServer.Running login = server.start();
    server.come(login.answered("a-code"));
    assertThat(failure(login)).hasMessageContaining("Bearer");
  }

  private static Answer bearer() {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", "plain");
    tokens.put("token_type", "Bearer");
    tokens.put("refresh_token", "refresh");
    return Answer.json(200, tokens);
  }

  private static JsonNode proof(Request request) {
    String proof = request.header("Dpop");
    assertThat(proof).as("a proof").isNotNull();
    return Json.readTree(
        new String(
            java.util.Base64.getUrlDecoder().decode(proof.split("\\.")[1]),
            java.nio.charset.StandardCharsets.UTF_8));
  }

  private dev.latchstring.client.store.StoredLogin stored() {
    return server
        .store
        .find(new Slot.LoginSlot(URI.create(server.clinic.server.origin() + "/mcp"), "default"))
        .orElseThrow();
  }
}

package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeem;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeemAsWeb;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.authorize.CodeFlow.Seen;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code mcp_context} on its way through the browser. */
class ContextInCodeFlowTest {
  private static final String STATED =
      "{\"model_session_id\":\"session-1\",\"intended_use\":\"interactive_chat\"}";

  private static RunningServer server;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            CodeFlow.YAML.replace(
                "client_name: Example Desktop",
                "client_name: Example Desktop\n    mcp_context_in_redirect: true"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, String> stating(String context, String... changes) {
    Map<String, String> request = request("mcp_context", context);
    request.putAll(RunningServer.form(changes));
    return request;
  }

  @Test
  void a_code_is_bound_to_the_context_of_its_request() throws Exception {
    CodeFlow browser = new CodeFlow(server);
    String code = browser.code(stating(STATED, "scope", "openid clinic:read"));

    assertThat(redeem(server, code, "mcp_context", "{\"model_session_id\":\"other\"}").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "mcp_context", "{").outcome()).isEqualTo("400 invalid_request");
    Answer answer =
        redeem(
            server,
            code,
            "mcp_context",
            "{ \"intended_use\": \"interactive_chat\", \"model_session_id\": \"session-1\" }");

    assertThat(answer.outcome()).as("what was refused did not use the code up").isEqualTo("200");
    assertThat(answer.json().path("mcp_model_context")).isEqualTo(Json.readTree(STATED));
    for (String token : List.of("access_token", "id_token")) {
      JWTClaimsSet claims = SignedJWT.parse(answer.text(token)).getJWTClaimsSet();
      assertThat(claims.getStringClaim("mcp_session_id")).as(token).isEqualTo("session-1");
      assertThat(claims.getStringListClaim("mcp_scopes"))
          .as(token)
          .containsExactlyInAnyOrder("openid", "clinic:read");
      assertThat(claims.getClaim("mcp_context")).as(token).isNull();
    }
    assertThat(server.introspect(answer.text("access_token")).path("mcp_context"))
        .isEqualTo(Json.readTree(STATED));
  }

  @Test
  void a_redemption_may_state_nothing_but_nothing_new() {
    CodeFlow browser = new CodeFlow(server);

    assertThat(
            redeem(server, browser.code(stating(STATED)))
                .json()
                .path("mcp_model_context")
                .path("model_session_id")
                .asString())
        .isEqualTo("session-1");
    assertThat(redeem(server, browser.code(request()), "mcp_context", STATED).outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void only_who_is_registered_for_it_finds_it_in_the_redirect() {
    CodeFlow browser = new CodeFlow(server);

    FormParameters told = browser.decide(stating(STATED), "allow").answer();
    assertThat(told.required("mcp_context")).isEqualTo(STATED);
    assertThat(told.required("iss")).isEqualTo(server.issuer());

    Map<String, String> web = webRequest("mcp_context", STATED);
    assertThat(browser.decide(web, "allow").answer().optional("mcp_context")).isNull();
    Answer answer = redeemAsWeb(server, browser.decide(web, "allow").answer().required("code"));
    assertThat(answer.json().path("mcp_model_context")).isEqualTo(Json.readTree(STATED));
  }

  @Test
  void a_redirect_carries_a_kibibyte_at_most_and_none_with_an_error() {
    CodeFlow browser = new CodeFlow(server);
    String fits = "{\"a\":\"" + "é".repeat(508) + "\"}";
    String larger = "{\"a\":\"" + "é".repeat(508) + "x\"}";

    assertThat(fits.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSize(1024);
    assertThat(browser.decide(stating(fits), "allow").answer().optional("mcp_context"))
        .isEqualTo(fits);
    assertThat(browser.decide(stating(larger), "allow").answer().optional("mcp_context")).isNull();
    assertThat(browser.decide(stating(fits), "deny").answer().optional("mcp_context")).isNull();
  }

  @Test
  void a_context_that_cannot_be_used_is_told_to_the_client() {
    CodeFlow browser = new CodeFlow(server);
    for (String context :
        List.of(
            "[]",
            "{\"a\":\"" + "x".repeat(4096) + "\"}",
            "{\"a\":".repeat(9) + "1" + "}".repeat(9),
            "{\"model_session_id\":\"a b\"}")) {
      Seen seen = browser.authorize(stating(context));
      assertThat(seen.outcome()).isEqualTo("redirect invalid_request");
      assertThat(seen.answer().required("error_description")).contains("mcp_context");
      assertThat(push(context).outcome()).isEqualTo("400 invalid_request");
    }
    assertThat(
            browser
                .authorizeRaw(FormParameters.encode(stating("{}")) + "&mcp_context=%7B%7D")
                .status())
        .isEqualTo(400);
  }

  private static Answer push(String context) {
    return server.post(
        "/par",
        stating(context).entrySet().stream()
            .flatMap(each -> java.util.stream.Stream.of(each.getKey(), each.getValue()))
            .toArray(String[]::new));
  }

  @Test
  void a_pushed_request_keeps_its_context() {
    CodeFlow browser = new CodeFlow(server);
    String whole = "{\"model_session_id\":\"pushed\",\"a\":\"" + "x".repeat(4000) + "\"}";
    Answer pushed = push(whole);
    assertThat(pushed.status()).isEqualTo(201);

    String code =
        browser.code(
            RunningServer.form(
                "client_id",
                "desktop",
                "request_uri",
                pushed.text("request_uri"),
                "mcp_context",
                "{\"model_session_id\":\"of the browser\"}"));
    assertThat(redeem(server, code).json().path("mcp_model_context"))
        .isEqualTo(Json.readTree(whole));
  }

  @Test
  void the_consent_page_shows_the_use_as_a_statement_of_the_client() {
    CodeFlow browser = new CodeFlow(server);
    Seen page =
        browser.signIn(
            browser.authorize(
                stating(
                    "{\"intended_use\":\"<script>alert(1)</script> \\u202e approved by your bank"
                        + "y".repeat(200)
                        + "\",\"secret\":\"not-shown\"}")));

    assertThat(page.title()).isEqualTo("Allow or deny?");
    assertThat(page.body())
        .contains("Intended use, as stated by the client: <bdi>&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert", "\u202e", "not-shown", "y".repeat(100));
    for (String silent :
        List.of("{\"intended_use\":{\"a\":1}}", "{\"intended_use\":\"\\u200b\"}")) {
      assertThat(browser.authorize(stating(silent)).body()).doesNotContain("Intended use");
    }
  }
}

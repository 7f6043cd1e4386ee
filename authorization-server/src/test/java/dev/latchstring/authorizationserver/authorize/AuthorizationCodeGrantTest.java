package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeem;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.redeemAsWeb;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static dev.latchstring.authorizationserver.authorize.CodeFlow.webRequest;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.dpop.Prover;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.FormParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 6749 §4.1.3 and RFC 7636 §4.5 and §4.6: what a code is worth, once, to whom. */
@OnEveryDatabase
class AuthorizationCodeGrantTest {
  private final DatabaseKind kind;
  private RunningServer server;
  private CodeFlow browser;

  AuthorizationCodeGrantTest(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void start() {
    server = RunningServer.start(kind, CodeFlow.YAML);
    browser = new CodeFlow(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_code_becomes_tokens_for_what_was_allowed() throws Exception {
    Answer answer = redeem(server, browser.code(request("scope", "clinic:read clinic:write")));

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.text("token_type")).isEqualTo("Bearer");
    assertThat(answer.text("scope")).isEqualTo("clinic:read clinic:write");
    JWTClaimsSet claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    assertThat(claims.getAudience()).containsExactly(CLINIC);
    assertThat(claims.getStringClaim("client_id")).isEqualTo("desktop");
    assertThat(claims.getStringClaim("preferred_username")).isEqualTo("alice");
    assertThat(claims.getStringListClaim("amr")).containsExactly("pwd");
    Answer refreshed = server.refresh("desktop", answer.text("refresh_token"));
    assertThat(refreshed.outcome()).isEqualTo("200");
    assertThat(refreshed.text("scope")).isEqualTo("clinic:read clinic:write");
  }

  @Test
  void a_confidential_client_authenticates_and_a_client_without_the_grant_gets_no_refresh_token() {
    assertThat(redeemAsWeb(server, browser.code(webRequest())).outcome()).isEqualTo("200");

    String code = browser.code(request("client_id", "site", "redirect_uri", null));
    Answer answer = redeem(server, code, "client_id", "site", "redirect_uri", null);

    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.json().has("refresh_token")).isFalse();
  }

  @Test
  void a_wrong_attempt_leaves_the_code_to_who_has_the_verifier() {
    String code = browser.code(request());
    String other = "x".repeat(43);

    assertThat(redeem(server, code, "code_verifier", other).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "code_verifier", null).outcome())
        .isEqualTo("400 invalid_request");
    assertThat(redeem(server, code, "code_verifier", CodeFlow.CHALLENGE).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "code_verifier", "x".repeat(42)).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "code_verifier", "x".repeat(129)).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "code_verifier", "x".repeat(42) + "!").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "redirect_uri", null).outcome()).isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "redirect_uri", "http://127.0.0.1:7778/callback").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "redirect_uri", CodeFlow.LOOPBACK + "/").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "resource", VAULT).outcome()).isEqualTo("400 invalid_target");
    assertThat(redeem(server, code, "scope", "clinic:write").outcome())
        .isEqualTo("400 invalid_scope");
    assertThat(redeem(server, code, "code", code.substring(1)).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "code", null).outcome()).isEqualTo("400 invalid_request");

    assertThat(redeem(server, code, "resource", CLINIC).outcome()).isEqualTo("200");
  }

  @Test
  void a_code_is_of_no_use_to_another_client() {
    String code = browser.code(webRequest());

    assertThat(
            redeem(server, code, "client_id", "desktop", "redirect_uri", CodeFlow.WEB_CALLBACK)
                .outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeem(server, code, "client_id", "web").outcome()).isEqualTo("401 invalid_client");
    assertThat(
            server
                .postAs(
                    "other-web",
                    "other-web-secret-0123456789",
                    "/token",
                    "grant_type",
                    "authorization_code",
                    "code",
                    code,
                    "redirect_uri",
                    CodeFlow.WEB_CALLBACK,
                    "code_verifier",
                    CodeFlow.VERIFIER)
                .outcome())
        .isEqualTo("400 invalid_grant");

    assertThat(redeemAsWeb(server, code).outcome()).isEqualTo("200");
  }

  @Test
  void a_redirect_uri_that_was_not_named_need_not_be_named_again_but_no_other_is_taken() {
    String code = browser.code(webRequest());
    String unnamed = browser.code(request("client_id", "web", "redirect_uri", null));
    String another = browser.code(request("client_id", "web", "redirect_uri", null));

    assertThat(redeemAsWeb(server, code, "redirect_uri", "https://evil.example/").outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(redeemAsWeb(server, unnamed, "redirect_uri", "").outcome()).isEqualTo("200");
    assertThat(redeemAsWeb(server, another).outcome()).isEqualTo("200");
  }

  @Test
  void a_code_is_over_after_a_minute() {
    String early = browser.code(request());
    String late = browser.code(request());

    server.clock().advance(Duration.ofSeconds(59));
    assertThat(redeem(server, early).outcome()).isEqualTo("200");
    server.clock().advance(Duration.ofSeconds(1));
    assertThat(redeem(server, late).outcome()).isEqualTo("400 invalid_grant");
  }

  @Test
  void a_code_that_comes_twice_revokes_what_the_first_time_gave() {
    String code = browser.code(request());
    Answer first = redeem(server, code);
    assertThat(server.introspect(first.text("access_token")).path("active").asBoolean()).isTrue();

    assertThat(redeem(server, code, "code_verifier", "x".repeat(43)).outcome())
        .isEqualTo("400 invalid_grant");

    assertThat(server.introspect(first.text("access_token")).path("active").asBoolean()).isFalse();
    assertThat(server.refresh("desktop", first.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void another_client_cannot_have_a_grant_revoked_with_a_code_it_has_seen() {
    String code = browser.code(request());
    Answer first = redeem(server, code);

    redeem(server, code, "client_id", "narrow");

    assertThat(server.introspect(first.text("access_token")).path("active").asBoolean()).isTrue();
  }

  @Test
  void of_many_at_once_one_gets_tokens_and_then_nobody_has_any() throws Exception {
    String code = browser.code(request());

    List<Answer> answers = Together.run(12, () -> redeem(server, code));

    List<Answer> winners = answers.stream().filter(a -> a.status() == 200).toList();
    assertThat(winners).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() != 200).map(Answer::outcome))
        .hasSize(11)
        .containsOnly("400 invalid_grant");
    String token = winners.getFirst().text("access_token");
    assertThat(server.introspect(token).path("active").asBoolean()).isFalse();
  }

  @Test
  void an_acr_that_was_asked_for_stands_in_the_token() throws Exception {
    String code =
        browser.code(request("acr_values", "phr " + AuthorizationRequestRules.PASSWORD_ACR));

    JWTClaimsSet claims =
        SignedJWT.parse(redeem(server, code).text("access_token")).getJWTClaimsSet();

    assertThat(claims.getStringClaim("acr")).isEqualTo(AuthorizationRequestRules.PASSWORD_ACR);
  }

  @Test
  void scope_and_resource_that_nobody_named_are_the_usual_ones() {
    Answer answer = redeem(server, browser.code(request("scope", null)));

    assertThat(answer.text("scope")).isEqualTo("clinic:read");
  }

  @Test
  void the_nonce_of_the_request_comes_back_in_the_id_token() throws Exception {
    Answer answer =
        redeem(server, browser.code(request("scope", "openid clinic:read", "nonce", "the nonce")));

    JWTClaimsSet idToken = SignedJWT.parse(answer.text("id_token")).getJWTClaimsSet();
    assertThat(idToken.getStringClaim("nonce")).isEqualTo("the nonce");
    assertThat(idToken.getAudience()).containsExactly("desktop");
    assertThat(redeem(server, browser.code(request())).json().has("id_token")).isFalse();
  }

  @Test
  void a_code_that_was_bound_to_a_key_is_redeemed_with_it_alone() throws Exception {
    Prover prover = new Prover(server);
    String code = browser.code(request("dpop_jkt", prover.jkt()));
    String form = FormParameters.encode(CodeFlow.redemption(code));

    assertThat(server.postRaw("/token", form).outcome()).isEqualTo("400 invalid_grant");
    assertThat(server.postRaw("/token", form, "DPoP", new Prover(server).proof()).outcome())
        .isEqualTo("400 invalid_grant");
    Answer answer = server.postRaw("/token", form, "DPoP", prover.proof());

    assertThat(answer.text("token_type")).isEqualTo("DPoP");
    assertThat(
            SignedJWT.parse(answer.text("access_token"))
                .getJWTClaimsSet()
                .getJSONObjectClaim("cnf"))
        .isEqualTo(Map.of("jkt", prover.jkt()));
    assertThat(server.refresh("desktop", answer.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(browser.authorize(request("dpop_jkt", "short")).outcome())
        .isEqualTo("redirect invalid_request");
  }
}

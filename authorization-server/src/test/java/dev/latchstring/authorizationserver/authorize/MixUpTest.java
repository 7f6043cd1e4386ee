package dev.latchstring.authorizationserver.authorize;

import static dev.latchstring.authorizationserver.authorize.CodeFlow.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * RFC 9700 §4.4 and RFC 9207: a client that uses two servers, one of them an attacker's, is told by
 * every answer whose it is; what one gave is worth nothing at the other.
 */
class MixUpTest {
  private static RunningServer honest;
  private static RunningServer other;

  @BeforeAll
  static void start() {
    honest = RunningServer.start(CodeFlow.YAML);
    other = RunningServer.start(CodeFlow.YAML);
  }

  @AfterAll
  static void stop() {
    honest.close();
    other.close();
  }

  @Test
  void every_answer_names_the_server_that_gave_it() {
    Map<String, Map<String, String>> requests = new LinkedHashMap<>();
    requests.put("code", request());
    requests.put("login_required", request("prompt", "none"));
    requests.put("invalid_scope", request("scope", "nothing:known"));
    requests.put("invalid_target", request("resource", "https://elsewhere.example/"));
    requests.put("unsupported_response_type", request("response_type", "token"));
    requests.put("invalid_request", request("code_challenge", null));
    requests.put("request_not_supported", request("request", "a.b.c"));
    for (RunningServer server : new RunningServer[] {honest, other}) {
      requests.forEach((outcome, request) -> {
        var answer = new CodeFlow(server).decide(request, "allow").answer();
        assertThat(answer.all("iss")).as(outcome).containsExactly(server.issuer());
        if (!outcome.equals("code")) {
          assertThat(answer.optional("error")).isEqualTo(outcome);
        }
      });
      var denied = new CodeFlow(server).decide(request(), "deny").answer();
      assertThat(denied.optional("error")).isEqualTo("access_denied");
      assertThat(denied.all("iss")).containsExactly(server.issuer());
    }
    assertThat(
            honest
                .get("/.well-known/oauth-authorization-server")
                .json()
                .path("authorization_response_iss_parameter_supported")
                .asBoolean())
        .isTrue();
  }

  @Test
  void what_one_server_gave_is_worth_nothing_at_another() {
    String code = new CodeFlow(honest).code(request());
    assertThat(CodeFlow.redeem(other, code).outcome()).isEqualTo("400 invalid_grant");
    var tokens = CodeFlow.redeem(honest, code);
    assertThat(tokens.outcome()).isEqualTo("200");
    assertThat(other.refresh("desktop", tokens.text("refresh_token")).outcome())
        .isEqualTo("400 invalid_grant");
    assertThat(
            other
                .asClinicServer("/introspect", "token", tokens.text("access_token"))
                .json()
                .path("active")
                .asBoolean())
        .isFalse();
  }
}

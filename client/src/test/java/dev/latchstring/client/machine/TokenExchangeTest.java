package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.machine.TokenExchange.Presented;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.TokenType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 8693, and where a token that is to be exchanged may go. */
@Timeout(300)
class TokenExchangeTest {
  private final TestClock clock = new TestClock();
  private final Protected clinic = new Protected();
  private LatchClient client;

  TokenExchangeTest() {
    answers(Map.of("issued_token_type", TokenType.ACCESS_TOKEN));
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    clinic.close();
  }

  private void answers(Map<String, Object> more) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", "exchanged");
    tokens.put("token_type", "Bearer");
    tokens.put("expires_in", 60);
    tokens.putAll(more);
    clinic.server.on("/token", Answer.json(200, tokens));
  }

  private String token(String subject, Presented actor) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clock(clock)
            .clientIdentity(ClientIdentity.confidential("agent", "s3cret"))
            .machine(
                MachineConfiguration.of(
                    new TokenExchange(
                        new Presented(new GivenOrigin("the test", subject), TokenType.ACCESS_TOKEN),
                        actor)))
            .build();
    return client.account(clinic.server.uri("/mcp")).tokens().token().value();
  }

  private ClientException failure(String subject) {
    ClientException e = catchThrowableOfType(ClientException.class, () -> token(subject, null));
    assertThat(e).isNotNull();
    return e;
  }

  private String known() {
    return Machines.jwt(
        Map.of("iss", clinic.server.origin(), "exp", clock.instant().getEpochSecond() + 60));
  }

  @Test
  void the_token_of_somebody_is_exchanged_for_one_for_this_server() {
    assertThat(token(known(), null)).isEqualTo("exchanged");

    FormParameters form = clinic.server.to("/token").getFirst().form();
    assertThat(form.required("grant_type")).isEqualTo(TokenExchange.GRANT_TYPE);
    assertThat(form.required("subject_token")).isEqualTo(known());
    assertThat(form.required("subject_token_type")).isEqualTo(TokenType.ACCESS_TOKEN);
    assertThat(form.required("requested_token_type")).isEqualTo(TokenType.ACCESS_TOKEN);
    assertThat(form.required("resource")).isEqualTo(clinic.server.origin() + "/mcp");
    assertThat(form.optional("actor_token")).isNull();
  }

  @Test
  void an_actor_is_named_with_its_own_token() {
    token(known(), new Presented(new GivenOrigin("the test", known()), TokenType.JWT));
    FormParameters form = clinic.server.to("/token").getFirst().form();
    assertThat(form.required("actor_token")).isEqualTo(known());
    assertThat(form.required("actor_token_type")).isEqualTo(TokenType.JWT);
  }

  @Test
  void a_token_that_this_authorization_server_did_not_issue_is_not_sent_there() {
    for (String stranger :
        new String[] {
          "opaque-token", Machines.jwt(Map.of("iss", "https://other.example.com", "aud", "x"))
        }) {
      ClientException e = failure(stranger);
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
      assertThat(e.hint()).contains("LATCH_CLIENT_ISSUER");
      assertThat(e).hasMessageNotContaining(stranger);
    }
    assertThat(clinic.server.to("/token")).isEmpty();
  }

  @Test
  void something_else_than_an_access_token_is_not_used_as_one() {
    for (String type : new String[] {TokenType.REFRESH_TOKEN, TokenType.ID_JAG, "x"}) {
      answers(Map.of("issued_token_type", type));
      assertThat(failure(known()).problem()).as(type).isEqualTo(Problem.METADATA_INVALID);
    }
    answers(Map.of());
    assertThat(token(known(), null)).as("many do not say it").isEqualTo("exchanged");
  }

  @Test
  void a_token_that_is_not_accepted_may_be_of_another_type_than_was_said() {
    clinic.server.on("/token", Answer.error("invalid_request"));
    assertThat(failure(known()).hint())
        .contains("LATCH_SUBJECT_TOKEN_TYPE", TokenType.ACCESS_TOKEN)
        .doesNotContain(known());
  }
}

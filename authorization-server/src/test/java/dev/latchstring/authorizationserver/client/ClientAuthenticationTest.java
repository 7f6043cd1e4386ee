package dev.latchstring.authorizationserver.client;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static dev.latchstring.authorizationserver.RunningServer.basic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6749 §2.3: names and secrets, in the header and in the body. */
class ClientAuthenticationTest {
  private static final String GRANT =
      "grant_type=client_credentials&resource=http://localhost:9100/mcp";
  private static final String SECRET = "ci-job-secret-0123456789";
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(CLINIC_YAML);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer withHeader(String authorization, String body) {
    return server.postRaw("/token", body, "Authorization", authorization);
  }

  @Test
  void a_secret_in_the_header_is_accepted_in_any_case_of_the_scheme() {
    assertThat(withHeader(basic("ci-job", SECRET), GRANT).outcome()).isEqualTo("200");
    assertThat(withHeader(basic("ci-job", SECRET).replace("Basic", "bAsIc"), GRANT).outcome())
        .isEqualTo("200");
  }

  @Test
  void a_secret_with_odd_characters_is_accepted_form_encoded_and_raw() {
    String id = "odd client";
    String secret = "100%2B sécret+:&=";

    String encoded = basic(FormParameters.encode(id), FormParameters.encode(secret));
    assertThat(withHeader(encoded, GRANT).outcome()).isEqualTo("200");
    assertThat(withHeader(basic(id, secret), GRANT).outcome()).isEqualTo("200");
    assertThat(withHeader(basic(id, "100+ sécret+:&="), GRANT).outcome())
        .isEqualTo("401 invalid_client");
  }

  @Test
  void a_secret_in_the_body_is_accepted_where_it_is_registered() {
    String body = GRANT + "&client_id=poster&client_secret=poster-secret-0123456789";
    assertThat(server.postRaw("/token", body).outcome()).isEqualTo("200");
  }

  @Test
  void a_name_or_secret_with_a_control_character_is_malformed() {
    for (String[] pair : new String[][] {{"ci\0job", SECRET}, {"ci-job", "a\0b"}, {"a\nb", "c"}}) {
      assertThat(withHeader(basic(pair[0], pair[1]), GRANT).outcome())
          .isEqualTo("400 invalid_request");
    }
  }

  @Test
  void a_refusal_carries_the_scheme_to_use() {
    Answer answer = withHeader(basic("ci-job", "wrong"), GRANT);

    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Basic realm=");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void an_unknown_client_and_a_wrong_secret_are_the_same_answer() {
    Answer unknown = withHeader(basic("nobody", SECRET), GRANT);
    Answer wrong = withHeader(basic("ci-job", "wrong"), GRANT);

    assertThat(unknown.body()).isEqualTo(wrong.body());
  }

  @Test
  void two_authorization_headers_are_malformed() {
    String header = basic("ci-job", SECRET);
    assertThat(
            server
                .postRaw("/token", GRANT, "Authorization", header, "Authorization", header)
                .outcome())
        .isEqualTo("400 invalid_request");
  }

  @Test
  void a_public_client_cannot_have_tokens_in_its_own_name() {
    assertThat(server.postRaw("/token", GRANT + "&client_id=phone").outcome())
        .isEqualTo("400 unauthorized_client");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing                | ''                            | ''                                        | 401 invalid_client
          name alone             | ''                            | &client_id=ci-job                         | 401 invalid_client
          wrong method           | ''                            | &client_id=ci-job&client_secret=ci-job-secret-0123456789 | 401 invalid_client
          basic for a poster     | Basic cG9zdGVyOnBvc3Rlci1zZWNyZXQtMDEyMzQ1Njc4OQ== | ''                   | 401 invalid_client
          not base64             | Basic !!!!                    | ''                                        | 400 invalid_request
          no colon               | Basic Y2ktam9i                | ''                                        | 400 invalid_request
          no credentials         | Basic                         | ''                                        | 401 invalid_client
          another scheme         | Bearer abc                    | ''                                        | 401 invalid_client
          empty secret           | Basic Y2ktam9iOg==            | ''                                        | 401 invalid_client
          header and body        | Basic Y2ktam9iOmNpLWpvYi1zZWNyZXQtMDEyMzQ1Njc4OQ== | &client_secret=x     | 400 invalid_request
          two clients            | Basic Y2ktam9iOmNpLWpvYi1zZWNyZXQtMDEyMzQ1Njc4OQ== | &client_id=poster    | 400 invalid_request
          same client twice      | Basic Y2ktam9iOmNpLWpvYi1zZWNyZXQtMDEyMzQ1Njc4OQ== | &client_id=ci-job    | 200
          assertion, no type     | ''                            | &client_assertion=a.b.c                   | 400 invalid_request
          assertion, wrong type  | ''                            | &client_assertion=a.b.c&client_assertion_type=x | 400 invalid_request
          assertion, not a JWT   | ''                            | &client_assertion=abc&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer | 401 invalid_client
          secret and assertion   | ''                            | &client_id=poster&client_secret=poster-secret-0123456789&client_assertion=a.b.c | 400 invalid_request
          secret twice           | ''                            | &client_id=poster&client_secret=a&client_secret=a | 400 invalid_request
          """)
  void a_client_that_proves_itself_badly_is_told_what_is_wrong(
      String what, String authorization, String more, String outcome) {
    Answer answer =
        authorization.isEmpty()
            ? server.postRaw("/token", GRANT + more)
            : withHeader(authorization, GRANT + more);
    assertThat(answer.outcome()).isEqualTo(outcome);
  }
}

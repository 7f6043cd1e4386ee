package dev.latchstring.authorizationserver.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import tools.jackson.databind.JsonNode;

class AnswerFuzzTest {
  @FuzzTest
  void an_answer_is_one_object_or_nothing(byte[] input) {
    String text = new String(input, UTF_8);
    JsonNode answer = Answering.object(text);
    if (answer != null) {
      assertThat(answer.isObject()).isTrue();
      assertThat(text.getBytes(UTF_8).length).isLessThanOrEqualTo(16 * 1024);
      assertThat(Answering.object(Json.write(answer))).isEqualTo(answer);
    }
  }

  @FuzzTest
  void a_login_that_is_kept_is_read_as_it_was(byte[] input) {
    Login login;
    try {
      login = Json.read(new String(input, UTF_8), Login.class);
    } catch (JsonException e) {
      return;
    }
    Login again = Json.read(Json.write(login), Login.class);
    assertThat(again).isEqualTo(login);
    assertThat(again.isWhere(login)).isTrue();
    assertThat(login.toString()).isEqualTo("Login");
  }
}

package dev.latchstring.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormParametersTest {
  @Test
  void values_are_decoded_as_forms_are() {
    FormParameters parameters = FormParameters.parse("a=1+2%2B3&b=%C3%A9&%63=x=y&&d");
    assertThat(parameters.required("a")).isEqualTo("1 2+3");
    assertThat(parameters.required("b")).isEqualTo("é");
    assertThat(parameters.required("c")).isEqualTo("x=y");
    assertThat(parameters.names()).containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void a_parameter_without_value_is_absent() {
    FormParameters parameters = FormParameters.parse("scope=&client_id");
    assertThat(parameters.optional("scope")).isNull();
    assertThatThrownBy(() -> parameters.required("client_id"))
        .hasMessage("parameter 'client_id' is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=2",
        "a=1&a=1",
        "a=&a=1",
        "a&a=1",
        "a=%",
        "a=%1",
        "a=%zz",
        "a=%FF",
        "a=%C3%28",
        "a=%00",
        "a=b\u0001c",
        "a=%C0%80",
        "a=%ED%A0%80"
      })
  void what_is_repeated_or_malformed_is_invalid_request(String body) {
    assertThatThrownBy(() -> FormParameters.parse(body))
        .isInstanceOfSatisfying(
            OAuthException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void a_resource_may_repeat() {
    FormParameters parameters =
        FormParameters.parse("resource=https://a.example&resource=https://b.example&resource=");
    assertThat(parameters.all("resource"))
        .containsExactly("https://a.example", "https://b.example");
  }

  @Test
  void more_parameters_than_the_limit_are_invalid_request() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i <= FormParameters.MAX_PARAMETERS; i++) {
      body.append("&p").append(i).append("=1");
    }
    assertThatThrownBy(() -> FormParameters.parse(body.toString()))
        .hasMessageContaining("more than 64 parameters");
    assertThatThrownBy(() -> FormParameters.parse("n".repeat(200) + "=1"))
        .hasMessageContaining("longer than 128");
  }

  @Test
  void the_values_never_show_in_a_string() {
    assertThat(FormParameters.parse("password=hunter2").toString())
        .contains("password")
        .doesNotContain("hunter2");
  }

  @Test
  void what_is_encoded_is_decoded_the_same() {
    Map<String, String> sent = new LinkedHashMap<>();
    sent.put("scope", "a b+c");
    sent.put("résource", "https://x.example/?q=1&r=ü€😀");
    FormParameters received = FormParameters.parse(FormParameters.encode(sent));
    sent.forEach((name, value) -> assertThat(received.required(name)).isEqualTo(value));
  }
}

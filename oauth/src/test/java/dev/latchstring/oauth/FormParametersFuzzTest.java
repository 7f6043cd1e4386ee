package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.LinkedHashMap;
import java.util.Map;

class FormParametersFuzzTest {
  @FuzzTest
  void what_is_read_can_be_written_and_read_again(byte[] input) {
    String text = new String(input, ISO_8859_1);
    FormParameters form;
    try {
      form = FormParameters.parse(text);
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      return;
    }
    assertThat(form.names()).hasSizeLessThanOrEqualTo(FormParameters.MAX_PARAMETERS);
    Map<String, String> first = new LinkedHashMap<>();
    for (String name : form.names()) {
      assertThat(name.length()).isLessThanOrEqualTo(FormParameters.MAX_NAME);
      assertThat(name).doesNotContain("\0");
      assertThat(form.all(name)).allMatch(value -> !value.isEmpty() && value.indexOf('\0') < 0);
      assertThat(form.optional(name))
          .isEqualTo(form.all(name).isEmpty() ? null : form.all(name).getFirst());
      first.put(name, form.optional(name));
    }
    FormParameters again = FormParameters.parse(FormParameters.encode(first));
    first.forEach((name, value) -> assertThat(again.optional(name)).isEqualTo(value));
  }

  @FuzzTest
  void any_text_survives_encoding(byte[] input) {
    String text = new String(input, UTF_8);
    if (text.indexOf('\0') < 0) {
      assertThat(FormParameters.decode(FormParameters.encode(text))).isEqualTo(text);
    }
  }
}

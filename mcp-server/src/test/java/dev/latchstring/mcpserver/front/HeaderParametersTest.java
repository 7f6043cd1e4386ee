package dev.latchstring.mcpserver.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class HeaderParametersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "us-west1|us-west1",
        "Hello, 世界|=?base64?SGVsbG8sIOS4lueVjA==?=",
        " padded |=?base64?IHBhZGRlZCA=?=",
        "=?base64?literal?=|=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="
      })
  void the_specifications_examples_are_encoded_as_it_says(String value, String header) {
    assertThat(HeaderValue.encode(value)).isEqualTo(header);
  }

  @Test
  @Timeout(60)
  void a_few_digits_cannot_ask_for_a_long_computation_or_a_long_header() {
    for (String number : List.of("1e-99999999", "1e99999999", "1.5e-9999999", "1e401")) {
      JsonNode value = JsonRpc.parse(number.getBytes(StandardCharsets.UTF_8));
      assertThat(value).isNotNull();
      assertThat(HeaderValue.of(value)).isNull();
    }
    assertThat(HeaderValue.of(JsonRpc.parse("12.000e2".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("1200");
  }

  @Test
  void a_line_break_cannot_make_a_header() {
    assertThat(HeaderValue.encode("line1\nline2")).isEqualTo("=?base64?bGluZTEKbGluZTI=?=");
  }

  @Test
  void values_are_read_at_their_exact_path_and_left_out_where_there_are_none() throws Exception {
    ObjectNode schema =
        object(
            """
            {"type":"object","properties":{
              "where":{"type":"object","properties":{
                "region":{"type":"string","x-mcp-header":"Region"},
                "zone":{"type":"integer","x-mcp-header":"Zone"}}},
              "dry":{"type":"boolean","x-mcp-header":"Dry"},
              "none":{"type":"string","x-mcp-header":"None"}}}
            """);
    assertThat(
            HeaderParameters.read(schema)
                .headers(
                    object(
                        "{\"where\":{\"region\":\"eu\",\"zone\":42.0},\"dry\":true,\"none\":null}")))
        .isEqualTo(
            Map.of("Mcp-Param-Region", "eu", "Mcp-Param-Zone", "42", "Mcp-Param-Dry", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A B\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
        "{\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}]}"
      })
  void an_annotation_against_the_rules_makes_the_tool_invalid(String schema) {
    assertThatThrownBy(() -> HeaderParameters.read(object(schema)))
        .isInstanceOf(HeaderParameters.InvalidAnnotation.class);
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) JsonRpc.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}

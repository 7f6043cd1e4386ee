package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.message.ClientInformation;
import dev.latchstring.oauth.message.ClientMetadata;
import dev.latchstring.oauth.message.IntrospectionResponse;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1} x",
        "{\"a\":1",
        "",
        "null",
        "{'a':1}",
        "{a:1}",
        "[1,]",
        "NaN",
        "{\"a\":{\"b\":1,\"b\":2}}"
      })
  void what_is_not_strict_json_is_refused(String json) {
    assertThatThrownBy(() -> Json.readTree(json)).isInstanceOf(JsonException.class);
  }

  @Test
  void a_number_beyond_a_double_is_refused_rather_than_written_as_a_text() {
    for (String json :
        new String[] {"1e400", "[-1e400]", "{\"a\":{\"b\":1e999}}", "1e99999999999"}) {
      assertThatThrownBy(() -> Json.readTree(json)).isInstanceOf(JsonException.class);
      assertThatThrownBy(() -> Json.read("{\"x\":" + json + "}", ClientMetadata.class))
          .isInstanceOf(JsonException.class);
    }
    for (String number : new String[] {"1e400", "1e99999999999"}) {
      assertThatThrownBy(() -> Json.read("{\"expires_in\":" + number + "}", TokenResponse.class))
          .as(number)
          .isInstanceOf(JsonException.class);
    }
    assertThat(Json.readTree("1e308").doubleValue()).isEqualTo(1e308);
  }

  @Test
  void bytes_are_utf_8_and_nothing_else() {
    byte[] latin = {'"', (byte) 0xE9, '"'};
    for (byte[] bytes :
        new byte[][] {latin, "[1]".getBytes(UTF_16BE), "[1]".getBytes(UTF_16LE), {0, '1'}}) {
      assertThatThrownBy(() -> Json.readTree(bytes)).isInstanceOf(JsonException.class);
      assertThatThrownBy(() -> Json.read(bytes, Object.class)).isInstanceOf(JsonException.class);
    }
    assertThat(Json.readTree("\uFEFF\"\u00E9\"".getBytes(UTF_8)).stringValue()).isEqualTo("\u00E9");
  }

  @Test
  void what_is_too_deep_is_refused() {
    String deep = "[".repeat(33) + "]".repeat(33);
    assertThatThrownBy(() -> Json.readTree(deep)).hasMessageContaining("larger or deeper");
    assertThat(Json.readTree("[".repeat(32) + "]".repeat(32)).isArray()).isTrue();
  }

  @Test
  void a_fault_never_quotes_the_text() {
    assertThatThrownBy(
            () -> Json.read("{\"expires_in\":\"hunter2\",\"x\":hunter2}", TokenResponse.class))
        .isInstanceOf(JsonException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void null_members_are_left_out() {
    assertThat(Json.write(new TokenResponse("t", "Bearer", 60L, null, null, null)))
        .isEqualTo("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60}");
    assertThat(Json.write(IntrospectionResponse.INACTIVE)).isEqualTo("{\"active\":false}");
  }

  @Test
  void members_that_a_type_does_not_know_are_kept_where_it_says_so() {
    AuthorizationServerMetadata metadata =
        Json.read(
            "{\"issuer\":\"https://as.example\",\"x_custom\":{\"a\":[1]}}",
            AuthorizationServerMetadata.class);
    assertThat(metadata.issuer()).isEqualTo("https://as.example");
    assertThat(Json.readTree(Json.write(metadata)).get("x_custom").toString())
        .isEqualTo("{\"a\":[1]}");
  }

  @Test
  void an_audience_may_be_one_text_or_a_list() {
    assertThat(Json.read("{\"active\":true,\"aud\":\"a\"}", IntrospectionResponse.class).aud())
        .containsExactly("a");
    assertThat(
            Json.read("{\"active\":true,\"aud\":[\"a\",\"b\"]}", IntrospectionResponse.class).aud())
        .containsExactly("a", "b");
  }

  @Test
  void a_registration_reads_back_as_it_was_written() {
    ClientMetadata metadata =
        Json.read(
            "{\"client_name\":\"x\",\"grant_types\":[\"refresh_token\"],\"ai_metadata\":{\"model_family\":\"m\"}}",
            ClientMetadata.class);
    ClientInformation written =
        new ClientInformation(
            "id", "secret", 1L, 0L, "manager", "https://a.example/r/id", metadata);
    ClientInformation read = Json.read(Json.write(written), ClientInformation.class);
    assertThat(read.clientId()).isEqualTo("id");
    assertThat(read.metadata().clientName()).isEqualTo("x");
    assertThat(read.metadata().grants()).isEqualTo(List.of("refresh_token"));
    assertThat(Json.write(read)).contains("\"ai_metadata\":{\"model_family\":\"m\"}");
    assertThat(read.registrationClientUri()).isEqualTo("https://a.example/r/id");
    assertThat(read.metadata().statesAiService()).isFalse();
    assertThat(read.toString()).doesNotContain("secret").doesNotContain("manager");
  }
}

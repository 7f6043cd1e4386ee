package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.message.ClientInformation;
import dev.latchstring.oauth.message.ClientMetadata;
import dev.latchstring.oauth.message.DeviceAuthorizationResponse;
import dev.latchstring.oauth.message.ErrorResponse;
import dev.latchstring.oauth.message.IntrospectionResponse;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.util.List;
import tools.jackson.databind.JsonNode;

class JsonFuzzTest {
  private static final List<Class<?>> MESSAGES =
      List.of(
          AuthorizationServerMetadata.class,
          ProtectedResourceMetadata.class,
          ClientMetadata.class,
          ClientInformation.class,
          TokenResponse.class,
          DeviceAuthorizationResponse.class,
          IntrospectionResponse.class,
          ErrorResponse.class);

  @FuzzTest
  void a_tree_is_the_same_after_it_was_written(byte[] input) {
    JsonNode tree;
    try {
      tree = Json.readTree(input);
    } catch (JsonException e) {
      return;
    }
    assertThat(Json.readTree(Json.bytes(tree))).isEqualTo(tree);
    String text = new String(input, UTF_8);
    assertThat(Json.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text)).isEqualTo(tree);
  }

  @FuzzTest
  void a_message_is_the_same_after_it_was_written(byte[] input) {
    for (Class<?> type : MESSAGES) {
      Object message;
      try {
        message = Json.read(input, type);
      } catch (JsonException e) {
        continue;
      }
      byte[] written = Json.bytes(message);
      assertThatCode(() -> assertThat(Json.read(written, type)).isEqualTo(message))
          .as(type.getSimpleName())
          .doesNotThrowAnyException();
    }
  }
}

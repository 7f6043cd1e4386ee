package dev.latchstring.oauth.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.OAuthException;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

class McpContextFuzzTest {
  @FuzzTest
  void a_context_is_bounded_and_reads_as_it_was_written(byte[] input) {
    McpContext context;
    try {
      context = McpContext.parse(new String(input, UTF_8));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      return;
    }
    assertThat(context.json().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(McpContext.MAX_BYTES);
    assertThat(McpContext.parse(context.json())).isEqualTo(context);
    assertThat(McpContext.ofJson(context.json())).isEqualTo(context);
    assertThat(context.inPlaceOf(context)).isEqualTo(context);
    String session = context.sessionId();
    assertThat(session == null || session.length() <= McpContext.MAX_SESSION).isTrue();
    McpContext empty = McpContext.parse("{}");
    assertThat(empty.inPlaceOf(context).sessionId()).isEqualTo(session);
  }

  @FuzzTest
  void claims_of_any_type_are_read_without_a_fault(byte[] input) {
    JsonNode token;
    try {
      token = Json.readTree(input);
    } catch (JsonException e) {
      return;
    }
    McpClaims claims = McpClaims.of(token::get);
    if (claims != null) {
      JsonNode written = Json.mapper().valueToTree(claims.byName());
      assertThat(Objects.requireNonNull(McpClaims.of(written::get))).isEqualTo(claims);
    } else {
      assertThat(token.path(McpClaims.TEST).asBoolean(false)).isFalse();
    }
  }
}

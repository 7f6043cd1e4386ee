package dev.latchstring.mcpserver.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

class FirstAnswerFuzzTest {
  private static final LastKnown NOTHING =
      new LastKnown(Path.of("no-such-directory"), "https://mcp.example/mcp");

  @FuzzTest
  void what_is_answered_at_once_the_library_reads_as_the_same_request(byte[] line) {
    byte[] answer = FirstAnswer.to(line, NOTHING);
    if (answer == null) {
      return;
    }
    JsonNode request = JsonRpc.parse(line);
    assertThat(request).as("what was answered is JSON").isNotNull();
    assertThat(request.path("jsonrpc").asString("")).isEqualTo("2.0");
    assertThat(JsonRpc.isId(request.get("id"))).isTrue();
    JsonNode response = JsonRpc.parse(answer);
    assertThat(response).as("the answer is JSON").isNotNull();
    assertThat(response.get("id")).isEqualTo(request.get("id"));
    if (request.path("method").asString("").equals("initialize")) {
      String asked = request.path("params").path("protocolVersion").stringValue();
      assertThat(response.path("result").path("protocolVersion").stringValue())
          .isEqualTo(FirstAnswer.sessionVersion(asked));
    } else {
      JsonNode meta = request.path("params").path("_meta");
      assertThat(request.path("method").stringValue()).isEqualTo("server/discover");
      assertThat(meta.path(Protocol.META_VERSION).stringValue()).isEqualTo(Protocol.STATELESS);
      assertThat(meta.path(Protocol.META_CLIENT_CAPABILITIES).isObject()).isTrue();
    }
  }
}

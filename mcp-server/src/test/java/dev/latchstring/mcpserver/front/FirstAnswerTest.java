package dev.latchstring.mcpserver.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.testing.StdioHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FirstAnswerTest {
  @TempDir private Path cache;

  @Test
  void initialize_is_answered_in_the_version_asked_for_else_the_newest() {
    assertThat(initialize("7", "2025-03-26").path("protocolVersion").asString())
        .isEqualTo("2025-03-26");
    assertThat(initialize("7", "1999-01-01").path("protocolVersion").asString())
        .isEqualTo(Protocol.NEWEST_SESSION);
  }

  @Test
  void an_id_comes_back_as_it_was() {
    String odd = "\"a\\\"b\\\\c\\u0001\\ud83d\\ude00\"";
    byte[] line =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}"
            .formatted(odd)
            .getBytes(StandardCharsets.UTF_8);
    assertThat(JsonRpc.parse(FirstAnswer.to(line, known())).path("id"))
        .isEqualTo(JsonRpc.parse(odd.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void discover_names_every_version_and_may_not_be_kept() {
    byte[] line =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":"
                + StdioHost.stateless("", "{}")
                + "}")
            .getBytes(StandardCharsets.UTF_8);
    JsonNode result = JsonRpc.parse(FirstAnswer.to(line, known())).path("result");
    assertThat(result.path("supportedVersions").size()).isEqualTo(5);
    assertThat(result.path("ttlMs").asInt(-1)).isZero();
    assertThat(result.path("cacheScope").asString()).isEqualTo("private");
    assertThat(result.path("resultType").asString()).isEqualTo("complete");
  }

  @Test
  void whatever_a_host_says_of_itself_is_passed_over() {
    String rest =
        "{ \"protocolVersion\" : \"2025-11-25\", \"capabilities\":{\"a\":[1,-2.5e+3,true,false,null,[],{}]},"
            + "\"clientInfo\":{\"name\":\"\u00e9\u4e2d \\u00e9 \\\" \\\\\",\"version\":\"0\"}}";
    byte[] line =
        (" {\"params\":" + rest + ",\"method\":\"initialize\",\"id\":\"x\",\"jsonrpc\":\"2.0\"} \r")
            .getBytes(StandardCharsets.UTF_8);
    JsonNode answer = JsonRpc.parse(FirstAnswer.to(line, known()));
    assertThat(answer.path("id").asString()).isEqualTo("x");
    assertThat(answer.path("result").path("protocolVersion").asString()).isEqualTo("2025-11-25");
  }

  /** Everything that the scanner takes for JSON, the library does, too. */
  @Test
  void no_damaged_line_is_answered() {
    String whole =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
            + "\"2025-11-25\",\"capabilities\":{\"a\":[1,-2.5e+3,true,{\"b\":\"\\u00e9\"}]}}}";
    Random random = new Random(7);
    int answered = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] line = whole.getBytes(StandardCharsets.UTF_8);
      for (int j = random.nextInt(3); j >= 0; j--) {
        line[random.nextInt(line.length)] =
            (byte) "{}[],:\"\\ 0.-etn\u0001z".charAt(random.nextInt(17));
      }
      if (FirstAnswer.to(line, known()) != null) {
        answered++;
        assertThat(JsonRpc.parse(line)).as(new String(line, StandardCharsets.UTF_8)).isNotNull();
      }
    }
    assertThat(answered).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}} x",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"a\":[1,]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"a\":\"\\x\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"a\":1.}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\""
      })
  void every_other_line_is_left_to_the_bridge(String line) {
    assertThat(FirstAnswer.to(line.getBytes(StandardCharsets.UTF_8), known())).isNull();
  }

  @Test
  void text_of_a_server_is_quoted_cut_and_stripped_of_addresses() {
    assertThat(Quoted.text("Visit https://evil.example/x\nnow \u202e”", 40))
        .isEqualTo("“Visit [address removed] now  '”");
    assertThat(Quoted.plain("abcdef", 3)).isEqualTo("abc…");
  }

  private JsonNode initialize(String id, String version) {
    byte[] line =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\"}}"
            .formatted(id, version)
            .getBytes(StandardCharsets.UTF_8);
    return JsonRpc.parse(FirstAnswer.to(line, known())).path("result");
  }

  private LastKnown known() {
    return new LastKnown(cache, "https://mcp.example.com/mcp");
  }
}

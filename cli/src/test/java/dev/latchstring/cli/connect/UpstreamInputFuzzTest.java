package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.mcpserver.front.HeaderParameters;
import dev.latchstring.mcpserver.front.HeaderValue;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class UpstreamInputFuzzTest {
  /** Beside a second reader, which follows the standard's own words line by line. */
  @FuzzTest
  void events_are_those_of_the_standard(byte[] input) throws IOException {
    EventStream stream = new EventStream(new ByteArrayInputStream(input), null);
    List<String> events = new ArrayList<>();
    for (byte[] data = stream.next(); data != null; data = stream.next()) {
      events.add(new String(data, ISO_8859_1));
    }
    assertThat(events).isEqualTo(expected(new String(input, ISO_8859_1)));
    assertThat(stream.retryMillis()).isBetween(-1L, 9_999_999L);
  }

  private static List<String> expected(String input) {
    String text = input.startsWith("\u00EF\u00BB\u00BF") ? input.substring(3) : input;
    String unix = text.replace("\r\n", "\n").replace('\r', '\n');
    List<String> events = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    String[] lines = unix.split("\n", -1);
    for (int i = 0; i < lines.length - 1; i++) {
      String line = lines[i];
      if (line.isEmpty()) {
        String all = data.isEmpty() ? "" : data.substring(0, data.length() - 1);
        if (!all.isEmpty()) {
          events.add(all);
        }
        data.setLength(0);
      } else if (line.equals("data")) {
        data.append('\n');
      } else if (line.startsWith("data:")) {
        data.append(line.startsWith("data: ") ? line.substring(6) : line.substring(5)).append('\n');
      }
    }
    return events;
  }

  @FuzzTest
  void a_servers_text_is_quoted_without_addresses_and_line_breaks(byte[] input) {
    String text = new String(input, UTF_8);
    String plain = Quoted.plain(text, 80);
    assertThat(plain.codePointCount(0, plain.length())).isLessThanOrEqualTo(81);
    assertThat(plain)
        .doesNotContain("“", "”", "\"")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\u2028\u2029]");
    assertThat(plain).doesNotContainPattern("(?i)\\b(https?|ftp|file)://\\S");
    assertThat(plain).doesNotContainPattern("(?i)\\bwww\\.\\S");
    assertThat(Quoted.text(text, 80)).startsWith("“").endsWith("”");
  }

  @FuzzTest
  void a_header_value_is_read_back_as_the_text_it_was(byte[] input) {
    String text = new String(input, UTF_8);
    String value = HeaderValue.encode(text);
    assertThat(value.chars()).allMatch(c -> (c >= 0x20 && c <= 0x7E) || c == '\t');
    assertThat(value.strip()).isEqualTo(value);
    boolean encoded = value.startsWith("=?base64?") && value.endsWith("?=");
    String back =
        encoded
            ? new String(Base64.getDecoder().decode(value.substring(9, value.length() - 2)), UTF_8)
            : value;
    assertThat(back).isEqualTo(text);
  }

  @FuzzTest(maxDuration = "2m")
  void a_schema_gives_headers_or_is_an_invalid_annotation(byte[] input) {
    JsonNode schema = JsonRpc.parse(input);
    if (schema == null) {
      return;
    }
    try {
      HeaderParameters parameters = HeaderParameters.read(schema);
      ObjectNode arguments = JsonRpc.objectAt(schema, "default");
      org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> parameters.headers(arguments));
    } catch (HeaderParameters.InvalidAnnotation e) {
      assertThat(e).hasMessageContaining("x-mcp-header");
    }
  }
}

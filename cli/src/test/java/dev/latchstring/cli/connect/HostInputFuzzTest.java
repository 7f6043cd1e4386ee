package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.mcpserver.front.HeaderValue;
import dev.latchstring.mcpserver.stdio.HostChannel;
import dev.latchstring.mcpserver.stdio.HostRequest;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.LineReader;
import dev.latchstring.mcpserver.stdio.OversizedLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class HostInputFuzzTest {
  private static final int LIMIT = 16;

  @FuzzTest
  void lines_are_those_of_the_stream_cut_at_the_limit(byte[] input) throws IOException {
    List<LineReader.Line> lines = new ArrayList<>();
    LineReader reader = new LineReader(new ByteArrayInputStream(input), LIMIT);
    for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    int start = 0;
    for (LineReader.Line line : lines) {
      int end = start;
      while (end < input.length && input[end] != '\n') {
        end++;
      }
      byte[] expected = new byte[Math.min(LIMIT, end - start)];
      System.arraycopy(input, start, expected, 0, expected.length);
      assertThat(line.bytes()).isEqualTo(expected);
      assertThat(line.truncated()).isEqualTo(end - start > LIMIT);
      start = end + 1;
    }
    assertThat(start).isGreaterThanOrEqualTo(input.length);
    assertThat(reader.next()).isNull();
  }

  /** Whatever the host sends: what is answered is JSON-RPC, one line each, and at most once. */
  @FuzzTest
  void every_line_ends_in_at_most_one_answer(byte[] input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicInteger received = new AtomicInteger();
    HostChannel channel =
        new HostChannel(new LineReader(new ByteArrayInputStream(input), 4096), out);
    channel.run(
        new HostChannel.Receiver() {
          @Override
          public void requested(HostRequest request) {
            received.incrementAndGet();
            request.succeed(JsonRpc.object());
          }

          @Override
          public void notified(String method, ObjectNode params) {
            received.incrementAndGet();
          }

          @Override
          public boolean acceptsBatches() {
            return true;
          }
        });
    assertThat(channel.unanswered()).isZero();
    int written = 0;
    for (byte[] line : lines(out.toByteArray())) {
      JsonNode answer = JsonRpc.parse(line);
      assertThat(answer).isNotNull();
      for (JsonNode one : answer.isArray() ? answer : List.of(answer)) {
        assertThat(one.path("jsonrpc").stringValue()).isEqualTo("2.0");
        assertThat(one.has("result")).isNotEqualTo(one.has("error"));
        assertThat(one.has("id")).isTrue();
      }
      written++;
    }
    assertThat(written).isLessThanOrEqualTo(lines(input).size());
  }

  @FuzzTest
  void the_id_of_a_cut_line_is_that_of_the_whole_line(byte[] input) {
    JsonNode id = OversizedLine.id(input);
    assertThat(id.isNull() || JsonRpc.isId(id)).isTrue();
    JsonNode whole = JsonRpc.parse(input);
    if (whole instanceof ObjectNode object && JsonRpc.isId(object.get("id"))) {
      assertThat(id).isEqualTo(object.get("id"));
    }
  }

  @FuzzTest
  void a_message_is_the_same_after_it_was_passed_on(byte[] input) {
    JsonNode tree = JsonRpc.parse(input);
    if (tree != null) {
      assertThat(JsonRpc.parse(JsonRpc.bytes(tree))).isEqualTo(tree);
      JsonRpc.readError(tree);
      HeaderValue.of(tree);
    }
  }

  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length ? i > start : bytes[i] == '\n') {
        lines.add(java.util.Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return lines;
  }
}

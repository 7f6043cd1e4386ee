package dev.latchstring.mcpserver.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;

class MessageFuzzTest {
  /** What the gate decided on is what the official SDK, behind it, understands. */
  @FuzzTest
  void the_sdk_reads_the_same_request_from_the_same_bytes(byte[] body) {
    Message.Body read = read(body);
    if (read == null || read.isBatch()) {
      return;
    }
    Message message = read.messages().getFirst();
    McpSchema.JSONRPCMessage behind;
    try {
      behind =
          McpSchema.deserializeJsonRpcMessage(McpJsonDefaults.getMapper(), new String(body, UTF_8));
    } catch (IOException | RuntimeException e) {
      return;
    }
    if (behind instanceof McpSchema.JSONRPCRequest request) {
      assertThat(message.method()).isEqualTo(request.method());
      assertThat(message.isRequest()).isTrue();
      if (request.params() instanceof java.util.Map<?, ?> params
          && params.get("name") instanceof String name) {
        assertThat(message.name()).isEqualTo(name);
      }
    } else if (behind instanceof McpSchema.JSONRPCNotification notification) {
      assertThat(message.method()).isEqualTo(notification.method());
      assertThat(message.isRequest()).isFalse();
    } else {
      assertThat(message.method()).isNull();
    }
  }

  @FuzzTest
  void headers_say_what_the_body_says_or_the_request_is_refused(byte[] input) {
    String[] parts = new String(input, ISO_8859_1).split("\n", 4);
    if (parts.length < 4) {
      return;
    }
    Message.Body body = read(parts[3].getBytes(ISO_8859_1));
    if (body == null) {
      return;
    }
    MirroredHeaders headers = new MirroredHeaders(said(parts[0]), said(parts[1]), said(parts[2]));
    try {
      headers.check(body);
    } catch (Refusal e) {
      assertThat(e.status()).isEqualTo(400);
      return;
    }
    for (Message message : body.messages()) {
      if (headers.method() != null) {
        assertThat(headers.method()).isEqualTo(message.method());
      }
      if (headers.name() != null) {
        assertThat(headers.name()).isIn(message.name(), message.uri());
      }
      if (message.isRequest() && MirroredHeaders.STATELESS.equals(message.protocolVersion())) {
        assertThat(headers.protocolVersion()).isEqualTo(message.protocolVersion());
      }
    }
  }

  private static String said(String text) {
    return text.isEmpty() ? null : text;
  }

  private static Message.Body read(byte[] body) {
    Message.Body read;
    try {
      read = Message.read(body);
    } catch (Refusal e) {
      assertThat(e.status()).isEqualTo(400);
      return null;
    }
    assertThat(read.messages()).isNotEmpty().hasSizeLessThanOrEqualTo(Message.MAX_BATCH);
    for (Message message : read.messages()) {
      assertThat(message.method()).isNotEqualTo("");
      if ("tools/call".equals(message.method())) {
        assertThat(message.name()).isNotEmpty();
      }
    }
    return read;
  }
}

package dev.latchstring.e2e.kit;

import static dev.latchstring.e2e.kit.NotesServer.BOTH;
import static dev.latchstring.e2e.kit.NotesServer.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.sdk.StdioTransport;
import dev.latchstring.testing.StdioHost;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What somebody may try at a stdio server that logs in. */
class KitAttackTest {
  private static final String SESSION = "2025-11-25";
  private static final String READ = "{\"name\":\"read_notes\",\"arguments\":{}}";

  @TempDir private static Path data;
  private static NotesServer notes;

  @BeforeAll
  static void start() throws Exception {
    notes = new NotesServer(data);
  }

  @AfterAll
  static void stop() {
    notes.close();
  }

  @Test
  void a_login_answered_by_another_person_is_used_by_nobody() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int id = host.send("tools/call", READ);
      JsonNode prompt = host.told("elicitation/create");
      notes.decide(prompt.path("params").path("message").asString(), "bob", "allow");
      JsonNode who =
          host.await("who", m -> m.path("params").path("message").asString("").contains("Is that"));
      assertThat(who.path("params").path("message").asString()).contains("bob");
      host.answer(who, "{\"action\":\"decline\"}");
      JsonNode refused = host.response(id);
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(host.call("tools/call", status()))).contains("nobody");
    }
  }

  @Test
  void a_login_that_was_denied_ends_the_call_with_an_error() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int id = host.send("tools/call", READ);
      JsonNode prompt = host.told("elicitation/create");
      notes.decide(prompt.path("params").path("message").asString(), "alice", "deny");
      JsonNode refused = host.response(id);
      assertThat(refused.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(refused)).contains("denied");
    }
  }

  @Test
  void arguments_and_unsigned_metadata_name_nobody() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      JsonNode answer =
          host.call(
              "tools/call",
              """
              {"name":"read_notes","arguments":{"user":"alice","token":"abc"},
               "_meta":{"dev.latchstring/identity":{"sub":"alice"},"user":"alice"}}\
              """
                  .replace("\n", ""));
      assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
      assertThat(StdioHost.textOf(answer)).contains("A login is needed");
    }
  }

  @Test
  void two_hosts_in_one_process_share_no_login() throws Exception {
    try (StdioHost one = notes.host(login -> {}).initialize(SESSION, BOTH);
        StdioHost two = notes.host(login -> {}).initialize(SESSION, NONE)) {
      int id = one.send("tools/call", READ);
      JsonNode prompt = one.told("elicitation/create");
      notes.approve(prompt.path("params").path("message").asString());
      one.answer(
          one.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
          "{\"action\":\"accept\",\"content\":{}}");
      assertThat(StdioHost.textOf(one.response(id))).startsWith("200 ");
      assertThat(StdioHost.textOf(two.call("tools/call", READ))).contains("A login is needed");
      assertThat(StdioHost.textOf(two.call("tools/call", status()))).contains("nobody");
    }
  }

  @Test
  void lines_that_are_no_messages_end_nothing() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, NONE)) {
      host.line("{\"jsonrpc\":\"2.0\",");
      assertThat(host.await("error", m -> m.has("error")).path("error").path("code").asInt())
          .isEqualTo(-32700);
      host.line("[]");
      host.line("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}");
      host.line("{\"jsonrpc\":\"1.0\",\"id\":\"x\",\"method\":\"ping\"}");
      assertThat(host.call("ping", "{}").path("result").isObject()).isTrue();
      assertThat(host.call("tools/call", "{\"name\":7}").has("error")).isTrue();
      assertThat(host.call("tools/call", "{}").has("error")).isTrue();
      assertThat(host.call("no/such", "{}").path("error").has("code")).isTrue();
    }
  }

  @Test
  void a_call_that_is_cancelled_while_it_waits_leaves_the_login_to_the_next() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize(SESSION, BOTH)) {
      int id = host.send("tools/call", READ);
      JsonNode prompt = host.told("elicitation/create");
      host.notify("notifications/cancelled", "{\"requestId\":%d}".formatted(id));
      int next = host.send("tools/call", READ);
      notes.approve(prompt.path("params").path("message").asString());
      host.answer(
          host.await("who", m -> m.path("params").path("message").asString("").contains("Is that")),
          "{\"action\":\"accept\",\"content\":{}}");
      assertThat(StdioHost.textOf(host.response(next))).startsWith("200 ");
    }
  }

  /** A server without logins, which asks its host in the middle of a call, in either era. */
  @Test
  void what_a_tool_asks_its_host_is_asked_within_its_own_request() throws Exception {
    try (StdioHost host =
        new StdioHost((in, out) -> {
          StdioTransport transport = new StdioTransport(in, out);
          McpServer.sync(transport)
              .serverInfo("plain", "1")
              .capabilities(ServerCapabilities.builder().tools(false).build())
              .tools(
                  SyncToolSpecification.builder()
                      .tool(Tool.builder("ask", Map.of("type", "object")).build())
                      .callHandler((exchange, request) -> {
                        ElicitResult answer =
                            exchange.createElicitation(
                                ElicitRequest.builder(
                                        "for " + request.arguments().get("who"),
                                        Map.of("type", "object", "properties", Map.of()))
                                    .build());
                        return CallToolResult.builder()
                            .addTextContent(request.arguments().get("who") + " " + answer.action())
                            .build();
                      })
                      .build())
              .requestTimeout(java.time.Duration.ofMinutes(1))
              .immediateExecution(true)
              .build();
          transport.awaitEnd();
        })) {
      for (String who : List.of("a", "b", "c")) {
        host.send("tools/call", StdioHost.stateless(ask(who), BOTH));
      }
      for (int i = 0; i < 3; i++) {
        JsonNode asked =
            host.await("question", m -> m.path("result").has("inputRequests")).path("result");
        String key = asked.path("inputRequests").propertyNames().iterator().next();
        String message =
            asked.path("inputRequests").path(key).path("params").path("message").asString();
        String who = message.substring("for ".length());
        JsonNode done =
            host.call(
                "tools/call",
                StdioHost.stateless(
                    ask(who)
                        + ",\"requestState\":\"%s\",\"inputResponses\":{\"%s\":{\"action\":\"accept\",\"content\":{}}}"
                            .formatted(asked.path("requestState").asString(), key),
                    BOTH));
        assertThat(StdioHost.textOf(done)).isEqualTo(who + " ACCEPT");
      }
    }
  }

  private static String ask(String who) {
    return "\"name\":\"ask\",\"arguments\":{\"who\":\"%s\"}".formatted(who);
  }

  private static String status() {
    return "{\"name\":\"auth_status\",\"arguments\":{}}";
  }
}

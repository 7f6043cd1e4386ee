package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.front.FirstAnswer;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** What breaks is mended, or it is said why not. */
@Execution(ExecutionMode.CONCURRENT)
class RecoveryTest {
  private static final String ECHO = "{\"name\":\"echo\",\"arguments\":{}}";

  @TempDir private Path cache;

  @Test
  void a_forgotten_session_is_opened_again_and_the_host_told_that_lists_changed() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      assertThat(TestHost.textOf(host.call("tools/call", ECHO))).isEqualTo("echo {}");
      host.call("logging/setLevel", "{\"level\":\"debug\"}");
      server.forgetSessions();
      assertThat(TestHost.textOf(host.call("tools/call", ECHO))).isEqualTo("echo {}");
      host.told("notifications/tools/list_changed");
      assertThat(
              server.received.stream()
                  .filter(m -> m.path("method").asString("").equals("logging/setLevel"))
                  .count())
          .isEqualTo(2);
    }
  }

  @Test
  void a_server_that_was_started_again_is_found() throws Exception {
    SessionServer server = SessionServer.start();
    int port = server.port();
    try (TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      assertThat(TestHost.textOf(host.call("tools/call", ECHO))).isEqualTo("echo {}");
      server.close();
      int id = host.send("tools/list", "{}");
      try (SessionServer again = SessionServer.at(port)) {
        assertThat(TestHost.toolsOf(host.response(id))).contains("echo");
        assertThat(TestHost.textOf(host.call("tools/call", ECHO))).isEqualTo("echo {}");
      }
      JsonNode gone = host.call("tools/call", ECHO);
      assertThat(gone.path("error").path("message").asString()).contains("nothing answers at");
    }
  }

  @Test
  void a_dropped_stream_is_resumed_where_the_server_can() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      JsonNode resumed = host.call("tools/call", "{\"name\":\"drop\",\"arguments\":{}}");
      assertThat(TestHost.textOf(resumed)).isEqualTo("resumed");
      server.resumable = false;
      JsonNode lost = host.call("tools/call", "{\"name\":\"drop\",\"arguments\":{}}");
      assertThat(lost.path("error").path("message").asString())
          .contains("broke before it answered", "not known whether the server acted");
      assertThat(server.called("drop")).isEqualTo(2);
    }
  }

  @Test
  void a_call_that_only_reads_is_sent_again() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      host.call("tools/list", "{}");
      JsonNode read = host.call("tools/call", "{\"name\":\"read\",\"arguments\":{}}");
      assertThat(TestHost.textOf(read)).isEqualTo("read 2");
    }
  }

  @Test
  void every_request_is_answered_when_the_host_hangs_up_and_the_session_ended() throws Exception {
    try (SessionServer server = SessionServer.start()) {
      TestHost host = TestHost.of(server.url(), cache).session("{}");
      host.call("tools/list", "{}");
      int slow = host.send("tools/call", "{\"name\":\"slow\",\"arguments\":{}}");
      assertThat(server.slowStarted.await(120, TimeUnit.SECONDS)).isTrue();
      host.hangUp();
      JsonNode answer = host.response(slow);
      assertThat(answer.path("error").path("code").asInt()).isEqualTo(RpcError.UNAVAILABLE);
      assertThat(server.sessions).isEmpty();
    }
  }

  @Test
  void changed_headers_of_a_tool_are_learned_again() throws Exception {
    try (StatelessServer server = StatelessServer.start();
        TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      String call = "{\"name\":\"regional\",\"arguments\":{\"region\":\"eu-west\"}}";
      assertThat(TestHost.textOf(host.call("tools/call", call))).isEqualTo("called regional");
      server.region = "Place";
      assertThat(TestHost.textOf(host.call("tools/call", call))).isEqualTo("called regional");
    }
  }

  @Test
  void a_stateless_host_hears_of_an_old_error_in_its_own_terms() throws Exception {
    try (SessionServer server = SessionServer.start();
        TestHost host = TestHost.of(server.url(), cache)) {
      JsonNode answer =
          host.call("resources/read", TestHost.stateless("\"uri\":\"file:///none\"", "{}"));
      assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32602);
    }
  }

  @Test
  void the_servers_tools_are_known_at_the_next_start_though_it_is_down() throws Exception {
    SessionServer server = SessionServer.start();
    LastKnown known = new LastKnown(cache, server.url().toString());
    try (TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      host.call("tools/list", "{}");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (known.read() == null) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
    server.close();
    byte[] opening =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\"}}"
            .getBytes();
    JsonNode answer = JsonRpc.parse(FirstAnswer.to(opening, known)).path("result");
    assertThat(answer.path("serverInfo").path("name").asString()).isEqualTo("raw-session");
    assertThat(answer.path("protocolVersion").asString()).isEqualTo("2025-06-18");
    try (TestHost host = TestHost.of(server.url(), cache).session("{}")) {
      assertThat(TestHost.toolsOf(host.call("tools/list", "{}")))
          .contains("echo", Protocol.LOGIN_TOOL, "latch_login_of_server");
    }
  }
}

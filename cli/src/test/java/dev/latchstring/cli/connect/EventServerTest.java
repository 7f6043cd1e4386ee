package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.testing.Await;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Servers of the HTTP+SSE transport of 2024-11-05, behind hosts of both eras. */
class EventServerTest {
  private static final String ANNA = "{\"action\":\"accept\",\"content\":{\"name\":\"anna\"}}";
  private static final String FORM = "{\"elicitation\":{}}";

  @TempDir private Path cache;

  private static String params(boolean stateless, String members) {
    return stateless ? TestHost.stateless(members, FORM) : "{" + members + "}";
  }

  private TestHost host(EventServer server, boolean stateless) throws Exception {
    TestHost host = TestHost.of(server.url(), cache);
    return stateless ? host : host.session(FORM);
  }

  private static String call(String tool) {
    return "\"name\":\"" + tool + "\",\"arguments\":{\"text\":\"hi\"}";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void its_tools_are_listed_and_called(boolean stateless) throws Exception {
    try (EventServer server = EventServer.start();
        TestHost host = host(server, stateless)) {
      assertThat(TestHost.toolsOf(host.call("tools/list", params(stateless, "")))).contains("echo");
      JsonNode answer = host.call("tools/call", params(stateless, call("echo")));
      assertThat(TestHost.textOf(answer)).isEqualTo("echo hi");
      assertThat(answer.path("result").has("resultType")).isEqualTo(stateless);
    }
  }

  @Test
  void every_version_with_sessions_is_spoken_over_it() throws Exception {
    for (String version : Protocol.SESSION_VERSIONS) {
      try (EventServer server = EventServer.start()) {
        server.version = version;
        try (TestHost host = TestHost.of(server.url(), cache).initialize(version, "{}")) {
          assertThat(TestHost.textOf(host.call("tools/call", "{" + call("echo") + "}")))
              .as(version)
              .isEqualTo("echo hi");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_it_asks_in_a_call_is_answered_by_the_host(boolean stateless) throws Exception {
    try (EventServer server = EventServer.start();
        TestHost host = host(server, stateless)) {
      if (stateless) {
        JsonNode asked = host.call("tools/call", params(true, call("ask"))).path("result");
        assertThat(TestHost.textOf(host.call("tools/call", params(true, answered("ask", asked)))))
            .isEqualTo("hello anna");
      } else {
        int id = host.send("tools/call", params(false, call("ask")));
        host.answer(host.told("elicitation/create"), ANNA);
        assertThat(TestHost.textOf(host.response(id))).isEqualTo("hello anna");
      }
      assertThat(server.called("ask")).isEqualTo(1);
    }
  }

  /** Over one stream nothing says which call a question is about: here it is about none. */
  @Test
  void a_question_beside_a_call_that_ends_without_its_answer_does_not_keep_the_next_from_asking()
      throws Exception {
    try (EventServer server = EventServer.start();
        TestHost host = host(server, true)) {
      JsonNode asked = host.call("tools/call", params(true, call("beside"))).path("result");
      assertThat(asked.path("resultType").asString("")).isEqualTo("input_required");
      server.finishBeside.countDown();
      assertThat(server.besideFinished.await(120, TimeUnit.SECONDS)).isTrue();
      // What comes by the stream comes in turn: with this answer, that of the other was there.
      host.call("tools/call", params(true, call("echo")));

      JsonNode next = host.call("tools/call", params(true, call("ask"))).path("result");
      assertThat(next.path("resultType").asString("")).isEqualTo("input_required");
      assertThat(TestHost.textOf(host.call("tools/call", params(true, answered("ask", next)))))
          .isEqualTo("hello anna");
      assertThat(TestHost.textOf(host.call("tools/call", params(true, answered("beside", asked)))))
          .isEqualTo("done beside");
    }
  }

  private static String answered(String tool, JsonNode asked) {
    return call(tool)
        + ",\"requestState\":\"%s\",\"inputResponses\":{\"%s\":%s}"
            .formatted(
                asked.path("requestState").asString(),
                asked.path("inputRequests").propertyNames().iterator().next(),
                ANNA);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void progress_comes_through_and_a_cancelled_call_is_told_to_it(boolean stateless)
      throws Exception {
    try (EventServer server = EventServer.start();
        TestHost host = host(server, stateless)) {
      String params =
          stateless
              ? params(true, call("slow"))
              : "{" + call("slow") + ",\"_meta\":{\"progressToken\":\"p\"}}";
      int id = host.send("tools/call", params);
      assertThat(
              host.told("notifications/progress").path("params").path("progressToken").asString())
          .isEqualTo("p");
      host.notify("notifications/cancelled", "{\"requestId\":" + id + "}");
      assertThat(server.slowCancelled.await(120, TimeUnit.SECONDS)).isTrue();
      if (stateless) {
        JsonNode asked = host.call("tools/call", params(true, call("ask"))).path("result");
        assertThat(asked.path("resultType").asString("")).isEqualTo("input_required");
      }
    }
  }

  @Test
  void a_call_whose_stream_broke_is_not_sent_again_and_the_next_finds_a_new_stream()
      throws Exception {
    try (EventServer server = EventServer.start();
        TestHost host = host(server, false)) {
      JsonNode lost = host.call("tools/call", "{" + call("lost") + "}");
      assertThat(lost.path("error").path("message").asString()).contains("not known whether");
      assertThat(TestHost.textOf(host.call("tools/call", "{" + call("echo") + "}")))
          .isEqualTo("echo hi");
      assertThat(server.called("lost")).isEqualTo(1);
    }
  }

  @Test
  void a_server_that_comes_back_is_found_without_being_asked() throws Exception {
    EventServer before = EventServer.start();
    int port = before.port();
    try (TestHost host = host(before, false)) {
      host.call("tools/list", "{}");
      before.close();
      try (EventServer after = EventServer.at(port)) {
        host.told("notifications/tools/list_changed");
        Await.until("a stream", () -> after.sessions() == 1);
        after.tell("notifications/tools/list_changed");
        host.told("notifications/tools/list_changed");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.2:PORT/steal        | to another host, 127.0.0.2",
        "//evil.example/steal               | to another host, evil.example",
        "https://127.0.0.1:PORT/steal       | to another host",
        "http://127.0.0.1:1/steal           | to another host, 127.0.0.1:1",
        "http://127.0.0.1:PORT@evil.example/| names no address",
        "http://a b/                        | names no address",
        "mailto:x                           | names no address",
        "'http://u:p@127.0.0.1:PORT/'       | names no address"
      })
  void messages_go_to_no_other_origin(String endpoint, String reason) throws Exception {
    try (EventServer server = EventServer.start()) {
      server.endpoint = endpoint.replace("PORT", Integer.toString(server.port()));
      try (TestHost host = host(server, false)) {
        JsonNode answer = host.call("tools/call", "{" + call("echo") + "}");
        assertThat(answer.path("error").path("code").asInt()).isEqualTo(RpcError.UPSTREAM);
        assertThat(answer.path("error").path("message").asString()).contains(reason);
      }
    }
  }

  @Test
  void a_stream_that_begins_otherwise_is_no_such_server() throws Exception {
    try (EventServer server = EventServer.start()) {
      server.first = "message";
      try (TestHost host = host(server, false)) {
        assertThat(
                host.call("tools/call", "{" + call("echo") + "}")
                    .path("error")
                    .path("message")
                    .asString())
            .contains("is not MCP over Streamable HTTP");
      }
    }
  }
}

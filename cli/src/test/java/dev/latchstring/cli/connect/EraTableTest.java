package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The host's era by the server's era: every cell translates. */
@Execution(ExecutionMode.CONCURRENT)
class EraTableTest {
  private static final String FORMS = "{\"elicitation\":{\"form\":{}}}";

  @TempDir private Path cache;

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void the_servers_tools_are_listed_and_called(String hostEra, String serverEra) throws Exception {
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      JsonNode list = host.call("tools/list", params(hostEra, ""));
      assertThat(TestHost.toolsOf(list))
          .contains("echo", "latch_login_of_server")
          .doesNotContain(Protocol.LOGIN_TOOL, "invalid");
      assertEra(hostEra, list);
      JsonNode answer =
          host.call("tools/call", params(hostEra, "\"name\":\"echo\",\"arguments\":{\"a\":1.50}"));
      assertThat(TestHost.textOf(answer)).isEqualTo("echo {\"a\":1.50}");
      assertEra(hostEra, answer);
      assertThat(
              host.told("notifications/progress").path("params").path("progressToken").asString())
          .isEqualTo("p");
      JsonNode renamed =
          host.call("tools/call", params(hostEra, "\"name\":\"" + "latch_login_of_server" + "\""));
      assertThat(TestHost.textOf(renamed)).isEqualTo("called latch_login");
    }
  }

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void a_server_that_asks_the_person_gets_its_answer(String hostEra, String serverEra)
      throws Exception {
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      String members = "\"name\":\"ask\",\"arguments\":{}";
      int id = host.send("tools/call", params(hostEra, members));
      JsonNode answer;
      if (hostEra.equals("session")) {
        JsonNode question = host.told("elicitation/create");
        assertThat(question.path("params").path("message").asString()).isEqualTo("Your name?");
        host.answer(question, "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}");
        answer = host.response(id);
      } else {
        JsonNode interim = host.response(id).path("result");
        assertThat(interim.path("resultType").asString()).isEqualTo("input_required");
        String key = interim.path("inputRequests").propertyNames().iterator().next();
        assertThat(interim.path("inputRequests").path(key).path("method").asString())
            .isEqualTo("elicitation/create");
        answer =
            host.call(
                "tools/call",
                params(
                    hostEra,
                    members
                        + ",\"requestState\":"
                        + interim.path("requestState")
                        + ",\"inputResponses\":{\""
                        + key
                        + "\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}}"));
      }
      assertThat(TestHost.textOf(answer)).startsWith("answered").contains("Ada");
      assertEra(hostEra, answer);
      assertThat(server.called("ask")).isEqualTo(serverEra.equals("session") ? 1 : 2);
    }
  }

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void a_cancelled_call_is_cancelled_at_the_server_and_not_answered(
      String hostEra, String serverEra) throws Exception {
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      int id = host.send("tools/call", params(hostEra, "\"name\":\"slow\",\"arguments\":{}"));
      assertThat(server.slowStarted.await(120, TimeUnit.SECONDS)).isTrue();
      host.notify("notifications/cancelled", "{\"requestId\":" + id + "}");
      assertThat(server.slowCancelled.await(120, TimeUnit.SECONDS)).isTrue();
      JsonNode next =
          host.call("tools/call", params(hostEra, "\"name\":\"echo\",\"arguments\":{}"));
      assertThat(TestHost.textOf(next)).isEqualTo("echo {}");
      assertThat(host.has(m -> m.path("id").asInt(-1) == id)).isFalse();
    }
  }

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void a_changed_list_is_told(String hostEra, String serverEra) throws Exception {
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      if (hostEra.equals("stateless")) {
        host.send(
            "subscriptions/listen",
            params(hostEra, "\"notifications\":{\"toolsListChanged\":true}"));
        JsonNode acknowledged = host.told("notifications/subscriptions/acknowledged");
        assertThat(
                acknowledged
                    .path("params")
                    .path("notifications")
                    .path("toolsListChanged")
                    .asBoolean())
            .isTrue();
      }
      host.call("tools/list", params(hostEra, ""));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      String changed = "notifications/tools/list_changed";
      while (!host.has(m -> m.path("method").asString("").equals(changed))) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        if (server instanceof SessionServer session) {
          session.tell(changed);
        } else if (server instanceof StatelessServer stateless) {
          stateless.tell(changed);
        }
        Thread.onSpinWait();
        host.call("tools/list", params(hostEra, ""));
      }
      JsonNode told = host.told(changed);
      assertThat(told.path("params").path("_meta").has(Protocol.META_SUBSCRIPTION))
          .isEqualTo(hostEra.equals("stateless"));
    }
  }

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void a_call_the_server_dies_in_ends_with_a_reason(String hostEra, String serverEra)
      throws Exception {
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      JsonNode answer =
          host.call("tools/call", params(hostEra, "\"name\":\"die\",\"arguments\":{}"));
      assertThat(answer.path("error").path("code").asInt()).isEqualTo(RpcError.UPSTREAM);
      assertThat(answer.path("error").path("message").asString())
          .contains("broke before it answered");
      assertThat(server.called("die")).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "host {0}, server {1}")
  @CsvSource({
    "session, session",
    "session, stateless",
    "stateless, session",
    "stateless, stateless"
  })
  void the_trace_that_the_host_names_goes_on_to_the_server(String hostEra, String serverEra)
      throws Exception {
    String trace =
        "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01\","
            + "\"tracestate\":\"v=1\"";
    try (RawServer server = server(serverEra);
        TestHost host = host(hostEra, server)) {
      String members = "\"name\":\"echo\",\"arguments\":{}";
      host.call(
          "tools/call",
          params(hostEra, members).replaceFirst("\"_meta\":\\{", "\"_meta\":{" + trace + ","));
      List<ObjectNode> received =
          server instanceof SessionServer session
              ? session.received
              : ((StatelessServer) server).received;
      assertThat(received)
          .filteredOn(message -> message.path("method").asString("").equals("tools/call"))
          .singleElement()
          .satisfies(message -> {
            JsonNode meta = message.path("params").path("_meta");
            assertThat(meta.path("traceparent").asString())
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01");
            assertThat(meta.path("tracestate").asString()).isEqualTo("v=1");
          });
    }
  }

  static RawServer server(String era) throws Exception {
    return era.equals("session") ? SessionServer.start() : StatelessServer.start();
  }

  private TestHost host(String era, RawServer server) throws Exception {
    TestHost host = TestHost.of(server.url(), cache);
    return era.equals("session") ? host.session(FORMS) : host;
  }

  private static String params(String era, String members) {
    if (era.equals("stateless")) {
      return TestHost.stateless(members, FORMS);
    }
    return "{" + members + (members.isEmpty() ? "" : ",") + "\"_meta\":{\"progressToken\":\"p\"}}";
  }

  private static void assertEra(String era, JsonNode response) {
    boolean stateless = era.equals("stateless");
    assertThat(response.path("result").has("resultType")).isEqualTo(stateless);
    if (response.path("result").has("tools")) {
      assertThat(response.path("result").has("ttlMs")).isEqualTo(stateless);
      assertThat(response.path("result").has("cacheScope")).isEqualTo(stateless);
    }
  }
}

package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.store.TokenStores;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A host that starts several copies for one server, whose login is done in a browser. */
class ManyInstancesTest {
  private static final String URL_ONLY = "{\"elicitation\":{\"url\":{}}}";
  private static final String CALL = "{\"name\":\"anything\",\"arguments\":{}}";

  private static final Pattern PAGE = Pattern.compile("http://127\\S+/authorize\\?[^\\s)>]+");

  @TempDir Path home;
  private CodeServer server;

  @BeforeEach
  void start() throws Exception {
    server = CodeServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Another copy, which shares the user's files with the others and nothing else. */
  private TestHost copy(String capabilities) throws Exception {
    Map<String, String> variables = Map.of("LATCH_HOME", home.toString());
    UserDirectories directories = UserDirectories.of(variables, "Linux", home.toString());
    LatchClient client =
        LatchClient.using(
                TokenStores.open(directories, variables, "Linux", new SecureRandom(), note -> {}))
            .build();
    LoginWish wish = new LoginWish(null, FlowName.CODE, () -> Surroundings.UNKNOWN);
    return TestHost.wishing(wish, server.url(), client, directories.cache().resolve("connect"))
        .session(capabilities);
  }

  private static String shown(TestHost host) throws Exception {
    JsonNode prompt = host.told("elicitation/create").path("params");
    assertThat(prompt.path("mode").asString()).isEqualTo("url");
    assertThat(prompt.path("message").asString()).contains("Go on only if you started this");
    return prompt.path("url").asString();
  }

  @Test
  void all_show_one_login_and_all_go_on_when_it_is_done() throws Exception {
    List<TestHost> hosts = new ArrayList<>();
    try {
      Map<TestHost, Integer> calls = new java.util.LinkedHashMap<>();
      for (int i = 0; i < 4; i++) {
        hosts.add(copy(URL_ONLY));
      }
      for (TestHost host : hosts) {
        calls.put(host, host.send("tools/call", CALL));
      }
      Set<String> addresses = new HashSet<>();
      for (TestHost host : hosts) {
        addresses.add(shown(host));
      }
      assertThat(addresses).hasSize(1);
      assertThat(CodeServer.open(addresses.iterator().next())).isEqualTo(200);
      for (Map.Entry<TestHost, Integer> call : calls.entrySet()) {
        assertThat(TestHost.textOf(call.getKey().response(call.getValue()))).isEqualTo("called");
        call.getKey().told("notifications/elicitation/complete");
      }
      assertThat(server.tokens).hasValue(1);
    } finally {
      for (TestHost host : hosts) {
        host.close();
      }
    }
  }

  @Test
  void a_no_in_one_is_a_no_in_all() throws Exception {
    try (TestHost leader = copy(URL_ONLY);
        TestHost follower = copy("{}")) {
      int first = leader.send("tools/call", CALL);
      JsonNode prompt = leader.told("elicitation/create");
      JsonNode told = follower.call("tools/call", CALL);
      assertThat(TestHost.textOf(told)).contains(prompt.path("params").path("url").asString());
      int second = follower.send("tools/call", CALL);
      leader.answer(prompt, "{\"action\":\"decline\"}");
      assertThat(TestHost.textOf(leader.response(first))).contains("the person declined");
      assertThat(TestHost.textOf(follower.response(second))).contains("the person declined");
    }
  }

  @Test
  void another_leads_where_the_leader_is_stopped() throws Exception {
    try (TestHost follower = copy(URL_ONLY)) {
      String before;
      int call;
      try (TestHost leader = copy(URL_ONLY)) {
        leader.send("tools/call", CALL);
        before = shown(leader);
        call = follower.send("tools/call", CALL);
        assertThat(shown(follower)).isEqualTo(before);
        leader.hangUp();
      }
      String after = shown(follower);
      assertThat(after).isNotEqualTo(before);
      assertThat(CodeServer.open(after)).isEqualTo(200);
      assertThat(TestHost.textOf(follower.response(call))).isEqualTo("called");
    }
  }

  @Test
  void another_leads_where_the_leader_is_killed() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.latchstring.cli.Latch",
                "connect",
                server.url().toString(),
                "--flow",
                "code")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LATCH_HOME", home.toString());
    Process leader = builder.start();
    try (TestHost follower = copy(URL_ONLY);
        BufferedReader out = leader.inputReader(UTF_8)) {
      leader
          .outputWriter(UTF_8)
          .append(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                  + "\"capabilities\":"
                  + URL_ONLY
                  + ",\"clientInfo\":{\"name\":\"h\",\"version\":\"1\"}}}\n"
                  + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":"
                  + CALL
                  + "}\n")
          .flush();
      String line = out.readLine();
      while (!line.contains("elicitation/create")) {
        line = out.readLine();
      }
      String before = JsonRpc.parse(line.getBytes(UTF_8)).path("params").path("url").asString();
      int call = follower.send("tools/call", CALL);
      assertThat(shown(follower)).isEqualTo(before);
      leader.destroyForcibly().waitFor();
      String after = shown(follower);
      assertThat(after).isNotEqualTo(before);
      assertThat(CodeServer.open(after)).isEqualTo(200);
      assertThat(TestHost.textOf(follower.response(call))).isEqualTo("called");
    } finally {
      leader.destroyForcibly();
    }
  }

  @Test
  void a_login_that_was_done_on_the_command_line_is_not_waited_for() throws Exception {
    try (TestHost host = copy(URL_ONLY);
        TestHost other = copy("{}")) {
      int call = host.send("tools/call", CALL);
      String address = shown(host);
      assertThat(TestHost.textOf(other.call("tools/call", CALL))).contains(address);
      JsonNode wrong =
          other.call(
              "tools/call",
              "{\"name\":\"latch_login\",\"arguments\":{\"came_back_to\":\"http://127.0.0.1:1/?code=x\"}}");
      assertThat(TestHost.textOf(wrong)).contains("cannot be used");
      JsonNode wrongHere =
          host.call(
              "tools/call",
              "{\"name\":\"latch_login\",\"arguments\":{\"came_back_to\":\"http://127.0.0.1:1/?code=x\"}}");
      assertThat(TestHost.textOf(wrongHere))
          .contains("cannot be used", "the one that is needed begins with http://127.0.0.1:");
      assertThat(CodeServer.open(address)).isEqualTo(200);
      assertThat(TestHost.textOf(host.response(call))).isEqualTo("called");
      assertThat(TestHost.textOf(other.call("tools/call", CALL))).isEqualTo("called");
    }
  }

  @Test
  void where_the_browser_ended_is_taken_by_whichever_is_told() throws Exception {
    try (TestHost leader = copy("{}");
        TestHost follower = copy("{}")) {
      String page = page(leader);
      assertThat(TestHost.textOf(follower.call("tools/call", CALL))).contains(page);
      String ended = CodeServer.openElsewhere(page);
      String begins = ended.substring(0, ended.indexOf('?'));
      assertThat(cameBack(follower, "http://127.0.0.1:1/callback?code=c&state=s"))
          .contains("cannot be used", "begins with " + begins);
      assertThat(cameBack(follower, begins + "?code=c")).contains("(state)");
      assertThat(cameBack(follower, begins + "?code=c&state=another"))
          .contains("belongs to another login");
      assertThat(cameBack(follower, "the-code")).contains("copy the whole address");
      assertThat(server.tokens).hasValue(0);
      assertThat(cameBack(follower, ended)).contains("Logged in");
      assertThat(TestHost.textOf(leader.call("tools/call", CALL))).isEqualTo("called");
      assertThat(TestHost.textOf(follower.call("tools/call", CALL))).isEqualTo("called");
      assertThat(server.tokens).hasValue(1);
    }
  }

  private static String page(TestHost host) throws Exception {
    Matcher page = PAGE.matcher(TestHost.textOf(host.call("tools/call", CALL)));
    assertThat(page.find()).isTrue();
    return page.group();
  }

  private static String cameBack(TestHost host, String address) throws Exception {
    ObjectNode call = JsonRpc.object().put("name", "latch_login");
    call.putObject("arguments").put("came_back_to", address);
    return TestHost.textOf(host.call("tools/call", call.toString()));
  }
}

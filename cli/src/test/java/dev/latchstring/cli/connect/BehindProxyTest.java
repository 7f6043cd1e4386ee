package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.http.Network;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.testing.ConnectProxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a host is told where a company's proxy answers instead of the server. */
class BehindProxyTest {
  private static final URI SERVER = URI.create("https://mcp.corp.test/mcp");

  @TempDir Path cache;

  private JsonNode told(String proxy) throws Exception {
    Network network = Network.of(Map.of(Network.PROXY, "http://" + proxy));
    try (TestHost host = TestHost.behind(network, SERVER, cache)) {
      JsonNode answer = host.session("{}").call("tools/call", "{\"name\":\"book\"}");
      return answer.path("error");
    }
  }

  @Test
  void a_proxy_that_wants_a_login_is_named() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.to(1, "anna:right")) {
      JsonNode error = told(proxy.place());

      assertThat(error.path("code").asInt()).as(error.toString()).isEqualTo(RpcError.UPSTREAM);
      assertThat(error.path("message").asString())
          .contains("the proxy " + proxy.place())
          .contains("wants a login (407)")
          .contains("http://USER:PASSWORD@");
      assertThat(error.path("data").path("acted").asBoolean(true)).isFalse();
    }
  }

  @Test
  void a_wrong_password_is_called_one_and_told_to_nobody() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.to(1, "anna:right")) {
      JsonNode error = told("anna:wr0ng@" + proxy.place());

      assertThat(error.path("code").asInt()).as(error.toString()).isEqualTo(RpcError.UPSTREAM);
      assertThat(error.path("message").asString())
          .contains("the proxy " + proxy.place())
          .contains("does not accept the user name and password (407)");
      assertThat(error.toString()).doesNotContain("anna", "wr0ng");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 502})
  void a_proxy_that_does_not_lead_to_the_server_is_not_taken_for_it(int status) throws Exception {
    try (ConnectProxy proxy = ConnectProxy.refusing(status)) {
      JsonNode error = told(proxy.place());

      assertThat(error.path("code").asInt()).as(error.toString()).isEqualTo(RpcError.UPSTREAM);
      assertThat(error.path("message").asString())
          .contains("the proxy " + proxy.place())
          .contains("does not lead to " + SERVER + ": it answered " + status);
      assertThat(error.path("data").path("acted").asBoolean(true)).isFalse();
    }
  }
}

package dev.latchstring.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.kit.Provider;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.StdioHost;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A server with the login kit, to a host that speaks {@code dev.latchstring/auth}. */
class KitExtensionTest {
  private static final String DECLARED = "{\"extensions\":{\"dev.latchstring/auth\":{}}}";

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

  private static JsonNode ask(StdioHost host, boolean stateless, String method, String members)
      throws Exception {
    return host.call("dev.latchstring/auth." + method, params(stateless, members));
  }

  private static String params(boolean stateless, String members) {
    return stateless ? StdioHost.stateless(members, DECLARED) : "{" + members + "}";
  }

  private static String delivery(String token, URI resource) {
    return "\"access_token\":\"%s\",\"issuer\":\"%s\",\"resource\":\"%s\",\"scope\":\"notes:read\",\"expires_at\":\"%s\""
        .formatted(token, notes.issuer(), resource, Clock.systemUTC().instant().plusSeconds(120));
  }

  private static String read(boolean stateless, String account) {
    String members = "\"name\":\"read_notes\",\"arguments\":{}";
    String meta = "\"_meta\":{\"dev.latchstring/account\":\"%s\"".formatted(account);
    return stateless
        ? StdioHost.stateless(members, "{}").replace("\"_meta\":{", meta + ",")
        : "{" + members + "," + meta + "}}";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_token_is_delivered_to_the_account_it_is_named_for(boolean stateless) throws Exception {
    URI api = notes.api().address();
    String token = notes.tokenOf(api, "notes:read");
    try (StdioHost host = notes.host(login -> {})) {
      if (!stateless) {
        JsonNode opened =
            host.call(
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":%s,\"clientInfo\":{\"name\":\"h\",\"version\":\"1\"}}"
                    .formatted(DECLARED));
        for (String member : new String[] {"extensions", "experimental"}) {
          assertThat(
                  opened
                      .path("result")
                      .path("capabilities")
                      .path(member)
                      .path("dev.latchstring/auth")
                      .isObject())
              .isTrue();
        }
        host.notify("notifications/initialized", "{}");
      }
      JsonNode described = ask(host, stateless, "describe", "").path("result");
      JsonNode provider = described.path("providers").path(0);
      assertThat(provider.path("provider").asString()).isEqualTo("notes");
      assertThat(provider.path("protected_resource").path("resource").asString())
          .isEqualTo(api.toString());
      assertThat(described.path("tools").toString()).contains("write_note", "notes:write");

      String to = "\"provider\":\"notes\",\"account\":\"work\",";
      JsonNode delivered = ask(host, stateless, "deliver", to + delivery(token, api));
      assertThat(delivered.path("result").path("account").asString()).isEqualTo("work");
      assertThat(delivered.path("result").path("source").asString()).isEqualTo("delivered");
      assertThat(StdioHost.textOf(host.call("tools/call", read(stateless, "work"))))
          .startsWith("200 notes:read");
      assertThat(
              host.call("tools/call", read(stateless, "home"))
                  .path("result")
                  .path("isError")
                  .asBoolean())
          .isTrue();

      JsonNode ended = ask(host, stateless, "logout", "\"account\":\"work\"").path("result");
      assertThat(ended.path("ended").asString()).isEqualTo("delivered");
      assertThat(
              host.call("tools/call", read(stateless, "work"))
                  .path("result")
                  .path("isError")
                  .asBoolean())
          .isTrue();
      assertThat(host.has(m -> m.toString().contains(token))).isFalse();
    }
  }

  @Test
  void a_token_for_another_api_and_one_before_the_environments_are_refused() throws Exception {
    URI api = notes.api().address();
    String token = notes.tokenOf(api, "notes:read");
    StdioLogin.Builder builder =
        StdioLogin.builder(NotesServer.authorizer())
            .provider(Provider.of("notes", api))
            .provider(Provider.of("other", URI.create("http://localhost:1/api")))
            .provider(Provider.of("given", api).tokenFrom("GIVEN"))
            .environment(Map.of("GIVEN", token));
    try (StdioHost host = notes.host(builder).initialize("2025-11-25", DECLARED)) {
      for (String to :
          new String[] {
            "\"provider\":\"other\"," + delivery(token, api),
            "\"provider\":\"given\"," + delivery(token, api),
            delivery(token, URI.create("https://other.example"))
          }) {
        JsonNode error = ask(host, false, "deliver", to).path("error");
        assertThat(error.path("code").asInt()).as(to).isEqualTo(-31403);
        assertThat(error.toString()).doesNotContain("eyJ");
      }
      JsonNode accounts = ask(host, false, "status", "").path("result").path("accounts");
      assertThat(accounts.path(0).path("authenticated").asBoolean()).isFalse();
      assertThat(accounts.path(2).path("source").asString()).isEqualTo("environment");
      assertThat(
              ask(host, false, "describe", "")
                  .path("result")
                  .path("providers")
                  .path(1)
                  .has("problem"))
          .isTrue();
      JsonNode bad = ask(host, false, "login", "\"account\":\"" + "x".repeat(65) + "\"");
      assertThat(bad.path("error").path("code").asInt()).isEqualTo(-32602);
      assertThat(
              host.call("dev.latchstring/auth.status", "{\"provider\":\"nowhere\"}")
                  .path("error")
                  .path("code")
                  .asInt())
          .isEqualTo(-32602);
    }
  }

  @Test
  void a_host_shows_the_login_of_an_account_and_confirms_it() throws Exception {
    try (StdioHost host = notes.host(login -> {}).initialize("2025-11-25", DECLARED)) {
      JsonNode flow = ask(host, false, "login", "\"account\":\"home\"").path("result");
      String id = "\"flow\":" + flow.path("flow");
      notes.decide(flow.path("prompt").path("user_code").asString(), "alice", "allow");
      Await.until(
          "the approval",
          () ->
              ask(host, false, "status", id)
                  .path("result")
                  .path("state")
                  .asString()
                  .equals("approved"));
      assertThat(
              ask(host, false, "login", id + ",\"confirm\":true")
                  .path("result")
                  .path("state")
                  .asString())
          .isEqualTo("finished");
      JsonNode changed = host.told("notifications/dev.latchstring/auth.changed");
      assertThat(changed.toString()).contains("alice").doesNotContain("eyJ");
      assertThat(StdioHost.textOf(host.call("tools/call", read(false, "home"))))
          .startsWith("200 notes:read");
    }
  }
}

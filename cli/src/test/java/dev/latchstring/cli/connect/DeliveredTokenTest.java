package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.testing.TokenDesk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens that a host obtained and hands to {@code latch connect}, in front of the clinic's
 * protected server, whose issuer gives out whatever token an attacker may wish for.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeliveredTokenTest {
  private static final String FIND =
      "\"name\":\"find_appointments\",\"arguments\":{\"patient\":\"Alice Moreau\"}";
  private static final String PLAIN = "{\"elicitation\":{}}";

  private static TokenDesk desk;
  private static ClinicServer clinic;

  @TempDir private Path cache;

  @BeforeAll
  static void start() throws Exception {
    desk = new TokenDesk();
    clinic = ClinicServer.start(0, desk.issuer());
  }

  @AfterAll
  static void stop() {
    clinic.close();
    desk.close();
  }

  private static Instant in(long seconds) {
    return Clock.systemUTC().instant().plusSeconds(seconds);
  }

  private static String token(String subject, Map<String, Object> more) {
    return desk.token(clinic.url(), subject, "clinic:read", more, "front-desk");
  }

  private static String delivered(String token) {
    return delivered(token, in(200));
  }

  private static String delivered(String token, Instant until) {
    return AuthMessages.delivery(
        token, desk.issuer().toString(), clinic.url().toString(), "clinic:read", until);
  }

  private TestHost host(boolean stateless) throws Exception {
    TestHost host = TestHost.of(clinic.url(), cache);
    return stateless ? host : host.session(AuthMessages.CAPABILITIES);
  }

  private static JsonNode find(TestHost host, boolean stateless) throws Exception {
    return host.call("tools/call", stateless ? TestHost.stateless(FIND, PLAIN) : "{" + FIND + "}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_host_describes_delivers_and_logs_out_in_either_era(boolean stateless) throws Exception {
    try (TestHost host = host(stateless)) {
      AuthMessages auth = new AuthMessages(host, stateless);
      if (stateless) {
        host.send(
            "subscriptions/listen",
            TestHost.stateless(
                "\"notifications\":{\"dev.latchstring/auth.changed\":true}",
                AuthMessages.CAPABILITIES));
        assertThat(
                host.told("notifications/subscriptions/acknowledged")
                    .path("params")
                    .path("notifications")
                    .path("dev.latchstring/auth.changed")
                    .asBoolean())
            .isTrue();
      }
      JsonNode provider = auth.call("describe", "").path("result").path("providers").path(0);
      JsonNode resource = provider.path("protected_resource");
      assertThat(resource.path("resource").asString()).isEqualTo(clinic.url().toString());
      assertThat(resource.path("authorization_servers").path(0).asString())
          .isEqualTo(desk.issuer().toString());
      assertThat(provider.path("deliverable").asBoolean()).isTrue();
      assertThat(auth.account().path("authenticated").asBoolean()).isFalse();

      String token = token("alice", Map.of("preferred_username", "alice"));
      JsonNode answer = auth.call("deliver", delivered(token)).path("result");
      assertThat(answer.path("source").asString()).isEqualTo("delivered");
      assertThat(answer.path("identity").path("subject").asString()).isEqualTo("alice");
      assertThat(answer.path("scope").asString()).isEqualTo("clinic:read");
      JsonNode changed = host.told("notifications/dev.latchstring/auth.changed").path("params");
      AuthMessages.fits("changedParams", changed.toString());
      assertThat(changed.path("accounts").path(0).path("authenticated").asBoolean()).isTrue();
      assertThat(TestHost.textOf(find(host, stateless))).contains("Moreau");
      assertThat(host.has(m -> m.toString().contains(token))).isFalse();

      JsonNode ended = auth.call("logout", "").path("result");
      assertThat(ended.path("ended").asString()).isEqualTo("delivered");
      assertThat(ended.path("accounts").path(0).path("authenticated").asBoolean()).isFalse();
      host.told("notifications/dev.latchstring/auth.changed");
      JsonNode refused = find(host, stateless).path("result");
      assertThat(refused.path("isError").asBoolean()).isTrue();
      AuthMessages.fits(
          "auth-error", refused.path("_meta").path("dev.latchstring/auth").toString());
      assertThat(auth.call("logout", "\"all\":true").path("result").path("ended").asString())
          .isEqualTo("nothing");
    }
    try (var files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("eyJ");
      }
    }
  }

  @Test
  void it_is_declared_in_the_first_answer_and_in_later_ones() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache)) {
      JsonNode session =
          host.call(
                  "initialize",
                  "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"h\",\"version\":\"1\"}}")
              .path("result")
              .path("capabilities");
      for (String member : List.of("extensions", "experimental")) {
        JsonNode settings = session.path(member).path("dev.latchstring/auth");
        AuthMessages.fits("settings", settings.toString());
        assertThat(settings.path("version").asInt()).isEqualTo(1);
      }
    }
    try (TestHost host = TestHost.of(clinic.url(), cache)) {
      JsonNode found = discovered(host);
      assertThat(found.path("extensions").path("dev.latchstring/auth").isObject()).isTrue();
      assertThat(found.has("experimental")).isFalse();
      new AuthMessages(host, true).call("deliver", delivered(token("alice", Map.of())));
      find(host, true);
      assertThat(discovered(host).path("extensions").path("dev.latchstring/auth").isObject())
          .isTrue();
    }
  }

  private static JsonNode discovered(TestHost host) throws Exception {
    return host.call("server/discover", TestHost.stateless("", "{}"))
        .path("result")
        .path("capabilities");
  }

  @ParameterizedTest
  @ValueSource(strings = {"describe", "status", "login", "deliver", "logout", "anything"})
  void without_a_declaration_nothing_is_served_and_nothing_passed_on(String method)
      throws Exception {
    String secret = delivered(token("alice", Map.of()));
    for (boolean stateless : new boolean[] {false, true}) {
      try (TestHost host = TestHost.of(clinic.url(), cache)) {
        if (!stateless) {
          host.session(PLAIN);
        }
        JsonNode error = new AuthMessages(host, stateless).raw(method, secret, PLAIN).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(RpcError.MISSING_CAPABILITY);
        assertThat(
                error
                    .path("data")
                    .path("requiredCapabilities")
                    .path("extensions")
                    .has("dev.latchstring/auth"))
            .isTrue();
        assertThat(error.toString()).doesNotContain("eyJ");
      }
    }
  }

  @Test
  void a_stateless_request_declares_for_itself_alone() throws Exception {
    try (TestHost host = TestHost.of(clinic.url(), cache)) {
      AuthMessages auth = new AuthMessages(host, true);
      assertThat(auth.account().path("authenticated").asBoolean()).isFalse();
      assertThat(auth.raw("status", "", PLAIN).path("error").path("code").asInt())
          .isEqualTo(RpcError.MISSING_CAPABILITY);
      assertThat(
              auth.raw(
                      "status", "", "{\"experimental\":{\"dev.latchstring/auth\":{\"version\":1}}}")
                  .path("error")
                  .path("code")
                  .asInt())
          .isEqualTo(RpcError.MISSING_CAPABILITY);
    }
    try (TestHost older =
        TestHost.of(clinic.url(), cache)
            .initialize("2025-06-18", "{\"experimental\":{\"dev.latchstring/auth\":{}}}")) {
      assertThat(new AuthMessages(older, false).call("status", "").has("result")).isTrue();
    }
  }

  @Test
  void tokens_of_others_are_refused_and_never_repeated() throws Exception {
    String good = token("alice", Map.of());
    try (TokenDesk foreign = new TokenDesk();
        TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      String own = desk.issuer().toString();
      String here = clinic.url().toString();
      String forged =
          foreign.token(clinic.url(), "alice", "clinic:read", Map.of("iss", own), "front-desk");
      Map<String, String> attacks =
          Map.ofEntries(
              Map.entry(
                  "another resource",
                  delivered(token("alice", Map.of("aud", "https://other.example/mcp")))),
              Map.entry(
                  "several resources",
                  delivered(token("alice", Map.of("aud", List.of(here, "https://other.example"))))),
              Map.entry(
                  "another issuer's token",
                  delivered(foreign.token(clinic.url(), "alice", "clinic:read", Map.of(), "x"))),
              Map.entry("another issuer's key", delivered(forged)),
              Map.entry(
                  "said to be another issuer's",
                  AuthMessages.delivery(
                      good, foreign.issuer().toString(), here, "clinic:read", in(60))),
              Map.entry(
                  "said to be for another resource",
                  AuthMessages.delivery(
                      good, own, "https://other.example/mcp", "clinic:read", in(60))),
              Map.entry(
                  "said to allow more",
                  AuthMessages.delivery(good, own, here, "clinic:read clinic:write", in(60))),
              Map.entry(
                  "expired", delivered(token("alice", Map.of("exp", in(-120).getEpochSecond())))),
              Map.entry("said to be expired", delivered(good, in(-1))),
              Map.entry(
                  "bound", delivered(token("alice", Map.of("cnf", Map.of("jkt", "x".repeat(43)))))),
              Map.entry(
                  "bound otherwise",
                  delivered(token("alice", Map.of("cnf", Map.of("x5t#S256", "x"))))),
              Map.entry("opaque", delivered("ghp_0123456789abcdef")));
      attacks.forEach((name, members) -> {
        try {
          JsonNode error = auth.call("deliver", members).path("error");
          assertThat(error.path("code").asInt()).as(name).isEqualTo(RpcError.REFUSED);
          assertThat(error.path("data").path("dev.latchstring/auth").path("status").asInt())
              .as(name)
              .isEqualTo(403);
          assertThat(error.toString()).as(name).doesNotContain("eyJ", "ghp_");
        } catch (Exception e) {
          throw new AssertionError(name, e);
        }
      });
      assertThat(auth.account().path("authenticated").asBoolean()).isFalse();
    }
  }

  @Test
  void somebody_else_takes_the_place_only_after_a_logout() throws Exception {
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      auth.call("deliver", delivered(token("alice", Map.of())));
      JsonNode refused = auth.call("deliver", delivered(token("mallory", Map.of())));
      assertThat(refused.path("error").path("message").asString()).contains("somebody else");
      assertThat(auth.account().path("identity").path("subject").asString()).isEqualTo("alice");
      assertThat(auth.call("deliver", delivered(token("alice", Map.of("jti", "2")))).has("result"))
          .isTrue();
      auth.call("logout", "");
      assertThat(auth.call("deliver", delivered(token("mallory", Map.of()))).has("result"))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"access_token\":\"%s\"",
        "\"access_token\":\"%s\",\"refresh_token\":\"r\",\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":\"%s\",\"token_type\":\"DPoP\",\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":\"%s\",\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"tomorrow\"",
        "\"access_token\":\"%s\",\"issuer\":\"a\",\"resource\":\"%%%%%%\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":\"%s\",\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"\\\"\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":[\"%s\"],\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":\"%s\",\"%1$s\":\"a\"",
        "\"access_token\":\"%s\",\"provider\":\"github\",\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\"",
        "\"access_token\":\"%s\",\"account\":7,\"issuer\":\"a\",\"resource\":\"b\",\"scope\":\"c\",\"expires_at\":\"2030-01-01T00:00:00Z\""
      })
  void malformed_deliveries_are_refused_without_an_echo(String members) throws Exception {
    String token = token("alice", Map.of());
    try (TestHost host = host(false)) {
      JsonNode error =
          new AuthMessages(host, false).call("deliver", members.formatted(token)).path("error");
      assertThat(error.path("code").asInt()).isEqualTo(RpcError.INVALID_PARAMS);
      assertThat(error.toString()).doesNotContain("eyJ");
    }
  }

  @Test
  void oversized_and_unusable_tokens_are_refused() throws Exception {
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      JsonNode large = auth.call("deliver", delivered("a".repeat(1 << 20))).path("error");
      assertThat(large.path("code").asInt()).isEqualTo(RpcError.INVALID_PARAMS);
      assertThat(large.toString()).hasSizeLessThan(500);
      for (String odd : List.of("a b", "a\u0000b", "a\nb", "é")) {
        JsonNode error = auth.call("deliver", delivered(odd)).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(RpcError.REFUSED);
      }
      JsonNode name = auth.call("status", "\"account\":\"" + "a".repeat(201) + "\"").path("error");
      assertThat(name.path("code").asInt()).isEqualTo(RpcError.INVALID_PARAMS);
    }
  }

  /** It takes everything and keeps what it was sent. */
  private static final class Collector extends RawServer {
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final boolean modern;

    Collector(boolean modern) {
      this.modern = modern;
    }

    @Override
    void handle(HttpExchange exchange) throws Exception {
      ObjectNode message = read(exchange);
      received.add(exchange.getRequestHeaders().entrySet() + " " + message);
      JsonNode id = message.get("id");
      if (id == null) {
        exchange.sendResponseHeaders(202, -1);
        return;
      }
      ObjectNode result = JsonRpc.object().put("resultType", "complete");
      result.put("protocolVersion", "2025-11-25").putArray("supportedVersions").add("2026-07-28");
      result.putObject("capabilities").putObject("extensions").putObject("dev.latchstring/auth");
      result.putObject("serverInfo").put("name", "collector").put("version", "1");
      boolean opening = modern ? !message.path("method").asString("").equals("initialize") : true;
      json(
          exchange,
          200,
          opening
              ? JsonRpc.result(id, result)
              : JsonRpc.error(id, new RpcError(RpcError.METHOD_NOT_FOUND, "no such method")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_server_behind_sees_nothing_of_the_extension(boolean modern) throws Exception {
    try (Collector server = new Collector(modern)) {
      server.start(0);
      for (boolean stateless : new boolean[] {false, true}) {
        try (TestHost host = TestHost.of(server.url(), cache)) {
          if (!stateless) {
            host.session(AuthMessages.CAPABILITIES);
          }
          String said = delivered(token("alice", Map.of()));
          host.notify("dev.latchstring/auth.deliver", "{" + said + "}");
          host.notify("notifications/dev.latchstring/auth.changed", "{}");
          new AuthMessages(host, stateless).raw("deliver", said, AuthMessages.CAPABILITIES);
          String call = "\"name\":\"any\",\"arguments\":{}";
          assertThat(
                  host.call(
                          "tools/call",
                          stateless
                              ? TestHost.stateless(call, AuthMessages.CAPABILITIES)
                              : "{" + call + "}")
                      .has("result"))
              .isTrue();
        }
      }
      assertThat(server.received).isNotEmpty();
      assertThat(server.received)
          .noneMatch(text -> text.contains("eyJ") || text.contains("dev.latchstring/auth"));
    }
  }

  @Test
  void a_delivered_token_ends_at_its_time_and_the_host_is_told() throws Exception {
    try (TestHost host = host(false)) {
      AuthMessages auth = new AuthMessages(host, false);
      // It is not used in the last five seconds.
      auth.call("deliver", delivered(token("alice", Map.of()), in(14)));
      assertThat(
              host.told("notifications/dev.latchstring/auth.changed")
                  .path("params")
                  .path("accounts")
                  .path(0)
                  .path("authenticated")
                  .asBoolean())
          .isTrue();
      assertThat(TestHost.textOf(find(host, false))).contains("Moreau");
      assertThat(
              host.told("notifications/dev.latchstring/auth.changed")
                  .path("params")
                  .path("accounts")
                  .path(0)
                  .path("authenticated")
                  .asBoolean())
          .isFalse();
    }
  }
}

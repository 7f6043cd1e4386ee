package dev.latchstring.mcpserver.http;

import static dev.latchstring.mcpserver.fixture.Scene.call;
import static dev.latchstring.mcpserver.fixture.Scene.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.fixture.Http;
import dev.latchstring.mcpserver.fixture.ProtectedServer;
import dev.latchstring.mcpserver.fixture.Scene;
import dev.latchstring.mcpserver.fixture.StatelessServlet;
import dev.latchstring.mcpserver.fixture.TestClock;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.policy.PolicyFile;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.DecisionPoint;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see over HTTP where a policy file and a policy engine have a say. */
class DecidedElsewhereTest {
  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T10:00:00Z"));
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final ECKey key = issuer.newEcKey("ec-1");
  private final AtomicReference<Decision> engine = new AtomicReference<>(new Decision.Allowed());
  private final AtomicReference<Question> asked = new AtomicReference<>();
  @TempDir private Path folder;
  private Path file;
  private ProtectedServer server;
  private StatelessServlet servlet;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("policy.yaml");
    write(
        """
        default: { scopes: [clinic:read] }
        tools:
          book_appointment: { scopes: [clinic:book], acr: [mfa], max_age: 5m }
          other_login: { provider: elsewhere }
        """);
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.anyCaller())
            .tool("book_appointment", Requirement.scopes("clinic:write"))
            .rules(PolicyFile.open(file, clock))
            .decisionPoint(
                new DecisionPoint() {
                  @Override
                  public String name() {
                    return "engine";
                  }

                  @Override
                  public Set<String> arguments(String tool) {
                    return Set.of("text");
                  }

                  @Override
                  public Decision decide(Question question) {
                    asked.set(question);
                    return engine.get();
                  }
                })
            .clock(clock)
            .build();
    servlet = new StatelessServlet(tools);
    server =
        ProtectedServer.start(
            resource ->
                BearerFilter.builder(resource, issuer.url(), tools)
                    .clock(clock)
                    .tokens(
                        AccessTokenVerifier.builder(issuer.url(), resource).clock(clock).build())
                    .build(),
            servlet);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(clock.instant().minusSeconds(60)));
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  private Http.Answer send(String scope, String message) {
    String token = issuer.jwt(key, server.resource(), scope, claims -> claims);
    return Http.post(server.uri("/mcp"), message, "Authorization", "Bearer " + token);
  }

  @Test
  void code_and_file_are_challenged_for_together() {
    Http.Answer answer = send("clinic:read", call("book_appointment"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.challenge().error()).isEqualTo("insufficient_user_authentication");
    assertThat(answer.challenge().scope()).isEqualTo("clinic:write clinic:book");
    assertThat(answer.challenge().parameter("acr_values")).isEqualTo("mfa");
    assertThat(answer.challenge().parameter("max_age")).isEqualTo("300");
    assertThat(servlet.received).isEmpty();
  }

  @Test
  void without_a_token_the_files_default_is_asked_for() {
    assertThat(Http.post(server.uri("/mcp"), call("x")).challenge().scope())
        .isEqualTo("clinic:read");
  }

  @Test
  void an_engine_that_is_down_is_503_and_closes_the_list() {
    engine.set(new Decision.Unavailable("the policy engine cannot be asked now"));

    Http.Answer answer = send("clinic:read", call("find_appointments"));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
    assertThat(answer.header("WWW-Authenticate")).isNull();
    assertThat(answer.json().path("error").asString()).isEqualTo("temporarily_unavailable");
    assertThat(answer.text()).contains("policy engine");
    assertThat(servlet.received).isEmpty();
    assertThat(
            send("clinic:read", message("tools/list", Map.of()))
                .json()
                .path("result")
                .path("tools"))
        .isEmpty();
  }

  @Test
  void an_engines_no_is_final_so_that_clients_do_not_loop() {
    engine.set(new Decision.Refused("the server's policy does not allow this"));

    Http.Answer answer = send("clinic:read", call("find_appointments"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenge().error()).isNull();
    assertThat(answer.challenge().scope()).isNull();
  }

  @Test
  void the_engine_is_told_the_arguments_that_were_chosen_for_it() {
    send("clinic:read", call("find_appointments"));

    assertThat(asked.get().target()).isEqualTo("find_appointments");
    assertThat(asked.get().arguments().get("text").asString()).isEqualTo("Zoë");
    assertThat(asked.get().toString()).doesNotContain("Zoë");
  }

  @Test
  void arguments_that_are_no_object_are_decided_on_by_nobody() {
    Http.Answer answer =
        send(
            "clinic:read",
            message("tools/call", Map.of("name", "find_appointments", "arguments", "text")));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo(-32602);
    assertThat(servlet.received).isEmpty();
  }

  @Test
  void a_tool_of_another_provider_is_refused_for_no_token_would_help() {
    Http.Answer answer = send("clinic:read", call("other_login"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.challenge().error()).isNull();
  }

  @Test
  void new_rules_hold_for_tokens_that_were_seen_before() throws IOException {
    assertThat(send("clinic:read", call("find_appointments")).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(2));
    write("default: { scopes: [clinic:admin] }\n");

    assertThat(send("clinic:read", call("find_appointments")).challenge().scope())
        .isEqualTo("clinic:admin");
  }

  @Test
  void a_verification_that_is_remembered_ends_with_its_token() {
    String token =
        issuer.jwt(
            key,
            server.resource(),
            "clinic:read",
            Scene.with("exp", clock.instant().plusSeconds(100).getEpochSecond()));
    assertThat(post(token)).isEqualTo(200);
    clock.advance(Duration.ofSeconds(99));
    assertThat(post(token)).isEqualTo(200);
    clock.advance(Duration.ofSeconds(31));
    assertThat(post(token)).as("beyond the tolerated skew").isEqualTo(401);
  }

  private int post(String token) {
    return Http.post(
            server.uri("/mcp"), call("find_appointments"), "Authorization", "Bearer " + token)
        .status();
  }
}

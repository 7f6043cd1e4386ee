package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.latchstring.mcpserver.authzen.AuthZen;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OpenID AuthZEN 1.0 with a policy engine that others wrote: Cerbos. */
@Timeout(300)
class PolicyEngineTest {
  private static final List<String> TOOLS = List.of("git_log", "git_push", "git_tag", "query");
  private static final String POLICY =
      """
      apiVersion: api.cerbos.dev/v1
      resourcePolicy:
        resource: tool
        version: default
        rules:
          - actions: ["tools/call"]
            effect: EFFECT_ALLOW
            roles: ["*"]
            condition: { match: { expr: 'request.resource.id == "git_log"' } }
          - actions: ["tools/call"]
            effect: EFFECT_ALLOW
            roles: ["platform"]
            condition:
              match:
                all:
                  of:
                    - expr: request.resource.id.startsWith("git_")
                    - expr: '!has(request.resource.attr.arguments) || request.resource.attr.arguments.branch != "main"'
                    - expr: '"repo:write" in request.principal.attr.scopes'
      """;

  @TempDir private Path folder;

  @Test
  void an_engine_decides_calls_and_lists_and_its_end_closes_everything() throws Exception {
    int port = Ports.free();
    Process cerbos = start(port);
    try (AuthZen engine =
        AuthZen.builder("http://localhost:" + port, "https://tools.example/mcp")
            .subjectProperties(caller -> Map.of("cerbos.roles", roles(caller)))
            .arguments("git_push", "branch")
            .argumentsAtResource()
            .remember(Duration.ZERO)
            .build()) {
      ToolAuthorizer tools =
          ToolAuthorizer.builder(Requirement.anyCaller()).decisionPoint(engine).build();
      Caller platform = caller("repo:write", "platform");
      Caller reader = caller("repo:read", "platform");
      Caller kitchen = caller("repo:write", "kitchen");

      assertThat(tools.listed(platform, TOOLS)).containsExactly("git_log", "git_push", "git_tag");
      assertThat(tools.listed(reader, TOOLS)).containsExactly("git_log");
      assertThat(tools.listed(kitchen, TOOLS)).containsExactly("git_log");
      for (Caller caller : List.of(platform, reader, kitchen)) {
        for (String tool : TOOLS) {
          assertThat(tools.call(caller, tool).isAllowed())
              .as("a list shows what a call allows: %s %s", caller.teams(), tool)
              .isEqualTo(tools.isListed(caller, tool));
        }
      }
      assertThat(tools.call(platform, "git_push", Json.readTree("{\"branch\":\"topic\"}")))
          .isEqualTo(new Decision.Allowed());
      assertThat(tools.call(platform, "git_push", Json.readTree("{\"branch\":\"main\"}")))
          .isInstanceOf(Decision.Refused.class);

      cerbos.destroyForcibly().waitFor();
      assertThat(tools.call(platform, "git_log")).isInstanceOf(Decision.Unavailable.class);
      assertThat(tools.listed(platform, TOOLS)).isEmpty();
    } finally {
      cerbos.destroyForcibly();
    }
  }

  private static List<String> roles(Caller caller) {
    return caller.teams().isEmpty() ? List.of("nobody") : List.copyOf(caller.teams());
  }

  private static Caller caller(String scope, String... teams) {
    return new Caller(
        "alice",
        "https://login.example",
        "host",
        Scope.parse(scope),
        new LinkedHashSet<>(Arrays.asList(teams)),
        null,
        null,
        List.of(),
        Instant.MAX,
        null);
  }

  private Process start(int port) throws Exception {
    Path policies = Files.createDirectory(folder.resolve("policies"));
    Files.writeString(policies.resolve("tool.yaml"), POLICY);
    Process process =
        new ProcessBuilder(
                program(),
                "server",
                "--log-level=error",
                "--set=server.httpListenAddr=localhost:" + port,
                "--set=server.grpcListenAddr=unix:" + folder.resolve("grpc"),
                "--set=storage.driver=disk",
                "--set=storage.disk.directory=" + policies,
                "--set=telemetry.disabled=true")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("cerbos.log").toFile())
            .start();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + port + "/.well-known/authzen-configuration"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      Await.until(
          "Cerbos to be ready; see " + folder.resolve("cerbos.log"),
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(
                  "Cerbos ended:\n" + Files.readString(folder.resolve("cerbos.log")));
            }
            try {
              return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException e) {
              return false;
            }
          });
    } catch (Exception | AssertionError e) {
      process.destroyForcibly().waitFor(120, TimeUnit.SECONDS);
      throw e;
    }
    return process;
  }

  /** Its package for other machines than these is not in every mirror. */
  private static String program() throws Exception {
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    return NodePeers.program("@cerbos/cerbos-linux-x64/cerbos-linux-x64").toString();
  }
}

package dev.latchstring.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.delivery.CheckedToken;
import dev.latchstring.client.delivery.Delivery;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.StdioHost;
import dev.latchstring.testing.TokenDesk;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is left of a delivered token outside memory: nothing; and how an opaque one is judged. */
class DeliveryKeptSecretTest {
  @TempDir private Path folder;

  @Test
  void no_token_is_in_a_log_a_file_an_argument_or_an_answer() throws Exception {
    try (TokenDesk desk = new TokenDesk();
        ClinicServer clinic = ClinicServer.start(0, desk.issuer())) {
      Process process = latch(clinic.url());
      String good = desk.token(clinic.url(), "alice", "clinic:read", Map.of(), "front-desk");
      String bad = desk.token(URI.create("https://other.example"), "alice", "x", Map.of());
      String command = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      try (StdioHost host = new StdioHost(process)) {
        host.initialize("2025-11-25", AuthMessages.CAPABILITIES);
        AuthMessages auth = new AuthMessages(host, false);
        for (String token : new String[] {bad, good, "opaque-secret"}) {
          JsonNode answer =
              auth.call(
                  "deliver",
                  AuthMessages.delivery(
                      token,
                      desk.issuer().toString(),
                      clinic.url().toString(),
                      "clinic:read",
                      Clock.systemUTC().instant().plusSeconds(100)));
          assertThat(answer.has("result")).isEqualTo(token.equals(good));
          assertThat(answer.toString()).doesNotContain("eyJ", "opaque-secret");
        }
        auth.call("deliver", "\"access_token\":\"" + good + "\",\"opaque-secret\":1");
        host.line(
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"dev.latchstring/auth.deliver\",\"params\":{\"access_token\":\""
                + good);
        JsonNode answer =
            host.call(
                "tools/call",
                "{\"name\":\"find_appointments\",\"arguments\":{\"patient\":\"Alice Moreau\"}}");
        assertThat(StdioHost.textOf(answer)).contains("Moreau");
      } finally {
        process.destroy();
      }
      assertThat(command).doesNotContain("eyJ");
      assertThat(Files.readString(folder.resolve("err"))).isNotEmpty();
      try (var files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
              .as("%s", file)
              .doesNotContain("eyJ", "opaque-secret", good.substring(good.length() - 20));
        }
      }
    }
  }

  private Process latch(URI server) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.latchstring.cli.Latch",
                "connect",
                server.toString(),
                "--log-level",
                "trace")
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("LATCH_HOME", folder.resolve("home").toString());
    return builder.start();
  }

  @Test
  void an_opaque_token_is_asked_about_by_a_client_that_is_answered() throws Exception {
    int port = Ports.free();
    URI issuer = URI.create("http://localhost:" + port);
    try (ClinicServer clinic = ClinicServer.start(0, issuer);
        AuthorizationServer server = server(port, clinic.url());
        LatchClient machine =
            client(ClientIdentity.confidential("machine", "a-secret-of-its-own"));
        LatchClient stranger = client(null)) {
      assertThat(server.issuer()).isEqualTo(issuer);
      Account account = machine.account(clinic.url());
      String bound = account.tokens().token().value();
      assertThatThrownBy(() -> account.check(delivery(bound, issuer, clinic), LoginOptions.DEFAULT))
          .isInstanceOf(OAuthException.class)
          .hasMessageContaining("bound to a key");
      String opaque = bearer(issuer, clinic.url());
      assertThat(opaque).doesNotContain("eyJ");
      CheckedToken checked = account.check(delivery(opaque, issuer, clinic), LoginOptions.DEFAULT);
      assertThat(checked.token().value()).isEqualTo(opaque);
      assertThat(checked.clientId()).isEqualTo("machine");
      assertThat(checked.toString()).doesNotContain(opaque);
      for (String made : new String[] {opaque + "x", "opaque"}) {
        assertThatThrownBy(
                () -> account.check(delivery(made, issuer, clinic), LoginOptions.DEFAULT))
            .isInstanceOf(OAuthException.class)
            .hasMessageContaining("not active");
      }
      assertThatThrownBy(() ->
              stranger
                  .account(clinic.url())
                  .check(delivery(opaque, issuer, clinic), LoginOptions.DEFAULT))
          .isInstanceOf(OAuthException.class)
          .hasMessageContaining("no client here");
    }
  }

  private static String bearer(URI issuer, URI resource) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(issuer.resolve("/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString("machine:a-secret-of-its-own".getBytes(UTF_8)))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&scope=clinic%3Aread&resource="
                        + URLEncoder.encode(resource.toString(), UTF_8)))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      JsonNode answer =
          JsonRpc.parse(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
      assertThat(answer).isNotNull();
      return answer.path("access_token").asString();
    }
  }

  private static Delivery delivery(String token, URI issuer, ClinicServer clinic) {
    return new Delivery(
        token,
        issuer.toString(),
        clinic.url(),
        Scope.parse("clinic:read"),
        Clock.systemUTC().instant().plusSeconds(60));
  }

  private static LatchClient client(@Nullable ClientIdentity identity) {
    return LatchClient.using(new MemoryTokenStore()).clientIdentity(identity).build();
  }

  private AuthorizationServer server(int port, URI resource) throws Exception {
    String yaml =
        """
        issuer: http://localhost:%d
        port: %d
        data: %s
        resources:
          - resource: %s
            access_token_format: opaque
            scopes: [clinic:read]
            default_scopes: [clinic:read]
        clients:
          - client_id: machine
            client_secret: a-secret-of-its-own
            grant_types: [client_credentials]
            scope: clinic:read
        """
            .formatted(port, port, folder.resolve("data"), resource);
    return AuthorizationServer.start(ConfigurationReader.parse(yaml, Overrides.of(Map.of())));
  }
}

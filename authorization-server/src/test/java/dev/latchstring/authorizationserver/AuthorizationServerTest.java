package dev.latchstring.authorizationserver;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC_YAML;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.testing.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Starting, stopping and starting again. */
class AuthorizationServerTest {
  private static RunningServer at(Path data, String yaml) {
    return RunningServer.start(
        dev.latchstring.authorizationserver.store.DatabaseConfiguration.sqlite(
            data.resolve("latchstring.db")),
        yaml,
        new TestClock(),
        data);
  }

  @Test
  void a_first_run_says_what_it_made_and_the_next_has_nothing_to_say(@TempDir Path folder)
      throws IOException {
    Path data = folder.resolve("new").resolve("data");
    String password;
    try (RunningServer server = at(data, "")) {
      FirstRun first = server.server().firstRun();
      assertThat(first.created()).hasSize(4);
      assertThat(first.created().toString()).contains(data.toString(), "database", "key", "admin");
      assertThat(first.username()).isEqualTo("admin");
      password = first.password();
      assertThat(password).hasSize(20);
      assertThat(first.toString()).doesNotContain(password);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .isEqualTo("rwx------");

      JsonNode client =
          server.postJson("/register", "{\"token_endpoint_auth_method\":\"none\"}").json();
      JsonNode asked = server.ask("client_id", client.path("client_id").asString());
      server.decide(asked, "admin", password, "allow");
      assertThat(server.poll(client.path("client_id").asString(), asked).status()).isEqualTo(200);
    }
    try (RunningServer server = at(data, "")) {
      assertThat(server.server().firstRun().created()).isEmpty();
      assertThat(server.server().firstRun().password()).isNull();
    }
  }

  @Test
  void what_was_given_survives_a_restart(@TempDir Path folder) throws IOException {
    int port = Ports.free();
    String yaml = "port: " + port + "\n" + CLINIC_YAML;
    JsonNode tokens;
    String keys;
    try (RunningServer before = at(folder, yaml)) {
      tokens = before.login();
      keys = before.get("/jwks").json().path("keys").get(0).path("kid").asString();
    }
    try (RunningServer after = at(folder, yaml)) {
      assertThat(after.get("/jwks").body()).contains(keys);
      assertThat(
              after.introspect(tokens.path("access_token").asString()).path("active").asBoolean())
          .isTrue();
      assertThat(after.refresh("phone", tokens.path("refresh_token").asString()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void without_resources_a_loopback_issuer_issues_for_any_loopback_resource() {
    try (RunningServer server =
        RunningServer.start("clients: [{ client_id: phone }]\naccounts: []\n")) {
      assertThat(
              server
                  .post(
                      "/device_authorization",
                      "client_id",
                      "phone",
                      "resource",
                      "http://127.0.0.1:7777/mcp",
                      "scope",
                      "anything at:all")
                  .outcome())
          .isEqualTo("200");
      assertThat(
              server
                  .post(
                      "/device_authorization",
                      "client_id",
                      "phone",
                      "resource",
                      "https://mcp.example/")
                  .outcome())
          .isEqualTo("400 invalid_target");
      assertThat(server.post("/device_authorization", "client_id", "phone").outcome())
          .isEqualTo("200");
    }
  }

  @Test
  void without_resources_another_issuer_issues_for_itself_alone() {
    try (RunningServer server =
        RunningServer.start(
            "issuer: https://auth.example.com\nclients: [{ client_id: phone }]\naccounts: []\n")) {
      assertThat(
              server
                  .post(
                      "/device_authorization",
                      "client_id",
                      "phone",
                      "resource",
                      "http://127.0.0.1:7777/mcp")
                  .outcome())
          .isEqualTo("400 invalid_target");
      assertThat(server.post("/device_authorization", "client_id", "phone").outcome())
          .isEqualTo("200");
    }
  }

  @Test
  void a_port_that_is_taken_is_said_with_what_to_do() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("localhost"))) {
      assertThatThrownBy(
              () -> RunningServer.start("port: " + taken.getLocalPort() + "\naccounts: []\n"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("--port");
    }
  }

  @Test
  void a_data_directory_that_cannot_be_used_is_said_with_what_to_do(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> at(file, "accounts: []\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("--data");
  }

  @Test
  void a_lost_database_makes_the_node_unhealthy() {
    try (RunningServer server = RunningServer.start(DatabaseKind.SQLITE, CLINIC_YAML)) {
      assertThat(server.get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void stopping_finishes_the_request_in_flight() throws Exception {
    RunningServer server = RunningServer.start(CLINIC_YAML);
    try (Socket socket = new Socket("localhost", server.server().port())) {
      socket.setSoTimeout(20_000);
      String body = "grant_type=client_credentials&resource=" + RunningServer.CLINIC;
      String head =
          "POST /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
              + RunningServer.basic("ci-job", "ci-job-secret-0123456789")
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
              + body.length()
              + "\r\nExpect: 100-continue\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      // It is asked to go on by whoever reads its body: the request is in work.
      String goOn = "HTTP/1.1 100 Continue\r\n\r\n";
      assertThat(socket.getInputStream().readNBytes(goOn.length()))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo(goOn);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);

      socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 200").contains("access_token");
      stopped.get(120, TimeUnit.SECONDS);
    }
  }
}

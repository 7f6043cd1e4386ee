package dev.latchstring.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.demo.TwoServers;
import dev.latchstring.oauth.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
  @TempDir Path home;

  private SlashServer server;

  @BeforeEach
  void start() throws Exception {
    server = new SlashServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ran latch(String... args) {
    return new Latched(home).run(args);
  }

  private void file(String... lines) throws Exception {
    Path file = home.resolve("config").resolve("servers.yaml");
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(lines));
  }

  @Test
  void the_doctor_says_what_to_pin_and_that_logs_in() {
    Ran doctor = latch("doctor", server.mcp());
    assertThat(doctor.status()).as(doctor.transcript()).isEqualTo(6);
    assertThat(doctor.out())
        .contains("failed   issuer")
        .contains("rule  RFC 8414 section 3.3")
        .contains("sent  \"issuer\": \"" + server.origin() + "\"")
        .contains("latch login " + server.mcp() + " \\\n    --pin issuer=" + server.origin())
        .contains("      issuer: '" + server.origin() + "'")
        .contains("To tell whoever runs the servers:")
        .contains("skipped  login                  nobody is logged in");
    assertThat(server.asked).noneMatch(line -> line.startsWith("/register"));

    assertThat(latch("login", server.mcp(), "--yes", "--flow", "device").status()).isEqualTo(6);
    String pin = "issuer=" + server.origin();
    Ran login = latch("login", server.mcp(), "--yes", "--flow", "device", "--pin", pin);
    assertThat(login.status()).as(login.transcript()).isZero();
    assertThat(login.err()).contains("Pinned: " + pin + " (--pin)");

    assertThat(latch("status").out()).contains("pinned   " + pin + " (the login)");
    assertThat(latch("status", "--json").out()).contains("\"pinned\":[\"" + pin);
    Ran again = latch("doctor", server.mcp(), "--pin", pin);
    assertThat(again.status()).as(again.transcript()).isZero();
    assertThat(again.out()).contains("ok       login").contains("good for");
  }

  @Test
  void what_the_file_pins_is_named_with_its_line() throws Exception {
    file("servers:", "  " + server.mcp() + ":", "    issuer: '" + server.origin() + "'");

    Ran login = latch("login", server.mcp(), "--yes", "--flow", "device", "--json");
    assertThat(login.status()).as(login.transcript()).isZero();
    assertThat(login.out()).contains("\"pinned\":{\"issuer\":\"" + server.origin() + "\"}");
    assertThat(latch("status").out()).contains("servers.yaml, line 3)");

    file("servers:", "  " + server.mcp() + ":", "    issuer: https://auth.example.com");
    assertThat(latch("status").out())
        .contains("https://auth.example.com (" + home, "from the next login on")
        .contains("issuer=" + server.origin() + " (the login)");
  }

  @Test
  void what_is_pinned_is_named_before_anybody_logs_in() throws Exception {
    file("servers:", "  " + server.mcp() + ":", "    issuer: '" + server.origin() + "'");
    assertThat(latch("status").out())
        .contains(server.mcp(), "account  nobody is logged in")
        .contains("pinned   issuer=" + server.origin(), "servers.yaml, line 3)");
    Ran one = latch("status", server.mcp(), "--json");
    assertThat(one.status()).isEqualTo(3);
    assertThat(one.out()).contains("\"login\":\"none\",\"pinned\":[\"issuer=");
    assertThat(latch("status", "http://localhost:1/mcp").out()).doesNotContain("pinned");

    assertThat(latch("login", server.mcp(), "--yes", "--flow", "device").status()).isZero();
    assertThat(latch("status").out()).containsOnlyOnce("pinned   issuer=");
    assertThat(latch("token", server.mcp(), "--json").out()).contains("\"pinned\":[\"issuer=");
    assertThat(latch("login", "--explain", server.mcp()).out())
        .containsPattern("Its client: \\S+; it was registered there before\\.");
  }

  @Test
  void a_file_that_cannot_be_used_and_a_pin_that_cannot_be_are_told_apart() throws Exception {
    file("servers:", "  " + server.mcp() + ":", "    isuer: x");

    Ran token = latch("token", server.mcp());
    assertThat(token.status()).isEqualTo(8);
    assertThat(token.err()).contains("servers.yaml, line 3").contains("isuer");
    assertThat(latch("doctor", server.mcp()).status()).isEqualTo(8);

    assertThat(latch("login", server.mcp(), "--pin", "isuer=x").status()).isEqualTo(2);
    assertThat(latch("login", server.mcp(), "--preset", "nobody").err()).contains("entra");
  }

  @Test
  void with_json_every_step_is_an_object_and_the_last_sums_up() {
    Ran doctor = latch("doctor", server.mcp(), "--json");

    assertThat(doctor.err()).isEmpty();
    List<JsonNode> lines = doctor.out().lines().map(Json::readTree).toList();
    assertThat(lines.getFirst().get("step").stringValue()).isEqualTo("address");
    assertThat(lines)
        .anySatisfy(line -> {
          assertThat(line.path("outcome").asString("")).isEqualTo("failed");
          assertThat(line.path("rule").asString("")).isEqualTo("RFC 8414 section 3.3");
        });
    JsonNode sum = lines.getLast();
    assertThat(sum.get("result").stringValue()).isEqualTo("failed");
    assertThat(sum.get("complete").booleanValue()).isTrue();
    assertThat(sum.get("pins").get(0).stringValue()).isEqualTo("issuer=" + server.origin());
  }

  @Test
  void an_issuer_and_an_mcp_server_of_ours_are_in_order() throws Exception {
    try (TwoServers servers = new TwoServers()) {
      Ran doctor = latch("doctor", servers.mcp());

      assertThat(doctor.status()).as(doctor.transcript()).isZero();
      assertThat(doctor.out()).doesNotContain("failed", "warning");
      assertThat(doctor.out()).contains("ok       pkce                   S256");
    }
  }

  @Test
  void a_server_that_does_not_answer_is_not_called_wrong() {
    assertThat(latch("doctor", "http://localhost:1/mcp").status()).isEqualTo(5);
    assertThat(latch("doctor", "http://example.com/mcp").status()).isEqualTo(2);
  }
}

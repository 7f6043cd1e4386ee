package dev.latchstring.authorizationserver.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.TestClock;
import dev.latchstring.oauth.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** RFC 7591 §3: who may register at all, how often, and for how long without using it. */
class RegistrationLimitsTest {
  @Test
  void registration_can_be_switched_off() {
    try (RunningServer closed =
        RunningServer.start("dynamic_registration: { enabled: false }\naccounts: []\n")) {
      assertThat(closed.postJson("/register", "{}").status()).isEqualTo(404);
      assertThat(
              closed
                  .get("/.well-known/oauth-authorization-server")
                  .json()
                  .has("registration_endpoint"))
          .isFalse();
    }
  }

  @Test
  void where_the_operator_gave_out_tokens_a_client_registers_with_one() {
    String hash = HexFormat.of().formatHex(Secrets.sha256("another-token-0123456789"));
    try (RunningServer guarded =
        RunningServer.start(
            "accounts: []\ndynamic_registration: { initial_access_tokens:"
                + " [initial-token-0123456789, 'sha256:"
                + hash
                + "'] }\n")) {
      for (String header :
          new String[] {
            "Bearer wrong-token-0123456789",
            "Bearer",
            "Bearer ",
            "Basic initial-token-0123456789",
            "initial-token-0123456789",
            "Bearer sha256:" + hash
          }) {
        Answer refused = register(guarded, "Authorization", header);
        assertThat(refused.outcome()).as(header).isEqualTo("401 invalid_token");
        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer ");
      }
      assertThat(guarded.postJson("/register", "{}").outcome()).isEqualTo("401 invalid_token");
      assertThat(register(guarded, "Authorization", "Bearer initial-token-0123456789").status())
          .isEqualTo(201);
      assertThat(register(guarded, "Authorization", "bearer another-token-0123456789").status())
          .isEqualTo(201);
    }
  }

  @Test
  void a_guessed_initial_token_counts_like_a_registration() {
    try (RunningServer guarded =
        RunningServer.start(
            "issuer: https://auth.example.com\ntrusted_proxies: [127.0.0.1]\naccounts: []\n"
                + "dynamic_registration: { initial_access_tokens: [initial-token-0123456789] }\n")) {
      for (int i = 0; i < 20; i++) {
        assertThat(from(guarded, "203.0.113.9").outcome()).isEqualTo("401 invalid_token");
      }
      assertThat(from(guarded, "203.0.113.9").outcome()).isEqualTo("503 temporarily_unavailable");
    }
  }

  private static Answer register(RunningServer server, String... headers) {
    return server.send(
        server
            .request("/register", headers)
            .header("Content-Type", "application/json")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")));
  }

  @Test
  void no_more_clients_register_than_the_operator_allows() {
    try (RunningServer small =
        RunningServer.start("dynamic_registration: { max_clients: 2 }\naccounts: []\n")) {
      assertThat(small.postJson("/register", "{}").status()).isEqualTo(201);
      assertThat(small.postJson("/register", "{}").status()).isEqualTo(201);

      Answer third = small.postJson("/register", "{}");
      assertThat(third.outcome()).isEqualTo("503 temporarily_unavailable");
      assertThat(third.header("Retry-After")).isNotEmpty();
    }
  }

  @Test
  void one_address_registers_so_often_and_then_waits() {
    try (RunningServer open =
        RunningServer.start(
            "issuer: https://auth.example.com\ntrusted_proxies: [127.0.0.1]\naccounts: []\n")) {
      for (int i = 0; i < 20; i++) {
        assertThat(from(open, "203.0.113.9").status()).isEqualTo(201);
      }
      assertThat(from(open, "203.0.113.9").outcome()).isEqualTo("503 temporarily_unavailable");
      assertThat(from(open, "203.0.113.10").status()).isEqualTo(201);
    }
  }

  @Test
  void a_registration_nobody_uses_goes_away_by_itself() {
    DatabaseConfiguration database = DatabaseKind.SQLITE.fresh();
    TestClock clock = new TestClock();
    Path data = RunningServer.directory();
    String yaml = "accounts: []\ndynamic_registration: { unused_after: 30d }\n";
    JsonNode client;
    try (RunningServer before = RunningServer.start(database, yaml, clock, data)) {
      client = before.postJson("/register", "{}").json();
      clock.advance(Duration.ofDays(2));
      assertThat(read(before, client)).isEqualTo("200");
    }
    clock.advance(Duration.ofDays(2));
    try (RunningServer after = RunningServer.start(database, yaml, clock, data)) {
      Instant end = Instant.now().plusSeconds(30);
      while (read(after, client).equals("200") && Instant.now().isBefore(end)) {
        Thread.onSpinWait();
      }
      assertThat(read(after, client)).isEqualTo("401 invalid_token");
    }
  }

  private static String read(RunningServer server, JsonNode client) {
    return server
        .get(
            "/register/" + client.path("client_id").asString(),
            "Authorization",
            "Bearer " + client.path("registration_access_token").asString())
        .outcome();
  }

  private static Answer from(RunningServer server, String address) {
    return server.send(
        server
            .request("/register", "X-Forwarded-For", address)
            .header("Content-Type", "application/json")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")));
  }
}

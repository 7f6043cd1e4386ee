package dev.latchstring.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.challenge.Answer;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.login.ChallengeOptions;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.client.login.LoginOutcome;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.client.store.Slot;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.front.LastKnown;
import dev.latchstring.mcpserver.front.StdioFront;
import dev.latchstring.mcpserver.login.LoginWish;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A login that was made by challenge, at a terminal, is used behind a host until it ends. */
@Timeout(300)
class ChallengeAgainTest {
  private static final String SECRET = "phone-line-secret-of-32-characters";
  private static final String FIND =
      "{\"name\":\"find_appointments\",\"arguments\":{\"patient\":\"Moreau\"}}";

  @TempDir private Path home;
  private final MemoryTokenStore store = new MemoryTokenStore();
  private ClinicServer clinic;
  private AuthorizationServer issuer;
  private LatchClient client;

  @BeforeEach
  void start() {
    URI address = URI.create("http://localhost:" + Ports.free());
    clinic = ClinicServer.start(0, address);
    issuer =
        AuthorizationServer.start(
            ConfigurationReader.parse(
                """
                issuer: %s
                data: %s
                clients:
                  - client_id: phone
                    client_secret: %s
                    first_party: true
                accounts:
                  - username: anna
                    password: correct horse battery staple
                    teams: [front-desk]
                    attributes: { name: Anna Smith, birthdate: "1985-03-03", ssn_last4: "4219" }
                resources:
                  - { resource: %s, scopes: [clinic:read, clinic:write] }
                challenge:
                  steps:
                    identity: { kind: identify, ask: [name, birthdate] }
                    ssn: { kind: knowledge, ask: [ssn_last4] }
                  contexts:
                    - { acr: "urn:latchstring:acr:knowledge", steps: [identity, ssn], scopes: [clinic:read] }
                """
                    .formatted(address, home.resolve("server"), SECRET, clinic.url()),
                Overrides.of(Map.of())));
    open();
  }

  /** As a process does that starts. */
  private void open() {
    client =
        LatchClient.using(store)
            .clientIdentity(ClientIdentity.confidential("phone", SECRET))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    issuer.close();
    clinic.close();
  }

  private Account loggedIn(String name) {
    Account account = client.account(clinic.url(), name);
    LoginOptions options =
        LoginOptions.DEFAULT.byChallenge(
            ChallengeOptions.asking(step ->
                switch (step.id()) {
                  case "identity" ->
                      Answer.values(Map.of("name", "Anna Smith", "birthdate", "1985-03-03"));
                  default -> Answer.value("ssn_last4", "4219");
                }));
    LoginOutcome outcome =
        account
            .login(options)
            .run(code -> {
              throw new AssertionError("there is no code");
            });
    ((LoginOutcome.Approved) outcome).approval().confirm();
    return account;
  }

  /** Somewhere else, so that this store knows nothing of it. */
  private void revoked(String name) {
    Slot.LoginSlot slot = new Slot.LoginSlot(clinic.url(), name);
    MemoryTokenStore copy = new MemoryTokenStore();
    copy.put(slot, store.find(slot).orElseThrow());
    try (LatchClient other =
        LatchClient.using(copy)
            .clientIdentity(ClientIdentity.confidential("phone", SECRET))
            .build()) {
      assertThat(other.account(clinic.url(), name).logout().revocation())
          .isEqualTo(LogoutResult.Revocation.REVOKED);
    }
    store.put(slot, store.find(slot).orElseThrow().ended());
  }

  private TestHost host(Account account) throws Exception {
    LastKnown lastKnown = new LastKnown(home.resolve("cache"), account.name());
    return TestHost.at(
            LatchClient.using(new MemoryTokenStore()).build(),
            (in, out) ->
                new StdioFront(
                    ConnectCommand.backing(
                        new Destination(clinic.url(), Map.of(), Network.ofThisProcess()),
                        account,
                        LoginWish.NONE,
                        lastKnown,
                        new SecureRandom(),
                        Clock.systemUTC()),
                    in,
                    out,
                    new SecureRandom(),
                    Clock.systemUTC()))
        .session("{\"elicitation\":{\"url\":{},\"form\":{}}}");
  }

  @Test
  void it_is_used_and_when_it_ended_the_host_is_told_what_to_run() throws Exception {
    try (TestHost host = host(loggedIn("default"))) {
      assertThat(TestHost.textOf(host.call("tools/call", FIND))).contains("Moreau");
    }
    revoked("default");
    open();
    try (TestHost host = host(client.account(clinic.url()))) {
      assertThat(host.call("tools/call", FIND).toString())
          .contains("log in again in a terminal")
          .contains("latch login --flow challenge " + clinic.url())
          .doesNotContain("--account");

      loggedIn("default");
      assertThat(TestHost.textOf(host.call("tools/call", FIND))).contains("Moreau");
    }
  }

  @Test
  void a_named_account_is_named_as_a_shell_takes_it() throws Exception {
    loggedIn("front desk");
    revoked("front desk");
    open();
    try (TestHost host = host(client.account(clinic.url(), "front desk"))) {
      JsonNode answer = host.call("tools/call", FIND);
      assertThat(answer.toString())
          .contains("--flow challenge " + clinic.url() + " --account 'front desk'");
    }
  }
}

package dev.latchstring.mcpclient;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.cli.demo.PlayedPerson;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** The protected clinic, its authorization server, and the person at the front desk. */
final class Clinic implements AutoCloseable {
  private static final String PASSWORD = "correct horse battery staple";

  private final AuthorizationServer authorizationServer;
  private final ClinicServer clinic;
  private final LatchClient latch = LatchClient.using(new MemoryTokenStore()).build();

  /** How often the person had to do something. */
  final AtomicInteger logins = new AtomicInteger();

  /**
   * @param data an empty folder
   * @param protection what is changed of the usual filter
   */
  Clinic(Path data, UnaryOperator<BearerFilter.Builder> protection) throws Exception {
    int port = Ports.free();
    URI issuer = URI.create("http://localhost:" + Ports.free());
    String yaml =
        """
        issuer: %s
        port: %d
        data: %s
        accounts:
          - username: alice
            password: "%s"
            teams: [front-desk]
        resources:
          - resource: http://localhost:%d/mcp
            scopes: [clinic:read, clinic:write]
        """
            .formatted(issuer, issuer.getPort(), data, PASSWORD, port);
    authorizationServer =
        AuthorizationServer.start(
            ConfigurationReader.parse(yaml, Overrides.of(Map.of())),
            Clock.systemUTC(),
            new SecureRandom());
    clinic = ClinicServer.start(port, issuer, UnaryOperator.identity(), protection, 0);
  }

  /** A new account of nobody yet. */
  Account account(String name) {
    return latch.account(clinic.url(), name);
  }

  /** Logs in with a code, which the person enters and allows. */
  InteractiveLogin person() {
    return decides("allow");
  }

  InteractiveLogin decides(String decision) {
    InteractiveLogin byCode =
        InteractiveLogin.showing(
            code -> {
              try (PlayedPerson person = new PlayedPerson("alice", PASSWORD)) {
                person.decide(code.verificationUri(), code.userCode(), decision);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            approval -> "alice".equals(approval.identity().name()));
    return (account, wanted) -> {
      logins.incrementAndGet();
      byCode.logIn(account, wanted);
    };
  }

  @Override
  public void close() throws Exception {
    latch.close();
    clinic.close();
    authorizationServer.close();
  }
}

package dev.latchstring.mcpclient;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** The protected clinic, its authorization server, and the person at the front desk. */
final class Clinic implements AutoCloseable {
  private final AuthorizationServer authorizationServer;
  private final ClinicServer clinic;
  private final LatchClient latch = LatchClient.using(new MemoryTokenStore()).build();

  private final FrontDesk desk = new FrontDesk();

  /** How often the person had to do something. */
  final AtomicInteger logins = desk.logins;

  /**
   * @param data an empty folder
   * @param protection what is changed of the usual filter
   */
  Clinic(Path data, UnaryOperator<BearerFilter.Builder> protection) throws Exception {
    int port = Ports.free();
    URI issuer = URI.create("http://localhost:" + Ports.free());
    authorizationServer =
        FrontDesk.authorizationServer(issuer, data, "http://localhost:" + port + "/mcp");
    clinic = ClinicServer.start(port, issuer, UnaryOperator.identity(), protection, 0);
  }

  /** A new account of nobody yet. */
  Account account(String name) {
    return latch.account(clinic.url(), name);
  }

  InteractiveLogin person() {
    return desk.allows();
  }

  InteractiveLogin decides(String decision) {
    return desk.decides(decision);
  }

  @Override
  public void close() throws Exception {
    latch.close();
    clinic.close();
    authorizationServer.close();
  }
}

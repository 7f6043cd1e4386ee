package dev.latchstring.cli.demo;

import java.net.URI;
import java.security.SecureRandom;

/** The demo's servers, for tests of every command: a real issuer, a real MCP server. */
public final class TwoServers implements AutoCloseable {
  private final DemoServers servers = DemoServers.prepare(0, 0);
  private final DemoPeople people = DemoPeople.of(new SecureRandom());
  private final DemoPhone phone = DemoPhone.of(new SecureRandom());

  public TwoServers() {
    servers.startIssuer(people, phone);
    servers.startClinic();
  }

  public URI issuer() {
    return servers.issuer();
  }

  public String mcp() {
    return servers.mcp().toString();
  }

  /**
   * Somebody opens the address in a browser and decides. One at a time: many sign-ins of one name
   * at once look like guessing.
   */
  public synchronized void decide(String username, String userCode, String decision)
      throws Exception {
    try (PlayedPerson person = new PlayedPerson(username, people.password())) {
      person.decide(URI.create(servers.issuer() + "/device"), userCode, decision);
    }
  }

  /** Somebody opens an authorization request and decides; where the browser is led to. */
  public synchronized URI decideInBrowser(String username, String address, String decision)
      throws Exception {
    try (PlayedPerson person = new PlayedPerson(username, people.password())) {
      return person.decide(URI.create(address), decision);
    }
  }

  @Override
  public void close() {
    servers.close();
    phone.close();
  }
}

package dev.latchstring.examples.quarkus;

import dev.latchstring.client.LatchClient;
import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.store.TokenStores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one account of this application. */
@ApplicationScoped
public class Accounts {
  @Produces
  @Singleton
  LatchClient latch() {
    return LatchClient.using(TokenStores.ofThisUser()).clientName("Example for Quarkus").build();
  }

  /** Nobody sits before a server: its operator logs in with {@code latch login}. */
  @Produces
  @Singleton
  Authorizer authorizer(LatchClient latch, @ConfigProperty(name = "mcp.server") URI server) {
    return new Authorizer(latch.account(server), null, Clock.systemUTC());
  }

  void close(@Disposes LatchClient latch) {
    latch.close();
  }
}

package dev.latchstring.authorizationserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.http.Endpoint;
import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.authorizationserver.store.Database;
import java.io.IOException;

/** Whether this node can do its work: 200 where the database answers, else 503. */
final class HealthEndpoint implements Endpoint {
  private final Database database;

  HealthEndpoint(Database database) {
    this.database = database;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    boolean healthy = database.isHealthy();
    exchange.answer(
        healthy ? 200 : 503,
        (healthy ? "{\"status\":\"ok\"}" : "{\"status\":\"database unavailable\"}")
            .getBytes(UTF_8));
  }
}

package dev.latchstring.examples.mediator;

import dev.latchstring.client.registration.ClientIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the mediator has to know.
 *
 * @param issuer the authorization server that the API trusts; https, or http on loopback
 * @param client this server there: {@code first_party} in that server's configuration
 * @param api the address of the points, which is also the resource that tokens are for
 * @param acrValues the authentication contexts that will do, the most wanted first; empty lets the
 *     scope decide
 * @param port of the sign-in page, and of {@code /mcp} over HTTP: 1–65535, or 0 for any free one
 * @param publicUrl where people reach that port, such as a proxy with TLS; null for {@code
 *     http://localhost:PORT}
 * @param patience how long a tool call waits for the person
 */
public record Settings(
    URI issuer,
    ClientIdentity client,
    URI api,
    List<String> acrValues,
    int port,
    @Nullable URI publicUrl,
    Duration patience) {

  public Settings {
    acrValues = List.copyOf(acrValues);
  }

  /** What most hosts wait for a tool, and a little less. */
  public static final Duration PATIENCE = Duration.ofSeconds(50);

  /** What people know the service as. */
  static final String SERVICE = "Harbor Points";
}

package dev.latchstring.examples.voice.telephone;

import dev.latchstring.examples.voice.call.Calls;
import dev.latchstring.examples.voice.spoken.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The webhook on Jetty, on loopback: TLS and the public name are a proxy's in front of it. */
public final class TelephoneServer implements AutoCloseable {
  private final Server jetty;
  private final URI webhook;

  private TelephoneServer(Server jetty, URI webhook) {
    this.jetty = jetty;
    this.webhook = webhook;
  }

  /**
   * Starts it.
   *
   * @param port 1–65535, or 0 for any free port
   * @param webhook the public address that the platform posts to, without a query; null for {@code
   *     http://localhost:PORT/voice}
   * @param authToken what the platform signs with, a secret
   * @throws UncheckedIOException if the port is taken
   * @throws IllegalArgumentException if the address is not http or https, or has a query
   */
  public static TelephoneServer start(
      int port,
      @Nullable URI webhook,
      String authToken,
      Map<String, Language> numbers,
      Calls calls) {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("localhost");
    connector.setPort(port);
    jetty.addConnector(connector);
    try {
      connector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " cannot be used: " + e.getMessage(), e);
    }
    try {
      URI address =
          webhook == null
              ? URI.create("http://localhost:" + connector.getLocalPort() + "/voice")
              : webhook;
      if (!String.valueOf(address.getScheme()).matches("https?")
          || address.getRawAuthority() == null
          || address.getRawQuery() != null
          || address.getRawFragment() != null) {
        throw new IllegalArgumentException("the webhook is an http(s) address without a query");
      }
      TelephoneServlet servlet =
          new TelephoneServlet(address, new RequestSignature(authToken), numbers, calls);
      ServletContextHandler context = new ServletContextHandler("/");
      String path = address.getRawPath();
      context.addServlet(new ServletHolder(servlet), path.isEmpty() ? "/" : path);
      jetty.setHandler(context);
      jetty.start();
      return new TelephoneServer(jetty, address);
    } catch (RuntimeException e) {
      connector.close();
      throw e;
    } catch (Exception e) {
      connector.close();
      throw new IllegalStateException("the server did not start", e);
    }
  }

  /** The public address that the platform posts to. */
  public URI webhook() {
    return webhook;
  }

  /** Releases the port. Calls that are under way are for their owner to end. */
  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop", e);
    }
  }
}

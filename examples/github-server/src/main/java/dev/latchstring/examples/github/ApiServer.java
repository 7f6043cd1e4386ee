package dev.latchstring.examples.github;

import dev.latchstring.mcpserver.http.BearerFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The API, on Jetty and loopback behind the bearer filter: {@code ApiServer [ISSUER [PORT]]}. */
public final class ApiServer implements AutoCloseable {
  private final Server jetty;
  private final URI url;

  private ApiServer(Server jetty, URI url) {
    this.jetty = jetty;
    this.url = url;
  }

  public static void main(String[] arguments) throws InterruptedException {
    URI issuer = URI.create(arguments.length > 0 ? arguments[0] : "http://localhost:9000");
    int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9600;
    ApiServer server = start(port, issuer);
    System.err.println("the forge's API is at " + server.url() + ", tokens from " + issuer);
    Thread.currentThread().join();
  }

  /**
   * Starts it on {@code localhost}.
   *
   * @param port 1–65535, or 0 for any free port
   * @param issuer whose access tokens are accepted; it need not be up yet
   * @throws UncheckedIOException if the port is taken
   */
  public static ApiServer start(int port, URI issuer) {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("localhost");
    connector.setPort(port);
    jetty.addConnector(connector);
    // The port is part of the resource's name, so it is taken first.
    try {
      connector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " cannot be used: " + e.getMessage(), e);
    }
    URI url = URI.create("http://localhost:" + connector.getLocalPort() + "/api");
    BearerFilter filter =
        BearerFilter.builder(url.toString(), issuer.toString(), Endpoint.authorizer())
            .operations(request -> Endpoint.of(request).name())
            .resourceName("The forge")
            .build();
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addFilter(holder, "/*", null);
    context.addServlet(new ServletHolder(new ApiServlet(new Forge())), "/api/*");
    jetty.setHandler(context);
    try {
      jetty.start();
    } catch (Exception e) {
      connector.close();
      throw new IllegalStateException("the server did not start", e);
    }
    return new ApiServer(jetty, url);
  }

  /** The address that all others begin with, which a token must name as its audience. */
  public URI url() {
    return url;
  }

  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop", e);
    }
  }
}

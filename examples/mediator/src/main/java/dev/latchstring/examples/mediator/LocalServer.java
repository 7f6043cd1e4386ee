package dev.latchstring.examples.mediator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty on loopback, whose port is taken before anything has to know it. */
final class LocalServer implements AutoCloseable {
  private final Server jetty;
  private final ServerConnector connector;

  private LocalServer(Server jetty, ServerConnector connector) {
    this.jetty = jetty;
    this.connector = connector;
  }

  static LocalServer bind(int port) {
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
    return new LocalServer(jetty, connector);
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + connector.getLocalPort() + path);
  }

  void start(Handler handler) {
    jetty.setHandler(handler);
    try {
      jetty.start();
    } catch (Exception e) {
      connector.close();
      throw new IllegalStateException("the server did not start", e);
    }
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

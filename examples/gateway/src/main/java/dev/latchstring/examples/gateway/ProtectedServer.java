package dev.latchstring.examples.gateway;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An MCP server on Jetty and loopback, behind the bearer filter: the gateway's, and a tool's. */
public final class ProtectedServer implements AutoCloseable {
  private final Server jetty;
  private final McpSyncServer mcp;
  private final URI url;

  private ProtectedServer(Server jetty, McpSyncServer mcp, URI url) {
    this.jetty = jetty;
    this.mcp = mcp;
    this.url = url;
  }

  /**
   * Starts it.
   *
   * @param port 1–65535, or 0 for any free port
   * @throws UncheckedIOException where the port is taken
   */
  public static ProtectedServer start(
      String name,
      int port,
      URI issuer,
      ToolAuthorizer authorizer,
      ProtectedTools tools,
      List<SyncToolSpecification> all) {
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
    URI url = URI.create("http://localhost:" + connector.getLocalPort() + "/mcp");
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(ProtectedTools.callers())
            .build();
    McpSyncServer mcp =
        McpServer.sync(transport)
            .serverInfo(name, "0.1.0")
            .addToolFilter(tools.listed())
            .tools(all)
            .immediateExecution(true)
            .build();
    FilterHolder filter =
        new FilterHolder(
            BearerFilter.builder(url.toString(), issuer.toString(), authorizer).build());
    filter.setAsyncSupported(true);
    ServletHolder servlet = new ServletHolder(transport);
    servlet.setAsyncSupported(true);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addFilter(filter, "/*", null);
    context.addServlet(servlet, "/mcp");
    jetty.setHandler(context);
    try {
      jetty.start();
    } catch (Exception e) {
      connector.close();
      throw new IllegalStateException("the server did not start", e);
    }
    return new ProtectedServer(jetty, mcp, url);
  }

  public URI url() {
    return url;
  }

  @Override
  public void close() {
    mcp.closeGracefully();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop", e);
    }
  }
}

package dev.latchstring.mcpclient;

import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.testing.Ports;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A protected server on the official SDK's transport of 2024-11-05, with two tools. */
@SuppressWarnings("deprecation") // As long as servers of that protocol are alive.
final class EventClinic implements AutoCloseable {
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.scopes("clinic:read"))
          .tool("read", Requirement.scopes("clinic:read"))
          .tool("write", Requirement.scopes("clinic:write"))
          .build();

  final FrontDesk person = new FrontDesk();
  private final LatchClient latch = LatchClient.using(new MemoryTokenStore()).build();
  private final URI url;
  private final AuthorizationServer authorizationServer;
  private final McpSyncServer mcp;
  private final Server jetty = new Server();

  EventClinic(Path data, UnaryOperator<BearerFilter.Builder> protection) throws Exception {
    int port = Ports.free();
    URI issuer = URI.create("http://localhost:" + Ports.free());
    url = URI.create("http://localhost:" + port + "/sse");
    authorizationServer = FrontDesk.authorizationServer(issuer, data, url.toString());
    HttpServletSseServerTransportProvider transport =
        HttpServletSseServerTransportProvider.builder()
            .sseEndpoint("/sse")
            .messageEndpoint("/sse") // a proof (DPoP) names one address
            .contextExtractor(ProtectedTools.callers())
            .build();
    ProtectedTools tools = new ProtectedTools(AUTHORIZER);
    mcp =
        McpServer.sync(transport)
            .serverInfo("event-clinic", "1")
            .tools(tool(tools, "read", "read by "), tool(tools, "write", "written by "))
            .immediateExecution(true)
            .build();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("localhost");
    connector.setPort(port);
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    FilterHolder filter =
        new FilterHolder(
            protection
                .apply(BearerFilter.builder(url.toString(), issuer.toString(), AUTHORIZER))
                .build());
    filter.setAsyncSupported(true);
    context.addFilter(filter, "/*", null);
    ServletHolder servlet = new ServletHolder(transport);
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, "/*");
    jetty.setHandler(context);
    jetty.start();
  }

  private static SyncToolSpecification tool(ProtectedTools tools, String name, String done) {
    return tools.tool(
        Tool.builder(name, McpJsonDefaults.getMapper(), "{\"type\":\"object\"}").build(),
        (caller, request) ->
            CallToolResult.builder().addTextContent(done + caller.teams()).build());
  }

  /** A new account of nobody yet. */
  Account account(String name) {
    return latch.account(url, name);
  }

  @Override
  public void close() throws Exception {
    latch.close();
    mcp.closeGracefully();
    jetty.stop();
    authorizationServer.close();
  }
}

package dev.latchstring.examples.clinic;

import dev.latchstring.mcpserver.http.AccessTokenVerifier;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneId;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The clinic's MCP server: Jetty, Latchstring's bearer filter and the official SDK's Streamable
 * HTTP transport, on loopback.
 */
public final class ClinicServer implements AutoCloseable {
  /** Who may call what: the only place that says so. */
  private static final ToolAuthorizer AUTHORIZER =
      ToolAuthorizer.builder(Requirement.scopes("clinic:read"))
          .tool(ClinicTools.FIND_APPOINTMENTS, Requirement.scopes("clinic:read"))
          .tool(ClinicTools.BOOK_APPOINTMENT, Requirement.scopes("clinic:write"))
          .tool(ClinicTools.READ_RECORD, Requirement.scopes("clinic:read").teams("front-desk"))
          .tool(PatientTools.MY_APPOINTMENTS, Requirement.scopes("patient:self").teams("patients"))
          .tool(PatientTools.REQUEST_REFILL, Requirement.scopes("patient:self").teams("patients"))
          .tool(
              PatientTools.READ_MEDICAL_RECORD,
              Requirement.scopes("patient:record")
                  .teams("patients")
                  .acr("urn:latchstring:acr:knowledge-otp", "urn:latchstring:acr:mfa"))
          .implies("clinic:write", "clinic:read")
          .listing(ToolAuthorizer.Listing.REACHABLE)
          .build();

  private final Server jetty;
  private final McpSyncServer mcp;
  private final URI url;

  private ClinicServer(Server jetty, McpSyncServer mcp, URI url) {
    this.jetty = jetty;
    this.mcp = mcp;
    this.url = url;
  }

  /**
   * Starts the server on {@code localhost}.
   *
   * @param port 1–65535, or 0 for any free port
   * @param issuer the authorization server whose access tokens are accepted; https, or http on
   *     loopback. It need not be up yet
   * @throws UncheckedIOException if the port is taken
   * @throws dev.latchstring.oauth.OAuthException {@code invalid_request} if the issuer is not an
   *     acceptable address
   */
  public static ClinicServer start(int port, URI issuer) {
    return start(port, issuer, UnaryOperator.identity());
  }

  /**
   * Starts the server with its own way of verifying tokens, such as introspection.
   *
   * @param verification what is changed of the usual verification
   * @see #start(int, URI)
   */
  public static ClinicServer start(
      int port, URI issuer, UnaryOperator<AccessTokenVerifier.Builder> verification) {
    return start(port, issuer, verification, 0);
  }

  /**
   * Starts the server of a larger clinic.
   *
   * @param morePatients how many patients are invented besides the three that are always there:
   *     P-2000 and on
   * @see #start(int, URI, UnaryOperator)
   */
  public static ClinicServer start(
      int port,
      URI issuer,
      UnaryOperator<AccessTokenVerifier.Builder> verification,
      int morePatients) {
    return start(port, issuer, verification, UnaryOperator.identity(), morePatients);
  }

  /**
   * Starts the server with its own way of protecting it, such as for tokens that are bound to a
   * key.
   *
   * @param protection what is changed of the usual filter
   * @see #start(int, URI, UnaryOperator, int)
   */
  public static ClinicServer start(
      int port,
      URI issuer,
      UnaryOperator<AccessTokenVerifier.Builder> verification,
      UnaryOperator<BearerFilter.Builder> protection,
      int morePatients) {
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
    try {
      var tokens =
          verification.apply(AccessTokenVerifier.builder(issuer.toString(), url.toString()));
      BearerFilter filter =
          protection
              .apply(
                  BearerFilter.builder(url.toString(), issuer.toString(), AUTHORIZER)
                      .tokens(tokens.build())
                      .resourceName("Clinic front desk"))
              .build();
      var transport =
          HttpServletStreamableServerTransportProvider.builder()
              .mcpEndpoint("/mcp")
              .contextExtractor(ProtectedTools.callers())
              .build();
      McpSyncServer mcp =
          mcpServer(transport, new Clinic(Clock.system(ZoneId.systemDefault()), morePatients));
      ServletContextHandler context = new ServletContextHandler("/");
      FilterHolder holder = new FilterHolder(filter);
      holder.setAsyncSupported(true);
      context.addFilter(holder, "/*", null);
      ServletHolder servlet = new ServletHolder(transport);
      servlet.setAsyncSupported(true);
      context.addServlet(servlet, "/mcp");
      jetty.setHandler(context);
      jetty.start();
      return new ClinicServer(jetty, mcp, url);
    } catch (RuntimeException e) {
      connector.close();
      throw e;
    } catch (Exception e) {
      connector.close();
      throw new IllegalStateException("the server did not start", e);
    }
  }

  private static McpSyncServer mcpServer(
      HttpServletStreamableServerTransportProvider transport, Clinic clinic) {
    ProtectedTools tools = new ProtectedTools(AUTHORIZER);
    return McpServer.sync(transport)
        .serverInfo("clinic-front-desk", "0.1.0")
        .instructions(
            "The front desk of a small clinic. Find a patient's appointments first: the answer"
                + " holds the patient's number, which the other tools ask for.")
        .addToolFilter(tools.listed())
        .tools(new ClinicTools(clinic).all(tools))
        .tools(new PatientTools(clinic).all(tools))
        .immediateExecution(true)
        .build();
  }

  /**
   * The address of the MCP endpoint, which is also the resource identifier that an access token
   * must name as its audience: {@code http://localhost:PORT/mcp}.
   */
  public URI url() {
    return url;
  }

  /** Stops accepting, ends open streams and releases the port. */
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

package dev.latchstring.examples.mediator;

import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Json;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;

/**
 * The API behind the mediator, which in life is somebody else's: {@code GET /points} with a token
 * of the authorization server for this very address. It knows nothing of MCP.
 */
public final class PointsService implements AutoCloseable {
  static final String SCOPE = "points:read";

  private final LocalServer server;

  private PointsService(LocalServer server) {
    this.server = server;
  }

  /**
   * Starts it on {@code localhost}.
   *
   * @param port 1–65535, or 0 for any free port
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static PointsService start(int port, URI issuer) {
    return start(port, issuer, null);
  }

  /**
   * The same, for people alone who proved themselves that way (RFC 9470).
   *
   * @param acr the authentication context that is needed; null takes any
   */
  static PointsService start(int port, URI issuer, @Nullable String acr) {
    LocalServer server = LocalServer.bind(port);
    PointsService service = new PointsService(server);
    FilterHolder filter =
        new FilterHolder(
            BearerFilter.builder(
                    service.url().toString(),
                    issuer.toString(),
                    ToolAuthorizer.builder(Requirement.scopes(SCOPE)).build())
                .build());
    filter.setAsyncSupported(true);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addFilter(filter, "/*", null);
    context.addServlet(new ServletHolder(new Points(acr)), "/points");
    server.start(context);
    return service;
  }

  /** The address, which is also what a token must name as its audience. */
  public URI url() {
    return server.uri("/points");
  }

  @Override
  public void close() {
    server.close();
  }

  /** Everybody has points. */
  private static final class Points extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final @Nullable String acr;

    Points(@Nullable String acr) {
      this.acr = acr;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Caller caller = BearerFilter.caller(request);
      if (!caller.scope().contains(SCOPE)) {
        refuse(response, 403, challenge("insufficient_scope").with("scope", SCOPE));
        return;
      }
      if (acr != null && !acr.equals(caller.acr())) {
        refuse(
            response, 401, challenge("insufficient_user_authentication").with("acr_values", acr));
        return;
      }
      response.setContentType("application/json");
      response
          .getOutputStream()
          .write(Json.bytes(Map.of("balance", 12_480, "tier", "gold", "sub", caller.subject())));
    }

    private static Challenge challenge(String error) {
      return Challenge.of("DPoP").with("error", error);
    }

    private static void refuse(HttpServletResponse response, int status, Challenge challenge) {
      response.setStatus(status);
      response.setHeader("WWW-Authenticate", challenge.header());
    }
  }
}

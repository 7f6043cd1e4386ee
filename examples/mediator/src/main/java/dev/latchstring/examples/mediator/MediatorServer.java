package dev.latchstring.examples.mediator;

import dev.latchstring.client.challenge.ChallengeClient;
import dev.latchstring.client.challenge.ChallengeRequest;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.sdk.ProtectedTools;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.Scope;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The MCP server, on stdio or over HTTP, and the sign-in page beside it.
 *
 * <p>Who may call it over HTTP is decided by the bearer filter, before and without any of the
 * logins that it mediates.
 */
public final class MediatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MediatorServer.class);
  private static final String SESSION = "Mcp-Session-Id";
  private static final Duration HOST_TIMEOUT = Duration.ofMinutes(5);

  private final LocalServer local;
  private final URI home;
  private final PointsApi api;
  private final Logins logins;
  private final Links links;
  private final SignInPage page;
  private final Settings settings;
  private final InstantSource clock = InstantSource.system();
  private final ServletContextHandler context = new ServletContextHandler("/");

  private MediatorServer(Settings settings, Scope scope) {
    this.settings = settings;
    this.local = LocalServer.bind(settings.port());
    URI publicUrl = settings.publicUrl();
    this.home = publicUrl == null ? local.uri("/") : publicUrl;
    if (!HttpsUri.isHttpsOrLoopback(home)) {
      local.close();
      throw new IllegalArgumentException(
          "people type passwords there: " + home + " has to be https");
    }
    this.api = new PointsApi(settings.api());
    this.links = new Links(new SecureRandom(), clock);
    this.page = new SignInPage(links, home, Settings.SERVICE);
    this.logins =
        new Logins(
            () -> ChallengeClient.discover(settings.issuer(), settings.client()),
            ChallengeRequest.of(settings.api(), scope).withAcrValues(settings.acrValues()),
            clock);
    context.addServlet(new ServletHolder(page), SignInPage.PATH + "*");
  }

  /**
   * Serves one host on these streams. Whoever started the process is who calls.
   *
   * @throws IllegalArgumentException where the page would be open to other machines
   * @throws java.io.UncheckedIOException if the page's port is taken
   */
  public static MediatorServer onStdio(Settings settings, InputStream in, OutputStream out) {
    URI elsewhere = settings.publicUrl();
    if (elsewhere != null && !HttpsUri.isLoopback(elsewhere)) {
      throw new IllegalArgumentException(
          "on stdio the page is on this machine alone: nobody could tell who opens it elsewhere");
    }
    MediatorServer server = new MediatorServer(settings, Scope.of(PointsService.SCOPE));
    var transport = new StdioServerTransportProvider(McpJsonDefaults.getMapper(), in, out);
    server.serve(
        McpServer.sync(transport),
        (session, params) ->
            transport.notifyClients(McpSchema.METHOD_NOTIFICATION_ELICITATION_COMPLETE, params),
        exchange -> Holder.ofProcess());
    server.local.start(server.context);
    return server;
  }

  /**
   * Serves many hosts at {@code /mcp}, with access tokens of the same authorization server. Whoever
   * signs in at the API has to be the person whose token opened the MCP session.
   *
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static MediatorServer overHttp(Settings settings) {
    MediatorServer server = new MediatorServer(settings, Scope.of("openid", PointsService.SCOPE));
    ToolAuthorizer authorizer = ToolAuthorizer.builder(Requirement.scopes("mediator:use")).build();
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(ProtectedTools.callers())
            .build();
    FilterHolder bearer =
        new FilterHolder(
            BearerFilter.builder(server.url().toString(), settings.issuer().toString(), authorizer)
                .resourceName(Settings.SERVICE + " for assistants")
                .build());
    FilterHolder endings =
        new FilterHolder((request, response, chain) -> {
          chain.doFilter(request, response);
          server.sessionMayEnd((HttpServletRequest) request, (HttpServletResponse) response);
        });
    ServletHolder mcp = new ServletHolder(transport);
    for (FilterHolder filter : new FilterHolder[] {bearer, endings}) {
      filter.setAsyncSupported(true);
    }
    mcp.setAsyncSupported(true);
    server.context.addFilter(bearer, "/mcp", null);
    server.context.addFilter(bearer, "/.well-known/*", null);
    server.context.addFilter(endings, "/mcp", null);
    server.context.addServlet(mcp, "/mcp");
    server.serve(
        McpServer.sync(transport).immediateExecution(true),
        (session, params) ->
            transport.notifyClient(
                session, McpSchema.METHOD_NOTIFICATION_ELICITATION_COMPLETE, params),
        exchange -> Holder.of(exchange.sessionId(), ProtectedTools.caller(exchange)));
    server.local.start(server.context);
    return server;
  }

  /** Tells hosts something. */
  @FunctionalInterface
  private interface Notify {
    Mono<Void> send(String sessionId, Object params);
  }

  private void serve(
      McpServer.SyncSpecification<?> specification,
      Notify notify,
      Function<McpSyncServerExchange, Holder> holders) {
    HostPrompts prompts =
        new HostPrompts(
            links,
            page,
            Settings.SERVICE,
            settings.patience(),
            clock,
            (session, elicitation) ->
                notify
                    .send(String.valueOf(session), Map.of("elicitationId", elicitation))
                    .subscribe(
                        nothing -> {}, e -> LOG.debug("the host was not told of an end", e)));
    McpSyncServer unused =
        specification
            .serverInfo("harbor-points", "0.1.0")
            .requestTimeout(HOST_TIMEOUT)
            .tools(new PointsTools(api, logins, prompts, holders).all())
            .build();
  }

  private void sessionMayEnd(HttpServletRequest request, HttpServletResponse response) {
    String session = request.getHeader(SESSION);
    if (request.getMethod().equals("DELETE") && response.getStatus() < 300 && session != null) {
      logins.ended(session);
    }
  }

  /** The MCP endpoint over HTTP, which is also the resource that its callers' tokens are for. */
  public URI url() {
    return URI.create(HttpsUri.origin(home) + "/mcp");
  }

  /** How many callers have a login, or are at one. */
  int callers() {
    return logins.size();
  }

  /** Revokes what people signed in to, and releases the port. */
  @Override
  public void close() {
    logins.close();
    api.close();
    local.close();
  }
}

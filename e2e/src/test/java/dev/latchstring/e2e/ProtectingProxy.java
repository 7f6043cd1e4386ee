package dev.latchstring.e2e;

import dev.latchstring.mcpserver.http.AccessTokenVerifier;
import dev.latchstring.mcpserver.http.BearerFilter;
import dev.latchstring.mcpserver.http.DpopPolicy;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Latchstring's bearer filter before a server that knows nothing of tokens: only tokens that are
 * bound to a key pass.
 */
final class ProtectingProxy implements AutoCloseable {
  /** The scope that everything needs. */
  static final String SCOPE = "clinic:read";

  /** Where the older transport takes messages; the newer has nothing there. */
  private static final String MESSAGES = "/message";

  private static final Set<String> NOT_PASSED =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "dpop",
          "host",
          "transfer-encoding",
          "upgrade",
          "keep-alive");

  private final Server jetty;
  private final URI url;

  private ProtectingProxy(Server jetty, ServerConnector connector, String path) {
    this.jetty = jetty;
    this.url = URI.create("http://localhost:" + connector.getLocalPort() + path);
  }

  /**
   * Takes a port, which is part of the resource's name.
   *
   * @param path of the MCP endpoint, here and behind it
   */
  static ProtectingProxy open(String path) throws IOException {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("localhost");
    jetty.addConnector(connector);
    connector.open();
    return new ProtectingProxy(jetty, connector, path);
  }

  /**
   * Begins to serve.
   *
   * @param behind the server's address without a path
   */
  void start(URI issuer, URI behind) throws Exception {
    BearerFilter filter =
        BearerFilter.builder(
                url.toString(),
                issuer.toString(),
                ToolAuthorizer.builder(Requirement.scopes(SCOPE)).build())
            .tokens(AccessTokenVerifier.builder(issuer.toString(), url.toString()).build())
            .dpop(DpopPolicy.required())
            .alsoAt(url.resolve(MESSAGES).toString())
            .resourceName("Everything")
            .build();
    ServletContextHandler context = new ServletContextHandler("/");
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    for (String path :
        List.of(url.getPath(), MESSAGES, "/.well-known/oauth-protected-resource" + url.getPath())) {
      context.addFilter(holder, path, null);
    }
    context.addServlet(new ServletHolder(new Forwarding(behind)), "/*");
    jetty.setHandler(context);
    jetty.start();
  }

  URI url() {
    return url;
  }

  @Override
  public void close() throws Exception {
    jetty.stop();
  }

  private static final class Forwarding extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final transient URI behind;

    Forwarding(URI behind) {
      this.behind = behind;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
      HttpRequest.Builder forward =
          HttpRequest.newBuilder(behind.resolve(request.getRequestURI() + query));
      for (String name : Collections.list(request.getHeaderNames())) {
        if (!NOT_PASSED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
          forward.header(name, request.getHeader(name));
        }
      }
      byte[] body = request.getInputStream().readAllBytes();
      forward.method(
          request.getMethod(),
          body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      try (InputStream answer = pass(forward.build(), response)) {
        OutputStream out = response.getOutputStream();
        response.flushBuffer();
        byte[] buffer = new byte[8192];
        for (int read = answer.read(buffer); read >= 0; read = answer.read(buffer)) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    }

    private InputStream pass(HttpRequest request, HttpServletResponse response) throws IOException {
      try {
        HttpResponse<InputStream> answer =
            http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        response.setStatus(answer.statusCode());
        for (String name : List.of("Content-Type", "Mcp-Session-Id", "Allow")) {
          answer.headers().firstValue(name).ifPresent(value -> response.setHeader(name, value));
        }
        return answer.body();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}

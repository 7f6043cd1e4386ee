package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration.TlsSettings;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.RetainedContentLoaderFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Jetty, bounded: headers of 16 KiB, {@value #THREADS} threads, {@value #CONNECTIONS} connections;
 * an idle connection ends after 30 seconds.
 *
 * <p>The port is taken before the servlets are made, so that an issuer can name a port the system
 * chose. Requests are served on platform threads: signing is computation and the database waits in
 * native code, and both would hold up the carriers of virtual threads.
 */
public final class HttpServer {
  static {
    // Jetty would ask the JVM's management beans, which takes 80 ms of every start.
    if (System.getProperty("org.eclipse.jetty.util.referencesPerCacheLine") == null) {
      System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    }
  }

  /** RFC 9112 §2.2: lines end in CR LF; a proxy that takes LF alone for text sees other headers. */
  private static final HttpCompliance COMPLIANCE =
      HttpCompliance.RFC9110.without("LATCHSTRING", HttpCompliance.Violation.LF_HEADER_TERMINATION);

  /** What is written at once is sent on nobody's time. */
  private static final int BUFFER = 8 * 1024;

  private static final int THREADS = 200;
  private static final int CONNECTIONS = 10_000;
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** How long requests in flight may take to finish once the server is told to stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Server server;
  private final ServerConnector connector;

  private HttpServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /** Loads what {@link #bind} needs: Jetty asks the JDK for every locale there is. */
  public static void prepare() {
    new MimeTypes.Mutable();
  }

  /**
   * Takes the port; nothing is answered before {@link #start}.
   *
   * @param port 0 for any free one
   * @throws ConfigurationException where the port is taken or the certificate cannot be used
   */
  public static HttpServer bind(String host, int port, @Nullable TlsSettings tls) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 8);
    threads.setName("http");
    Server server = new Server(threads);
    HttpConnectionFactory http = new HttpConnectionFactory(configuration(tls != null));
    ServerConnector connector =
        tls == null
            ? new ServerConnector(server, 1, 1, http)
            : new ServerConnector(
                server, 1, 1, new SslConnectionFactory(context(server, tls), "http/1.1"), http);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
    try {
      connector.open();
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot listen on "
              + host
              + " port "
              + port
              + " ("
              + e.getMessage()
              + "): another program may have it; choose another with --port or LATCH_PORT");
    }
    return new HttpServer(server, connector);
  }

  private static HttpConfiguration configuration(boolean tls) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(16 * 1024);
    // An authorization response carries a redirect URI and a state, each as long as it may be.
    configuration.setMaxResponseHeaderSize(32 * 1024);
    configuration.setOutputBufferSize(BUFFER);
    configuration.setOutputAggregationSize(BUFFER);
    configuration.setUriCompliance(UriCompliance.DEFAULT);
    configuration.setHttpCompliance(COMPLIANCE);
    if (tls) {
      // The issuer says which names are served, not the certificate.
      configuration.addCustomizer(new SecureRequestCustomizer(false));
    }
    return configuration;
  }

  private static SslContextFactory.Server context(Server server, TlsSettings tls) {
    SslContextFactory.Server context = new SslContextFactory.Server();
    CertificateRenewal renewal = new CertificateRenewal(tls, context);
    context.setKeyStore(renewal.load());
    server.addBean(renewal);
    context.setKeyStorePassword(PemKeyStore.PASSWORD);
    context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    return context;
  }

  /** The port that was taken. */
  public int port() {
    return connector.getLocalPort();
  }

  /**
   * Answers from now on.
   *
   * @param routes what is mounted where
   */
  public void start(Routes routes) {
    ServletContextHandler context = new ServletContextHandler("/");
    routes
        .servlets()
        .forEach((path, servlet) -> context.addServlet(new ServletHolder(servlet), path));
    if (routes.isForwardedRefused()) {
      context.addFilter(new ForwardedRefusal(), "/*", EnumSet.of(DispatcherType.REQUEST));
    }
    ErrorHandler errors = new ErrorHandler();
    errors.setShowStacks(false);
    errors.setShowCauses(false);
    server.setErrorHandler(errors);
    // A sender that dawdles over its body holds a connection, but no thread.
    server.setHandler(
        new GracefulHandler(
            new UnreadContent(
                new PlainPaths(
                    new EagerContentHandler(
                        context,
                        new RetainedContentLoaderFactory(Exchange.MAX_BODY + 1, -1, false))))));
    server.setStopTimeout(PATIENCE.toMillis());
    try {
      server.start();
    } catch (Exception e) {
      stop();
      throw new IllegalStateException("the HTTP server did not start", e);
    }
  }

  /** Takes no new requests, waits up to 30 seconds for those in flight, and ends. */
  public void stop() {
    try {
      server.stop();
      connector.close();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server did not stop in time", e);
    }
  }
}

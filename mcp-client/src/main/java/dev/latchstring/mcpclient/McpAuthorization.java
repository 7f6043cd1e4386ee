package dev.latchstring.mcpclient;

import dev.latchstring.client.Account;
import dev.latchstring.client.Problem;
import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.call.Sent;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpAsyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * MCP authorization for clients of the official Java SDK.
 *
 * <pre>{@code
 * McpAuthorization authorization =
 *     McpAuthorization.of(account).login(InteractiveLogin.showing(show, ask)).build();
 * McpSyncClient client = authorization.syncClient().build();
 * }</pre>
 *
 * <p>The client's requests carry the account's token, with a DPoP proof where it is bound to a key;
 * they are sent again after a refresh, a nonce, a login, or a login for more. However many calls
 * need one, a login is done once. What needs a login that cannot be had ends with {@link
 * dev.latchstring.client.ClientException}, as the cause of what the SDK throws.
 *
 * <p>One for each account, shared by all clients of it. Safe for use by many threads.
 */
public final class McpAuthorization {
  /**
   * How long a call may take where {@link #syncClient} and {@link #asyncClient} made the client: as
   * long as a person may take to log in.
   */
  public static final Duration LONGEST_LOGIN = Duration.ofMinutes(30);

  private final Authorizer authorizer;
  private final Supplier<HttpClient.Builder> http;
  private final SentRequests requests = new SentRequests();

  private McpAuthorization(Authorizer authorizer, Supplier<HttpClient.Builder> http) {
    this.authorizer = authorizer;
    this.http = http;
  }

  /** Starts to configure one. */
  public static Builder of(Account account) {
    return new Builder(account);
  }

  /** What can be configured; everything has a default. */
  public static final class Builder {
    private final Account account;
    private @Nullable InteractiveLogin login;
    private InstantSource clock = Clock.systemUTC();
    private Supplier<HttpClient.Builder> http =
        () -> HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);

    private Builder(Account account) {
      this.account = account;
    }

    /** How to log in; without it, what needs a login ends with {@link Problem#LOGIN_REQUIRED}. */
    public Builder login(InteractiveLogin value) {
      login = value;
      return this;
    }

    /**
     * What the transports make their HTTP client with, such as one with a proxy; it may not follow
     * redirects.
     */
    public Builder http(Supplier<HttpClient.Builder> value) {
      http = value;
      return this;
    }

    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    public McpAuthorization build() {
      return new McpAuthorization(new Authorizer(account, login, clock), http);
    }
  }

  /** A client over Streamable HTTP, whose limits leave a person the time to log in. */
  public McpClient.SyncSpec syncClient() {
    return McpClient.sync(streamableHttp().build())
        .requestTimeout(LONGEST_LOGIN)
        .initializationTimeout(LONGEST_LOGIN);
  }

  /** The same for reactive programs. */
  public McpClient.AsyncSpec asyncClient() {
    return McpClient.async(streamableHttp().build())
        .requestTimeout(LONGEST_LOGIN)
        .initializationTimeout(LONGEST_LOGIN);
  }

  /** A Streamable HTTP transport to the account's server, authorized. */
  public HttpClientStreamableHttpTransport.Builder streamableHttp() {
    return authorize(HttpClientStreamableHttpTransport.builder(base()).endpoint(endpoint()));
  }

  /**
   * Authorizes a transport to the account's server that was configured elsewhere. Its HTTP client
   * is made by this one; what was set of it before is lost, what is set later counts.
   */
  public HttpClientStreamableHttpTransport.Builder authorize(
      HttpClientStreamableHttpTransport.Builder transport) {
    return transport
        .clientBuilder(client())
        .addAsyncHttpRequestCustomizer((builder, method, target, body, context) ->
            Mono.just(NamedRequest.builder(builder, Operations.of(method, target, body))));
  }

  /**
   * A transport of protocol 2024-11-05 to the account's server, authorized.
   *
   * <p>The SDK's transport keeps to itself why its stream could not be opened: where the login for
   * it fails, {@code initialize} ends with the client's {@code initializationTimeout}, and the
   * reason is in the transport's log. That limit has to leave a person the time to log in, too.
   */
  @SuppressWarnings("deprecation") // As long as servers of that protocol are alive.
  public HttpClientSseClientTransport.Builder sse() {
    return authorize(HttpClientSseClientTransport.builder(base()).sseEndpoint(endpoint()));
  }

  /** As {@link #authorize(HttpClientStreamableHttpTransport.Builder)}. */
  @SuppressWarnings("deprecation") // As long as servers of that protocol are alive.
  public HttpClientSseClientTransport.Builder authorize(
      HttpClientSseClientTransport.Builder transport) {
    return transport
        .clientBuilder(client())
        .addAsyncHttpRequestCustomizer((builder, method, target, body, context) ->
            Mono.just(NamedRequest.builder(builder, Operations.of(method, target, body))));
  }

  /**
   * For a framework that makes the transport itself and takes customizers, together with {@link
   * #errorHandler}. Where the transport can be had, {@code authorize} is better: it also learns
   * from answers that are no refusals, such as a new nonce.
   */
  public McpAsyncHttpClientRequestCustomizer asyncRequestCustomizer() {
    return (builder, method, target, body, context) ->
        Waiting.mono(() -> customize(builder, method, target, body));
  }

  /**
   * The same on the thread that sends, which waits where a refresh is due.
   *
   * @see #asyncRequestCustomizer
   */
  public McpSyncHttpClientRequestCustomizer requestCustomizer() {
    return (builder, method, target, body, context) -> customize(builder, method, target, body);
  }

  private HttpRequest.Builder customize(
      HttpRequest.Builder builder, String method, URI target, @Nullable String body) {
    Sent sent = authorizer.prepare(method, target, Operations.of(method, target, body));
    Map<String, String> headers = sent.headers();
    requests.add(sent, headers);
    headers.forEach(builder::setHeader);
    return builder;
  }

  /**
   * Plain HTTP at the same server, with the same login: an {@code HttpClient} for whatever else the
   * program sends there.
   */
  public AuthorizedHttpClient httpClient() {
    return AuthorizedHttpClient.of(authorizer, http.get().build(), request -> null);
  }

  /** Goes with {@link #asyncRequestCustomizer}, without which it does nothing. */
  public McpHttpClientTransportAuthorizationErrorHandler errorHandler() {
    return new ErrorHandler(authorizer, requests);
  }

  private HttpClient.Builder client() {
    return new AuthorizedClientBuilder(http.get(), authorizer);
  }

  private String base() {
    URI server = authorizer.account().server();
    return server.getScheme() + "://" + server.getRawAuthority() + "/";
  }

  private String endpoint() {
    URI server = authorizer.account().server();
    String path =
        server.getRawPath() == null || server.getRawPath().isEmpty() ? "/" : server.getRawPath();
    return server.getRawQuery() == null ? path : path + "?" + server.getRawQuery();
  }
}

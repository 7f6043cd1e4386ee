package dev.latchstring.client.call;

import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@code HttpClient} whose requests carry an account's token: fresh, with a DPoP proof where the
 * token is bound to a key, and sent again after a refresh, a nonce, a login or a login for more.
 * Everything that takes a {@code java.net.http.HttpClient} takes this one.
 *
 * <pre>{@code
 * HttpClient http = AuthorizedHttpClient.of(account).login(InteractiveLogin.showing(show, ask)).build();
 * HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <p>Requests go to the account's server alone: another origin is {@link Problem#BAD_ADDRESS}, and
 * no redirect is followed. One request is sent {@value #MAX_SENDS} times at most and waits for
 * {@value #MAX_LOGINS} logins. A request that has to be sent again needs a body that can be read
 * again, as those of strings, bytes and files can. Of the body of a 401 or 403, {@value
 * HeldBody#MAX_BYTES} bytes are delivered.
 *
 * <p>Where there is no token to be had, {@code send} throws {@link ClientException}, and the future
 * of {@code sendAsync} ends with it.
 */
public final class AuthorizedHttpClient extends HttpClient {
  /** How often one request is sent. */
  public static final int MAX_SENDS = 6;

  /** How often one request waits for a login: to have a token, and to have a better one. */
  public static final int MAX_LOGINS = 2;

  private static final Set<String> OURS = Set.of("authorization", "dpop");

  private final Authorizer authorizer;
  private final HttpClient client;
  private final Function<HttpRequest, @Nullable String> operation;

  private AuthorizedHttpClient(
      Authorizer authorizer, HttpClient client, Function<HttpRequest, @Nullable String> operation) {
    if (client.followRedirects() != Redirect.NEVER) {
      throw new IllegalArgumentException(
          "the client follows redirects, which could carry the token elsewhere");
    }
    this.authorizer = authorizer;
    this.client = client;
    this.operation = operation;
  }

  /** Starts to configure one. */
  public static Builder of(Account account) {
    return new Builder(account);
  }

  /**
   * One that shares its logins with others of the same authorizer.
   *
   * @param operation see {@link Builder#operation}; null for a request: named as by default
   * @throws IllegalArgumentException where the client follows redirects
   */
  public static AuthorizedHttpClient of(
      Authorizer authorizer, HttpClient client, Function<HttpRequest, @Nullable String> operation) {
    return new AuthorizedHttpClient(authorizer, client, operation);
  }

  /** What can be configured; everything has a default. */
  public static final class Builder {
    private final Account account;
    private @Nullable InteractiveLogin login;
    private @Nullable HttpClient client;
    private Function<HttpRequest, @Nullable String> operation = request -> null;
    private InstantSource clock = Clock.systemUTC();

    private Builder(Account account) {
      this.account = account;
    }

    /** How to log in; without it, what needs a login ends with {@link Problem#LOGIN_REQUIRED}. */
    public Builder login(InteractiveLogin value) {
      login = value;
      return this;
    }

    /**
     * What sends; one that follows redirects is refused. By default one with a time limit of ten
     * seconds to connect.
     */
    public Builder client(HttpClient value) {
      client = value;
      return this;
    }

    /**
     * Names what a request does: a login for more is tried once for each name. By default, or where
     * it gives null, its method and path, and {@code Mcp-Method} and {@code Mcp-Name} if it has
     * them.
     */
    public Builder operation(Function<HttpRequest, @Nullable String> value) {
      operation = value;
      return this;
    }

    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException where the client follows redirects
     */
    public AuthorizedHttpClient build() {
      HttpClient sender =
          client == null
              ? HttpClient.newBuilder()
                  .followRedirects(Redirect.NEVER)
                  .connectTimeout(Duration.ofSeconds(10))
                  .build()
              : client;
      return new AuthorizedHttpClient(new Authorizer(account, login, clock), sender, operation);
    }
  }

  private static String operation(HttpRequest request) {
    StringBuilder name = new StringBuilder(request.method());
    name.append(' ').append(request.uri().getRawPath());
    for (String header : new String[] {"Mcp-Method", "Mcp-Name"}) {
      request.headers().firstValue(header).ifPresent(value -> name.append(' ').append(value));
    }
    return name.toString();
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    if (OURS.stream().anyMatch(name -> request.headers().firstValue(name).isPresent())) {
      throw new IllegalArgumentException("the request brings its own Authorization");
    }
    String given = operation.apply(request);
    String name = given == null ? operation(request) : given;
    int logins = 0;
    for (int sends = 1; ; sends++) {
      Sent sent = authorizer.prepare(request.method(), request.uri(), name);
      HttpResponse<HeldBody<T>> response =
          client.send(authorized(request, sent), HeldBody.of(handler));
      boolean mayLogIn = logins < MAX_LOGINS && sends < MAX_SENDS;
      Next next = authorizer.after(sent, response.statusCode(), response.headers(), mayLogIn);
      if (next == Next.DELIVER || sends == MAX_SENDS) {
        return HeldBody.deliver(response, request);
      }
      logins += next == Next.SEND_AGAIN_AFTER_LOGIN ? 1 : 0;
    }
  }

  private static HttpRequest authorized(HttpRequest request, Sent sent) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(
            request, (name, value) -> !OURS.contains(name.toLowerCase(Locale.ROOT)));
    sent.headers().forEach(builder::setHeader);
    return builder.build();
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return Sending.of(() -> send(request, handler));
  }

  /** A promise of a server is not taken: it would be a request that nobody authorized. */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> promises) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public void shutdown() {
    client.shutdown();
  }

  @Override
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return client.awaitTermination(duration);
  }

  @Override
  public boolean isTerminated() {
    return client.isTerminated();
  }

  @Override
  public void shutdownNow() {
    client.shutdownNow();
  }

  @Override
  public void close() {
    client.close();
  }
}

package dev.latchstring.cli.connect;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.http.Network;
import dev.latchstring.client.http.NetworkFault;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.stdio.Cancellation;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.oauth.Challenge;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MCP Streamable HTTP, the bytes: sends one HTTP request with the token there is, and sees to
 * refused tokens and refused connections.
 *
 * <p>No redirect is followed, because it could carry the token elsewhere. A connection that was
 * never made is tried again {@value #CONNECT_ATTEMPTS} times in all; a request that was sent is
 * never repeated here.
 */
@SuppressWarnings("try") // registrations are opened for their closing alone
final class UpstreamHttp implements AutoCloseable {
  static final int CONNECT_ATTEMPTS = 4;

  /** The longest silence before an answer begins. A host gives up long before. */
  static final Duration PATIENCE = Duration.ofMinutes(15);

  /** How long the opening of a session may take, while other requests wait for it. */
  static final Duration OPENING = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamHttp.class);

  private final URI server;
  private final Destination destination;
  private final TokenSource tokens;
  private final ProvenRequests proven;
  private final HttpClient http;

  /**
   * @throws RpcError where the settings of the network cannot be used
   */
  UpstreamHttp(Destination destination, TokenSource tokens) {
    this.server = destination.server();
    this.destination = destination;
    this.tokens = tokens;
    this.proven = new ProvenRequests();
    // An upgrade to HTTP/2 in the clear confuses some servers; TLS negotiates it by itself.
    boolean https = "https".equalsIgnoreCase(server.getScheme());
    try {
      this.http =
          destination
              .network()
              .client()
              .version(https ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(10))
              .build();
      if (https) {
        http.sslContext().createSSLEngine(); // so that it is made before the first connection
      }
    } catch (ClientException e) {
      String hint = e.hint() == null ? "change it" : e.hint();
      throw UpstreamFault.error(server, e.description(), hint, false);
    }
  }

  URI server() {
    return server;
  }

  /**
   * An HTTP response whose body has still to be read.
   *
   * @param status never 401, and 403 only where no login would help
   */
  record Reply(int status, HttpResponse<InputStream> response) implements AutoCloseable {
    @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    /** The media type in lower case without parameters; empty where there is none. */
    String contentType() {
      String value = header("Content-Type");
      return value == null ? "" : value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    boolean isStream() {
      return contentType().equals("text/event-stream");
    }

    boolean isSuccess() {
      return status / 100 == 2;
    }

    /** The whole body; more than a message may have is an {@link IOException}. */
    byte[] body() throws IOException {
      byte[] body = response.body().readNBytes(JsonRpc.MAX_MESSAGE + 1);
      if (body.length > JsonRpc.MAX_MESSAGE) {
        throw new IOException("the answer is larger than " + JsonRpc.MAX_MESSAGE + " bytes");
      }
      return body;
    }

    /** Of a proxy's refusal there is no body at all. */
    @Override
    public void close() {
      try (InputStream body = response.body()) {
        LOG.trace("closing {}", body);
      } catch (IOException e) {
        LOG.trace("closing a response", e);
      }
    }
  }

  /**
   * Sends a message.
   *
   * @throws LoginRequired on 401, or 403 for want of a scope, after a fresher token was tried
   * @throws RpcError where the server cannot be reached, with {@code acted: false}
   * @throws IOException where the connection broke after the request was sent
   */
  Reply post(byte[] body, Map<String, String> headers, Cancellation cancellation)
      throws IOException {
    return post(server, body, headers, cancellation);
  }

  /**
   * The same to another address of the server.
   *
   * @param target of the server's own origin, or it would be sent the token of another
   */
  Reply post(URI target, byte[] body, Map<String, String> headers, Cancellation cancellation)
      throws IOException {
    HttpRequest.Builder request =
        request(target, headers)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .timeout(PATIENCE);
    BodyPublisher publisher = BodyPublishers.ofByteArray(body);
    return authorized(() -> request.copy().POST(publisher), cancellation);
  }

  /** Opens or resumes the stream of a session; see {@link #post} for what is thrown. */
  Reply get(Map<String, String> headers, Cancellation cancellation) throws IOException {
    HttpRequest.Builder request =
        request(server, headers).header("Accept", "text/event-stream").timeout(PATIENCE);
    return authorized(() -> request.copy().GET(), cancellation);
  }

  /** Ends a session; waits two seconds at most, and whatever comes of it does not matter. */
  void delete(Map<String, String> headers) {
    HttpRequest.Builder request = request(server, headers).DELETE().timeout(Duration.ofSeconds(2));
    try {
      AccessToken token = currentToken();
      if (token != null) {
        proven.authorize(request, token);
      }
      http.send(request.build(), HttpResponse.BodyHandlers.discarding());
    } catch (IOException | RpcError e) {
      LOG.debug("the session was not ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest.Builder request(URI target, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(target);
    headers.forEach(request::header);
    destination.headers().forEach(request::header);
    destination.network().addTo(request, target);
    return request;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private interface RequestSource {
    HttpRequest.Builder next();
  }

  private Reply authorized(RequestSource source, Cancellation cancellation) throws IOException {
    AccessToken token = currentToken();
    Reply reply = proven(source, token, cancellation);
    if (reply.status() == 401 && token != null && !wantsStrongerLogin(reply)) {
      AccessToken fresher = fresher(token);
      if (fresher != null) {
        reply.close();
        reply = proven(source, fresher, cancellation);
      }
    }
    List<Challenge> challenges = challenges(reply);
    boolean lacksScope =
        reply.status() == 403
            && challenges.stream().anyMatch(c -> "insufficient_scope".equals(c.error()));
    if (reply.status() == 401 || lacksScope) {
      reply.close();
      throw new LoginRequired(reply.status(), challenges);
    }
    return reply;
  }

  /** A request that lacked the nonce was not carried out: it is sent again with it. */
  private Reply proven(RequestSource source, @Nullable AccessToken token, Cancellation cancellation)
      throws IOException {
    Reply reply = connected(source, token, cancellation);
    if (!proven.wantsNonce(reply, token)) {
      return reply;
    }
    reply.close();
    return connected(source, token, cancellation);
  }

  private static List<Challenge> challenges(Reply reply) {
    return Challenge.parse(reply.response().headers().allValues("WWW-Authenticate"));
  }

  /** RFC 9470: a refreshed token would be as weak as the one that was refused. */
  private static boolean wantsStrongerLogin(Reply reply) {
    return challenges(reply).stream()
        .anyMatch(c -> "insufficient_user_authentication".equals(c.error()));
  }

  private @Nullable AccessToken currentToken() {
    try {
      return tokens.token();
    } catch (ClientException e) {
      return noneOr(e);
    }
  }

  private @Nullable AccessToken fresher(AccessToken token) {
    try {
      return tokens.rejected(token);
    } catch (ClientException e) {
      return noneOr(e);
    }
  }

  private @Nullable AccessToken noneOr(ClientException e) {
    if (e.problem() == Problem.LOGIN_REQUIRED || e.problem() == Problem.REAUTHENTICATION_REQUIRED) {
      return null;
    }
    String hint = e.hint() == null ? "try again" : e.hint();
    throw UpstreamFault.error(server, "no token: " + e.description(), hint, false);
  }

  /** Repeats what is certain not to have reached the server: it may be starting. */
  private Reply connected(
      RequestSource source, @Nullable AccessToken token, Cancellation cancellation)
      throws IOException {
    long pause = 150;
    for (int attempt = 1; ; attempt++) {
      HttpRequest.Builder request = source.next();
      proven.authorize(request, token);
      try {
        return exchange(request.build(), cancellation);
      } catch (IOException e) {
        if (!neverSent(e)) {
          throw e;
        }
        if (attempt == CONNECT_ATTEMPTS || e instanceof SSLException) {
          throw unreachable(e);
        }
        pause(pause, cancellation);
        pause *= 3;
      }
    }
  }

  private Reply exchange(HttpRequest request, Cancellation cancellation) throws IOException {
    cancellation.check();
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var registration = cancellation.onCancel(() -> answer.cancel(true))) {
      HttpResponse<InputStream> response = answer.get();
      Reply reply = new Reply(response.statusCode(), response);
      ClientException refusal = destination.network().refusal(server, reply.status());
      if (refusal != null) {
        reply.close();
        throw UpstreamFault.error(
            server, refusal.description(), String.valueOf(refusal.hint()), false);
      }
      return reply;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (CancellationException e) {
      throw new RpcError(RpcError.ABANDONED, "the request was cancelled");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel(true);
      throw new RpcError(RpcError.ABANDONED, "interrupted");
    }
  }

  private static boolean neverSent(Throwable failure) {
    if (Network.isRefusedByProxy(failure)) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof UnresolvedAddressException
          || cause instanceof SSLException) {
        return true;
      }
    }
    return false;
  }

  private RpcError unreachable(IOException e) {
    LOG.info("{} cannot be reached: {}", server, e.toString());
    NetworkFault fault = destination.network().explain(server, e);
    return UpstreamFault.error(server, fault.message(), fault.hint(), false);
  }

  static void pause(long millis, Cancellation cancellation) {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    try (var registration = cancellation.onCancel(() -> cancelled.complete(null))) {
      cancelled.orTimeout(millis, java.util.concurrent.TimeUnit.MILLISECONDS).join();
    } catch (java.util.concurrent.CompletionException e) {
      LOG.trace("waited {} ms", millis);
    }
    cancellation.check();
  }
}

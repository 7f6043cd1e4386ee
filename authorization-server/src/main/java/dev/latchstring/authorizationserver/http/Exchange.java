package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.trace.Checks;
import dev.latchstring.authorizationserver.trace.RequestTrace;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer, used by one thread at a time. */
public final class Exchange {
  /** The longest body of a request, in bytes. */
  public static final int MAX_BODY = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final ClientAddress clientAddress;
  private final RequestTrace trace;
  private @Nullable String clientId;

  /**
   * Whether somebody answers, or has answered, after the endpoint. Such an answer is given no
   * length: it stays in the buffer until the request is over, and the thread of others does not
   * wait for a client that does not read.
   */
  private boolean later;

  Exchange(
      HttpServletRequest request,
      HttpServletResponse response,
      ClientAddress clientAddress,
      RequestTrace trace) {
    this.request = request;
    this.response = response;
    this.clientAddress = clientAddress;
    this.trace = trace;
  }

  /** What is done towards the answer. */
  @FunctionalInterface
  interface Step {
    /**
     * @throws IOException where the connection is lost
     */
    void run() throws IOException;
  }

  /**
   * Writes an answer.
   *
   * @param <T> what it is made of
   */
  @FunctionalInterface
  public interface Answer<T> {
    /**
     * @throws IOException where the connection is lost
     */
    void write(T value) throws IOException;
  }

  /** Answers, or lets somebody answer later. */
  void begin(Step handling) throws IOException {
    try {
      attempt(handling);
    } finally {
      if (!later) {
        trace.end(response.getStatus());
      }
    }
  }

  /** Whatever goes wrong inside ends as the answer, and never as a container's page. */
  @SuppressWarnings("CatchingUnchecked")
  private void attempt(Step step) throws IOException {
    try {
      step.run();
    } catch (OAuthException refusal) {
      trace.refused(refusal, response);
      ErrorWriter.refuse(request, response, refusal, clientAddress(), clientId);
    } catch (RuntimeException | Error fault) {
      ErrorWriter.fail(request, response, fault);
    }
  }

  /**
   * Answers once this is there, and no thread waits for it. What it ends with in place of a value
   * is answered as if the endpoint had thrown it. To be called last.
   *
   * @param answer must not wait for anything, and write no more than {@link HttpServer} buffers:
   *     the thread is whose the stage is
   */
  public <T> void answerLater(CompletionStage<T> made, Answer<T> answer) {
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0);
    later = true;
    made.whenComplete((value, failure) -> end(waiting, () -> answer.write(got(value, failure))));
  }

  private static <T> T got(T value, @Nullable Throwable failure) {
    if (failure == null) {
      return value;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    throw cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("what was waited for failed", cause);
  }

  private void end(AsyncContext waiting, Step answering) {
    try {
      attempt(answering);
    } catch (IOException e) {
      LOG.debug("who asked has gone before the answer", e);
    } finally {
      try {
        trace.end(response.getStatus());
      } finally {
        waiting.complete();
      }
    }
  }

  /** Who calls is known. */
  public void authenticated(Checks.Caller caller) {
    clientId = caller.clientId();
    trace.caller(caller);
  }

  /** The client that calls; null as long as that is not known. */
  @Nullable String clientId() {
    return clientId;
  }

  /** Where it is told what is checked now. */
  public Checks checks() {
    return trace;
  }

  /**
   * The parameters of the body. Those in the query are not read: RFC 6749 §2.3.1 and §3.2 keep
   * credentials and codes out of addresses, which end up in logs.
   *
   * @throws OAuthException {@code invalid_request} for another media type, a body over {@value
   *     #MAX_BODY} bytes, or parameters that {@link FormParameters} refuses
   */
  public FormParameters form() throws IOException {
    return FormParameters.parse(RequestBody.text(RequestBody.read(request, FORM, MAX_BODY)));
  }

  /**
   * The body as JSON, not parsed.
   *
   * @throws OAuthException {@code invalid_request} for another media type or a body over {@value
   *     #MAX_BODY} bytes
   */
  public byte[] json() throws IOException {
    return RequestBody.read(request, JSON, MAX_BODY);
  }

  /**
   * The {@code Authorization} header, or null.
   *
   * @throws OAuthException {@code invalid_request} where there is more than one
   */
  public @Nullable String authorization() {
    var values = request.getHeaders("Authorization");
    if (values == null || !values.hasMoreElements()) {
      return null;
    }
    String value = values.nextElement();
    if (values.hasMoreElements()) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST, "there is more than one Authorization header");
    }
    return value;
  }

  /** {@code GET}, {@code POST} and so on. */
  public String method() {
    return request.getMethod();
  }

  /** Every value of a header, one for each time it comes. */
  public List<String> headers(String name) {
    return Collections.list(request.getHeaders(name));
  }

  /** A header of the answer, which a refusal carries too. */
  public void setHeader(String name, String value) {
    response.setHeader(name, value);
  }

  /**
   * RFC 6750 §2.1. The token of the {@code Authorization} header.
   *
   * @throws OAuthException {@code invalid_token} where there is none
   */
  public String bearerToken() {
    String token = token("Bearer");
    if (token == null) {
      throw new OAuthException(
          ErrorCode.INVALID_TOKEN, "send an access token: Authorization: Bearer TOKEN");
    }
    return token;
  }

  /** RFC 9449 §7.1. The token that comes with the scheme {@code DPoP}; null where none does. */
  public @Nullable String dpopToken() {
    return token("DPoP");
  }

  private @Nullable String token(String scheme) {
    String authorization = authorization();
    String start = scheme + " ";
    return authorization != null && authorization.regionMatches(true, 0, start, 0, start.length())
        ? authorization.substring(start.length()).strip()
        : null;
  }

  /**
   * What the path has below the place where the endpoint is mounted, without the slash between;
   * empty where it has nothing.
   */
  public String below() {
    String rest = request.getPathInfo();
    return rest == null || rest.isEmpty() ? "" : rest.substring(1);
  }

  /** A header's first value, or an empty text. */
  public String header(String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  /** The address of the client: of the connection, or what trusted proxies say of it. */
  public String clientAddress() {
    return clientAddress.apply(request);
  }

  /** Answers 200 with a value as JSON that nobody may keep. */
  public void answer(Object value) throws IOException {
    answer(200, Json.bytes(value));
  }

  /** Answers with JSON that nobody may keep. */
  public void answer(int status, byte[] json) throws IOException {
    if (status < 400) {
      trace.granted(response);
    }
    response.setHeader("Cache-Control", "no-store");
    write(status, json);
  }

  /**
   * Answers 200 with JSON that caches may keep.
   *
   * @param seconds for how long
   */
  public void answerCacheable(byte[] json, int seconds) throws IOException {
    response.setHeader("Cache-Control", "public, max-age=" + seconds);
    // What is kept for a request without Origin would not let a script in that comes with one.
    response.setHeader("Vary", "Origin");
    write(200, json);
  }

  /** Answers 200 with an empty body. */
  public void answerEmpty() {
    trace.granted(response);
    response.setHeader("Cache-Control", "no-store");
    response.setStatus(200);
    response.setContentLength(0);
  }

  /** RFC 9110 §15.3.5: answers 204. */
  public void answerNoContent() {
    trace.granted(response);
    response.setHeader("Cache-Control", "no-store");
    response.setStatus(204);
  }

  private void write(int status, byte[] json) throws IOException {
    response.setStatus(status);
    response.setContentType(JSON);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (!later) {
      response.setContentLength(json.length);
    }
    response.getOutputStream().write(json);
  }
}

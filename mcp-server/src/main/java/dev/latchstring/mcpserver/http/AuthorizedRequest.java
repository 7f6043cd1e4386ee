package dev.latchstring.mcpserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.mcpserver.tools.Caller;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.security.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as the servlet sees it: with its caller, with the very body the decision was made on,
 * and in the stateless era without a session.
 */
final class AuthorizedRequest extends HttpServletRequestWrapper {
  private final Caller caller;
  private final String authType;
  private final byte @Nullable [] body;
  private final boolean withoutSession;
  private final ServletResponse response;
  private final @Nullable Duration streamLimit;
  private @Nullable ServletInputStream stream;

  /**
   * @param authType the scheme that the caller used
   * @param body null where the body was not read
   * @param withoutSession whether a session's identifier is hidden
   * @param response what goes with this request where it is continued asynchronously
   * @param streamLimit how long it may then go on; null where it answers a message, which is not
   *     cut short
   */
  AuthorizedRequest(
      HttpServletRequest request,
      Caller caller,
      String authType,
      byte @Nullable [] body,
      boolean withoutSession,
      ServletResponse response,
      @Nullable Duration streamLimit) {
    super(request);
    this.caller = caller;
    this.authType = authType;
    this.body = body;
    this.withoutSession = withoutSession;
    this.response = response;
    this.streamLimit = streamLimit;
  }

  @Override
  public Principal getUserPrincipal() {
    return caller;
  }

  @Override
  public String getRemoteUser() {
    return caller.subject();
  }

  @Override
  public String getAuthType() {
    return authType;
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (body == null) {
      return super.getInputStream();
    }
    if (stream == null) {
      stream = new ReplayedBody(body);
    }
    return stream;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    return body == null
        ? super.getReader()
        : new BufferedReader(new InputStreamReader(getInputStream(), UTF_8));
  }

  @Override
  public @Nullable String getCharacterEncoding() {
    return body == null ? super.getCharacterEncoding() : UTF_8.name();
  }

  @Override
  public int getContentLength() {
    return body == null ? super.getContentLength() : body.length;
  }

  @Override
  public long getContentLengthLong() {
    return body == null ? super.getContentLengthLong() : body.length;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return isHidden(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = Collections.list(super.getHeaderNames());
    names.removeIf(this::isHidden);
    return Collections.enumeration(names);
  }

  private boolean isHidden(String header) {
    return withoutSession && header.equalsIgnoreCase(BearerFilter.SESSION);
  }

  /** Continues with this request, not with the one whose body is spent. */
  @Override
  public AsyncContext startAsync() {
    return startAsync(this, response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest with, ServletResponse and) {
    AsyncContext stream = super.startAsync(with, and);
    return streamLimit == null ? stream : new EndingStream(stream, streamLimit);
  }
}

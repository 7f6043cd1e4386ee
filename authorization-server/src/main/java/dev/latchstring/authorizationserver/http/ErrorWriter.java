package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.trace.SecurityLog;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.message.ErrorResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 6749 §5.2. The one place where a refusal or a fault becomes a response.
 *
 * <p>A refusal tells its code and description. A fault tells nothing but {@code server_error} and
 * an identifier, under which the log has the rest.
 */
public final class ErrorWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorWriter.class);

  /** What happens all the time and means nothing. */
  private static final Set<ErrorCode> ORDINARY =
      EnumSet.of(ErrorCode.AUTHORIZATION_PENDING, ErrorCode.SLOW_DOWN, ErrorCode.USE_DPOP_NONCE);

  private static final int RETRY_AFTER_SECONDS = 2;

  private ErrorWriter() {}

  /**
   * @param address where the request comes from
   * @param clientId the client, where it proved or said who it is and that was right; else null
   */
  static void refuse(
      HttpServletRequest request,
      HttpServletResponse response,
      OAuthException refusal,
      String address,
      @Nullable String clientId)
      throws IOException {
    if (!ORDINARY.contains(refusal.code())) {
      SecurityLog.note(
          "request_refused",
          "method",
          request.getMethod(),
          "endpoint",
          request.getRequestURI(),
          "error",
          refusal.code().code(),
          "client_id",
          clientId,
          "address",
          address,
          "reason",
          refusal.description(),
          "detail",
          refusal.detail());
    }
    ErrorCode code = refusal.code();
    if (code == ErrorCode.INVALID_TOKEN || code == ErrorCode.INSUFFICIENT_SCOPE) {
      // RFC 6750 §3.
      response.setHeader("WWW-Authenticate", "Bearer error=\"" + code.code() + "\"");
    } else if (code.httpStatus() == 401) {
      // RFC 6749 §5.2, and RFC 9110 §11.6.1 for every 401.
      response.setHeader("WWW-Authenticate", "Basic realm=\"latchstring\", charset=\"UTF-8\"");
    }
    if (code.httpStatus() == 503) {
      response.setIntHeader("Retry-After", RETRY_AFTER_SECONDS);
    }
    write(
        response,
        code.httpStatus(),
        new ErrorResponse(code.code(), refusal.description(), null, refusal.authSession()),
        request.isAsyncStarted());
  }

  static void fail(HttpServletRequest request, HttpServletResponse response, Throwable fault)
      throws IOException {
    String reference = UUID.randomUUID().toString();
    LOG.error(
        "{} {} failed, reference {}",
        request.getMethod(),
        request.getRequestURI(),
        reference,
        fault);
    ErrorCode code = ErrorCode.SERVER_ERROR;
    write(
        response,
        code.httpStatus(),
        new ErrorResponse(
            code.code(), "the server failed; its log has more under reference " + reference, null),
        request.isAsyncStarted());
  }

  /** An error that HTTP knows and OAuth does not, such as 404 and 405. */
  static void http(HttpServletResponse response, int status, String description)
      throws IOException {
    write(
        response,
        status,
        new ErrorResponse(ErrorCode.INVALID_REQUEST.code(), description, null),
        false);
  }

  /**
   * @param later whether {@link Exchange#answerLater} answers
   */
  private static void write(
      HttpServletResponse response, int status, ErrorResponse error, boolean later)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    byte[] body = Json.bytes(error);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (!later) {
      response.setContentLength(body.length);
    }
    response.getOutputStream().write(body);
  }
}

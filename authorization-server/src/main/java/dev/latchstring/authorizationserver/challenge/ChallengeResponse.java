package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.http.Exchange;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** draft-ietf-oauth-first-party-apps-04 §5.2. What the endpoint answers, refusals apart. */
sealed interface ChallengeResponse {

  void write(Exchange exchange) throws IOException;

  /** §5.2.1. The login is complete. */
  record Code(String code, String authSession) implements ChallengeResponse {
    @Override
    public void write(Exchange exchange) throws IOException {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("authorization_code", code);
      members.put("auth_session", authSession);
      exchange.answer(members);
    }

    @Override
    public String toString() {
      return "Code";
    }
  }

  /**
   * §5.2.2. A step has to be answered.
   *
   * @param step as {@code docs/challenge-profile.md} has it
   */
  record Ask(String authSession, Map<String, Object> step) implements ChallengeResponse {
    @Override
    public void write(Exchange exchange) throws IOException {
      Map<String, Object> members =
          error(
              ErrorCode.INSUFFICIENT_AUTHORIZATION,
              "the person has to answer the step " + step.get("id"),
              authSession);
      members.put("step", step);
      exchange.answer(ErrorCode.INSUFFICIENT_AUTHORIZATION.httpStatus(), Json.bytes(members));
    }

    @Override
    public String toString() {
      return "Ask";
    }
  }

  /** Too many answers were wrong; the session stays. */
  record Later(String authSession, Duration delay) implements ChallengeResponse {
    @Override
    public void write(Exchange exchange) throws IOException {
      long seconds = Math.max(1, delay.plusMillis(999).toSeconds());
      Map<String, Object> members =
          error(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "too many answers were wrong; try again in " + seconds + " seconds",
              authSession);
      members.put("retry_after", seconds);
      exchange.setHeader("Retry-After", Long.toString(seconds));
      exchange.answer(ErrorCode.TEMPORARILY_UNAVAILABLE.httpStatus(), Json.bytes(members));
    }

    @Override
    public String toString() {
      return "Later";
    }
  }

  /**
   * §5.2.2.1.1. A browser has to be used.
   *
   * @param requestUri RFC 9126; null where the client has to make a request of its own
   * @param expiresIn for how many seconds it can be used
   */
  record Browser(@Nullable String requestUri, long expiresIn) implements ChallengeResponse {
    @Override
    public void write(Exchange exchange) throws IOException {
      Map<String, Object> members =
          error(
              ErrorCode.REDIRECT_TO_WEB,
              "this login needs a browser: open the authorization endpoint",
              null);
      if (requestUri != null) {
        members.put("request_uri", requestUri);
        members.put("expires_in", expiresIn);
      }
      exchange.answer(ErrorCode.REDIRECT_TO_WEB.httpStatus(), Json.bytes(members));
    }

    @Override
    public String toString() {
      return "Browser";
    }
  }

  private static Map<String, Object> error(
      ErrorCode code, String description, @Nullable String authSession) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", code.code());
    members.put("error_description", description);
    if (authSession != null) {
      members.put("auth_session", authSession);
    }
    return members;
  }
}

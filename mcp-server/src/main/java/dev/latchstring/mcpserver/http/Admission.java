package dev.latchstring.mcpserver.http;

import dev.latchstring.mcpserver.http.Credentials.Scheme;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.trace.AccessTrace;
import dev.latchstring.mcpserver.verification.VerifiedToken;
import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who sends a request, and whether it goes on: the token and the proof of its key, then the session
 * and every message of the body. What does not go on is a {@link Refusal}.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final AccessTokenVerifier tokens;
  private final Possession possession;
  private final SessionOwners sessions;
  private final StreamSessions streams;
  private final MessageGate messages;
  private final @Nullable Function<HttpServletRequest, String> operations;
  private final Challenges challenges;
  private final InstantSource clock;
  private final int maxBodyBytes;

  /**
   * @param operations names what a request of an HTTP API is; null before an MCP endpoint
   */
  Admission(
      AccessTokenVerifier tokens,
      Possession possession,
      SessionOwners sessions,
      StreamSessions streams,
      MessageGate messages,
      @Nullable Function<HttpServletRequest, String> operations,
      Challenges challenges,
      InstantSource clock,
      int maxBodyBytes) {
    this.tokens = tokens;
    this.possession = possession;
    this.sessions = sessions;
    this.streams = streams;
    this.messages = messages;
    this.operations = operations;
    this.challenges = challenges;
    this.clock = clock;
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * @throws Refusal 401 where the token is not good, or its key is not proven; 503 where that
   *     cannot be found out
   */
  Caller authenticate(
      HttpServletRequest request, HttpServletResponse response, Credentials credentials) {
    VerifiedToken verified = verified(credentials);
    possession.require(request, response, credentials, verified.keyThumbprint());
    return verified.caller();
  }

  private VerifiedToken verified(Credentials credentials) {
    try {
      return tokens.check(credentials.token());
    } catch (OAuthException e) {
      if (e.detail() != null) {
        LOG.warn("token not verified: {}", e.toString());
      }
      throw challenges.badToken(e, credentials.scheme());
    }
  }

  /**
   * @throws Refusal 405 for another method; 400, 413 and 415 for a body that cannot be decided on;
   *     404 for a session of somebody else; 401, 403 and 503 as {@link MessageGate}
   */
  AuthorizedRequest authorize(
      HttpServletRequest request,
      Caller caller,
      Scheme scheme,
      SessionWatch watch,
      AccessTrace trace)
      throws IOException {
    if (operations != null) {
      messages.require(caller, operations.apply(request), scheme, trace);
      return new AuthorizedRequest(request, caller, scheme.text(), null, false, watch, null);
    }
    return switch (request.getMethod()) {
      case "GET", "DELETE" -> {
        requireSession(request, caller);
        Duration remaining = Duration.between(clock.instant(), caller.expiresAt());
        yield new AuthorizedRequest(request, caller, scheme.text(), null, false, watch, remaining);
      }
      case "POST" -> {
        byte[] bytes = PostedBody.read(request, maxBodyBytes);
        Message.Body body = Message.read(bytes);
        MirroredHeaders headers = MirroredHeaders.of(request);
        headers.check(body);
        boolean stateless = headers.isStateless(body);
        streams.require(request, caller);
        if (!stateless) {
          requireSession(request, caller);
        }
        messages.require(caller, body, scheme, trace);
        yield new AuthorizedRequest(request, caller, scheme.text(), bytes, stateless, watch, null);
      }
      default ->
          throw Refusal.oauth(405, null, "an MCP endpoint takes GET, POST and DELETE")
              .header("Allow", "GET, POST, DELETE");
    };
  }

  private void requireSession(HttpServletRequest request, Caller caller) {
    List<String> named = Collections.list(request.getHeaders(BearerFilter.SESSION));
    if (named.size() > 1) {
      throw Refusal.jsonRpc(
          400, Refusal.INVALID_REQUEST, "there is more than one " + BearerFilter.SESSION, null);
    }
    if (!named.isEmpty()) {
      sessions.require(named.getFirst(), caller);
    }
  }
}

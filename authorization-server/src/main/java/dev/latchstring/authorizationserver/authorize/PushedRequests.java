package dev.latchstring.authorizationserver.authorize;

import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.OAuthException;

/** RFC 9126 §4 and §5. Requests by the name that the pushed authorization request endpoint gave. */
public final class PushedRequests {
  /** What every name begins with. */
  public static final String URN = "urn:ietf:params:oauth:request_uri:";

  static final String REQUEST_URI = "request_uri";

  private final AuthorizationRequestStore requests;
  private final boolean required;

  /**
   * @param required whether every client has to push its requests
   */
  public PushedRequests(AuthorizationRequestStore requests, boolean required) {
    this.requests = requests;
    this.required = required;
  }

  /** Whether a request is one by name. Its other parameters do not count then (RFC 9101 §6.3). */
  boolean isOne(FormParameters parameters) {
    String uri = parameters.optional(REQUEST_URI);
    return uri != null && uri.startsWith(URN);
  }

  /**
   * Takes the request.
   *
   * @throws OAuthException {@code invalid_request_uri}, to be shown and not to be sent
   */
  AuthorizationRequest pull(FormParameters parameters, RegisteredClient client) {
    String name = parameters.required(REQUEST_URI).substring(URN.length());
    return requests.pull(name, client.clientId()).orElseThrow(AuthorizePage::gone);
  }

  /**
   * RFC 9126 §5 and §6.
   *
   * @throws OAuthException {@code invalid_request} where a request has to be pushed and was not
   */
  void requireIfRequired(RegisteredClient client) {
    if (required || client.metadata().requiresPushedRequests()) {
      throw new OAuthException(
          ErrorCode.INVALID_REQUEST,
          "the request has to be sent to the pushed authorization request endpoint first");
    }
  }
}
